import type { PortRange } from '../config.ts';

/** The addresses of a range such as 127.77.0.0/16, as numbers, without its first and last one. @throws Error for a range that is none. */
export function loopbackRange(cidr: string): PortRange {
  const [, address = '', bits] = /^(127(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(cidr) ?? [];
  const octets = address.split('.').map(Number);
  const size = 2 ** (32 - Number(bits));
  if (octets.some((octet) => octet > 255) || !(Number(bits) >= 8 && Number(bits) <= 30)) throw noRange(cidr);
  const network = octets.reduce((number, octet) => number * 256 + octet, 0);
  if (network % size !== 0) throw noRange(cidr);
  return { first: network + 1, last: network + size - 2 };
}

export const addressOf = (number: number): string => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');

export const numberOf = (address: string): number =>
  address.split('.').reduce((number, octet) => number * 256 + Number(octet), 0);

const noRange = (cidr: string): Error =>
  new Error(
    `The option publicIp.loopbackRange is "${cidr}", which is no range of loopback addresses. Give the first address ` +
      'of a block within 127.0.0.0/8 and the length of its prefix, from 8 to 30, such as 127.77.0.0/16.',
  );
