import type { Duplex } from 'node:stream';

/** An address to dial, or, where none can be dialled from here, a way to open a stream. */
export type Route = { readonly host: string; readonly port: number } | { readonly connect: () => Promise<Duplex> };

/** Where a task runs. */
export interface TaskLocation {
  readonly taskArn: string;
  /** The Pod's own address. Not every host can dial it. */
  readonly address: string;
  /** The address of the node it runs on. */
  readonly nodeAddress?: string;
}

export interface ContainerPort {
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp';
}
