import { invalidParameter } from '../../errors.ts';

/** "Accepted values are numbers between 0 and 100" (API_Scale.html). */
export function checkScale({ value = 0 }: { readonly value?: number | undefined } = {}): number {
  if (value >= 0 && value <= 100) return value;
  throw invalidParameter(`The scale of a task set must be between 0 and 100 percent, but was ${value}.`);
}
