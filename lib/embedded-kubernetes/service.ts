import type { KubernetesObject } from './kubernetes-object.ts';
import type { Protocol } from './pod.ts';

/** The fields of a core/v1 Service that the embedded Kubernetes acts on. */
export interface Service extends KubernetesObject {
  readonly spec: ServiceSpec;
}

export interface ServiceSpec {
  readonly type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  readonly clusterIP?: string;
  readonly selector?: Readonly<Record<string, string>>;
  readonly publishNotReadyAddresses?: boolean;
  readonly ports?: readonly ServicePort[];
  readonly [field: string]: unknown;
}

export interface ServicePort {
  readonly name?: string;
  readonly protocol?: Protocol;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly nodePort?: number;
}
