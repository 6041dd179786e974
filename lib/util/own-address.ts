import { networkInterfaces } from 'node:os';

/** Whether an interface of this machine has the address now. */
export const isOwnAddress = (address: string): boolean =>
  Object.values(networkInterfaces()).some((entries) => entries?.some((entry) => entry.address === address));
