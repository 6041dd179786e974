import type { Scope } from '../model/arn.ts';

/** An elastic network interface, as much of it as the attachment of a task tells. */
export interface NetworkInterface extends Scope {
  readonly id: string;
  readonly description: string;
  readonly subnetId: string;
  readonly availabilityZone: string;
  readonly macAddress: string;
  readonly privateDnsName: string;
  readonly privateIp: string;
  /** Absent: the interface has no public address. */
  readonly publicIp?: string;
}

/** The interfaces of one account in one region. */
export type NetworkInterfaceSource = (scope: Scope) => Iterable<NetworkInterface>;
