import type * as ecs from '@aws-sdk/client-ecs';
import type { Wire } from './wire.ts';

type Attachment = Wire<ecs.Attachment>;

export interface NewNetworkInterface {
  readonly attachmentId: string;
  readonly subnetId: string;
  /** Random hexadecimal digits, at least 27. */
  readonly random: string;
}

/** The attachment of a task's network interface as RunTask answers it; its address is added once the task has one. */
export function newNetworkInterface({ attachmentId, subnetId, random }: NewNetworkInterface): Attachment {
  const mac = random.slice(17, 27).match(/../g) ?? [];
  return {
    id: attachmentId,
    type: 'ElasticNetworkInterface',
    status: 'PRECREATED',
    details: [
      { name: 'subnetId', value: subnetId },
      { name: 'networkInterfaceId', value: `eni-${random.slice(0, 17)}` },
      // The second lowest bit of the first octet marks an address that is administered locally (IEEE 802, 8.2.2).
      { name: 'macAddress', value: ['0a', ...mac].join(':') },
    ],
  };
}

export function attached(attachment: Attachment, address: string, region: string): Attachment {
  if (attachment.status !== 'PRECREATED') return attachment;
  const details = attachment.details ?? [];
  return {
    ...attachment,
    status: 'ATTACHED',
    details: [
      ...details,
      { name: 'privateDnsName', value: privateDnsName(address, region) },
      { name: 'privateIPv4Address', value: address },
    ],
  };
}

export const isNetworkInterface = ({ type }: Attachment): boolean => type === 'ElasticNetworkInterface';

/** "Amazon EC2 instance hostname types" (Amazon VPC User Guide): us-east-1 has a shorter domain than the others. */
function privateDnsName(address: string, region: string): string {
  const domain = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
  return `ip-${address.replaceAll(/[.:]/g, '-')}.${domain}`;
}
