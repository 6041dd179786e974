import { randomInt } from 'node:crypto';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** As ECS numbers deployments and revisions of services: 19 digits, the first of which may be 0. */
export const randomDigits = (length: number): string => pick(length, '0123456789');

/** As ECS names service deployments: letters, digits, `-` and `_`. */
export const randomName = (length: number): string => pick(length, letters);

const pick = (length: number, from: string): string =>
  Array.from({ length }, () => from[randomInt(from.length)]).join('');
