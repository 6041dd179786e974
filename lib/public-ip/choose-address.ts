import { isIP, isIPv4 } from 'node:net';

/** Of several addresses the one that a task has already, else the one that most clients can dial; a name only where there is no address. */
export function chooseAddress(addresses: readonly string[], current: string | undefined): string | undefined {
  if (current !== undefined && addresses.includes(current)) return current;
  return addresses.find((one) => isIPv4(one)) ?? addresses.find((one) => isIP(one) > 0) ?? addresses[0];
}
