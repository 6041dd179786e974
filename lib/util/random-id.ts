import { randomBytes, randomInt } from 'node:crypto';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** As ECS numbers deployments and revisions of services: 19 digits, the first of which may be 0. */
export const randomDigits = (length: number): string => pick(length, '0123456789');

/** As ECS names service deployments: letters, digits, `-` and `_`. */
export const randomName = (length: number): string => pick(length, letters);

/** As ECS names tasks: 32 hexadecimal digits. */
export const newTaskId = (): string => randomBytes(16).toString('hex');

const pick = (length: number, from: string): string =>
  Array.from({ length }, () => from[randomInt(from.length)]).join('');
