import type { Log } from '../util/log.ts';
import type { Route } from '../model/route.ts';

/** A port of this host that belongs to us from the moment it is bound, and leads to a container once it is open. */
export interface PortForwarder {
  readonly port: number;
  /**
   * What has come in so far and all that follows goes to the route. Another call changes where new connections go.
   * @throws Error for a UDP port and a route without an address: streams carry no datagrams.
   */
  open(route: Route): void;
  /** Gives the port back and ends every connection. */
  close(): Promise<void>;
}

export interface PortBinding {
  readonly address: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly log: Log;
}
