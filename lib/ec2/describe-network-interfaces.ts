import { isIP } from 'node:net';
import { AwsError } from '../errors.ts';
import type { NetworkInterface } from './network-interface.ts';
import { type Filter, filterParameters, listParameter, matchesPattern } from './query-protocol.ts';
import type { Xml } from './xml.ts';

/** The filters of DescribeNetworkInterfaces that KECS understands, and what of an interface each looks at. */
const FILTERS: Readonly<Record<string, (eni: NetworkInterface) => string | undefined>> = {
  'network-interface-id': (eni) => eni.id,
  'private-ip-address': (eni) => eni.privateIp,
  'addresses.private-ip-address': (eni) => eni.privateIp,
  'association.public-ip': (eni) => eni.publicIp,
  'addresses.association.public-ip': (eni) => eni.publicIp,
  description: (eni) => eni.description,
  'subnet-id': (eni) => eni.subnetId,
  status: () => 'in-use',
};

/**
 * The members of the answer, or undefined when the request is about more than our interfaces: another emulator has the
 * rest of EC2, and an answer that is half of the truth would hide its half. So a request passes on that names an id
 * which is not ours, uses a filter that we do not know, matches none of ours, or asks for everything.
 */
export function describeNetworkInterfaces(
  query: URLSearchParams,
  interfaces: Iterable<NetworkInterface>,
): { readonly [name: string]: Xml } | undefined {
  const ids = listParameter(query, 'NetworkInterfaceId');
  const filters = filterParameters(query);
  if (ids.length === 0 && filters.length === 0) return undefined;
  if (!filters.every(({ name }) => Object.hasOwn(FILTERS, name))) return undefined;
  const ours = [...interfaces];
  if (!ids.every((id) => ours.some((eni) => eni.id === id))) return undefined;
  const named = ids.length === 0 ? ours : ours.filter((eni) => ids.includes(eni.id));
  const found = named.filter((eni) => filters.every((filter) => matchesFilter(eni, filter)));
  // Those that were asked for by id are ours, even when the filters leave none of them.
  if (found.length === 0 && ids.length === 0) return undefined;
  const { page, nextToken } = pageOf(found, query);
  return { networkInterfaceSet: page.map(describe), nextToken };
}

function matchesFilter(eni: NetworkInterface, { name, values }: Filter): boolean {
  const value = FILTERS[name]?.(eni);
  return value !== undefined && values.some((pattern) => matchesPattern(value, pattern));
}

function pageOf(
  found: readonly NetworkInterface[],
  query: URLSearchParams,
): { readonly page: readonly NetworkInterface[]; readonly nextToken: string | undefined } {
  const size = Number(query.get('MaxResults') ?? 1000);
  // The bounds of MaxResults: DescribeNetworkInterfaces, Amazon EC2 API Reference.
  if (!Number.isInteger(size) || size < 5 || size > 1000) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ( ${query.get('MaxResults')} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`,
    );
  }
  const token = query.get('NextToken');
  const start = token === null ? 0 : found.findIndex((eni) => eni.id === token);
  if (start < 0) throw new AwsError('InvalidNextToken', `The token '${token}' is invalid.`);
  return { page: found.slice(start, start + size), nextToken: found[start + size]?.id };
}

/** In the order of the example of DescribeNetworkInterfaces in the Amazon EC2 API Reference. */
function describe(eni: NetworkInterface): Xml {
  const association = eni.publicIp === undefined ? undefined : associationOf(eni.publicIp);
  return {
    networkInterfaceId: eni.id,
    subnetId: eni.subnetId,
    availabilityZone: eni.availabilityZone,
    description: eni.description,
    ownerId: eni.account,
    requesterManaged: true,
    status: 'in-use',
    macAddress: eni.macAddress,
    privateIpAddress: eni.privateIp,
    privateDnsName: eni.privateDnsName,
    sourceDestCheck: true,
    groupSet: [],
    attachment: { deviceIndex: 1, status: 'attached', deleteOnTermination: false },
    association,
    tagSet: [],
    privateIpAddressesSet: [
      { privateIpAddress: eni.privateIp, privateDnsName: eni.privateDnsName, primary: true, association },
    ],
    interfaceType: 'interface',
  };
}

function associationOf(publicIp: string): Xml {
  return { publicIp, publicDnsName: dnsNameOf(publicIp), ipOwnerId: 'amazon' };
}

/**
 * A public name is given only where it leads to the address; AWS too leaves it empty in a VPC without DNS host names.
 * A load balancer may have a name in place of an address.
 */
function dnsNameOf(publicIp: string): string {
  if (publicIp === '127.0.0.1') return 'localhost';
  return isIP(publicIp) ? '' : publicIp;
}
