import type { ContainerPort, Route, TaskLocation } from '../model/route.ts';
import type { NodePortServicePort } from '../public-ip/node-port-network.ts';
import { isOwnAddress } from '../util/own-address.ts';
import type { ApiClient } from './api-client.ts';
import type { EmbeddedAccess } from './connect-options.ts';
import { connectedTo, isReachable } from './dial.ts';
import { portForward } from './port-forward.ts';

export interface Routes {
  /** The Pod's own address, if this process can dial that. */
  podRoute(location: TaskLocation, port: ContainerPort): Route | undefined;
  /** Without a Service: the Pod's own address, or the API server's port-forward. */
  direct(location: TaskLocation, port: ContainerPort): Promise<Route>;
  route(endpoint: TaskLocation, port: NodePortServicePort): Promise<Route>;
}

/** The kubelet listens on every node ("Ports and Protocols"); that it refuses is an answer too. */
const kubeletPort = 10250;
const probeLimitMs = 1_000;

/**
 * Chooses how this process reaches a container's port. The Pod's own address is the shortest way and needs no
 * kube-proxy, but only a node routes it; a NodePort needs a dialable node; the API server is always there.
 */
export function createRoutes(api: ApiClient, isOwn = isOwnAddress, answers = nodeAnswers): Routes {
  const dialable = new Map<string, Promise<boolean>>();
  const isDialable = (address: string): Promise<boolean> => {
    const known = dialable.get(address) ?? answers(address);
    dialable.set(address, known);
    return known;
  };
  const podRoute: Routes['podRoute'] = ({ address, nodeAddress }, { containerPort }) =>
    nodeAddress !== undefined && isOwn(nodeAddress) ? { host: address, port: containerPort } : undefined;
  const forwarded = ({ taskArn, nodeAddress }: TaskLocation, { containerPort, protocol }: ContainerPort): Route => {
    if (protocol === 'udp') throw unreachableUdp(taskArn, containerPort, nodeAddress);
    return { connect: () => portForward(api, taskArn, containerPort) };
  };
  return {
    podRoute,
    direct: async (location, port) => podRoute(location, port) ?? forwarded(location, port),
    route: async (endpoint, port) => {
      const { nodeAddress } = endpoint;
      const direct = podRoute(endpoint, port);
      if (direct) return direct;
      if (nodeAddress !== undefined && (await isDialable(nodeAddress))) {
        return { host: nodeAddress, port: port.nodePort };
      }
      return forwarded(endpoint, port);
    },
  };
}

/**
 * The embedded Kubernetes knows where the ports of its Pods really are, at each moment: a container that is started again
 * listens elsewhere. Its NodePorts are the long way, and on a host with two KECS may be the other one's.
 */
export function createEmbeddedRoutes(embedded: EmbeddedAccess): Routes {
  const podRoute = ({ address }: TaskLocation, { containerPort, protocol }: ContainerPort) =>
    embedded.listenerOf(address, containerPort, protocol);
  const listener = (location: TaskLocation, port: ContainerPort) => {
    const found = podRoute(location, port);
    if (found) return found;
    throw new Error(`Nothing listens on ${port.protocol} port ${port.containerPort} of ${location.taskArn}.`);
  };
  return {
    podRoute,
    direct: async (location, port) => listener(location, port),
    route: async (location, port) =>
      port.protocol === 'udp'
        ? (podRoute(location, port) ?? { host: '127.0.0.1', port: port.nodePort })
        : { connect: async () => connectedTo(listener(location, port)) },
  };
}

const nodeAnswers = (address: string): Promise<boolean> => isReachable(address, kubeletPort, probeLimitMs);

const unreachableUdp = (taskArn: string, port: number, nodeAddress: string | undefined): Error =>
  new Error(
    `UDP port ${port} of ${taskArn} cannot be reached: node ${nodeAddress ?? 'of unknown address'} is not routable from this host, ` +
      "and the API server's port-forward carries TCP only. Publish the port with a k3d port mapping (32000:30000/udp@server:0).",
  );
