import { hostname } from 'node:os';
import { kubernetesTime, type KubernetesObject } from './kubernetes-object.ts';
import { nodeName } from './kubelet.ts';

/** The one Node of the embedded Kubernetes. */
export function nodeObject(nodeAddress: string, containerRuntimeVersion: string): KubernetesObject {
  const now = kubernetesTime(new Date());
  const capacity = { cpu: '1024', memory: '1Ti', pods: '65000' };
  const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' };
  return {
    metadata: { name: nodeName, labels: { 'kubernetes.io/hostname': nodeName, 'kubernetes.io/os': 'linux' } },
    spec: { podCIDR: '10.244.0.0/16', podCIDRs: ['10.244.0.0/16'] },
    status: {
      capacity,
      allocatable: capacity,
      conditions: [{ ...ready, lastHeartbeatTime: now, lastTransitionTime: now }],
      addresses: [
        { type: 'InternalIP', address: nodeAddress },
        { type: 'Hostname', address: hostname() },
      ],
      nodeInfo: {
        kubeletVersion: 'v1.34.4+embedded',
        containerRuntimeVersion,
        operatingSystem: process.platform,
        architecture: process.arch,
        kernelVersion: '',
        osImage: 'embedded',
        machineID: '',
        systemUUID: '',
        bootID: '',
        kubeProxyVersion: '',
      },
    },
  };
}
