import { isIPv6 } from 'node:net';

/** What a user dials to reach a port that listens on every address. */
export function dialled(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return isIPv6(address) && /^[0:]+$/.test(address) ? '::1' : address;
}
