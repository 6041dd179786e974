import { typeMismatch } from './json-types.ts';

/** Checks one JSON value that is neither null nor absent, and answers what an operation is to see of it. */
export type Reader = (value: unknown, path: string, violations: Violations) => unknown;

export type Violations = {
  readonly path: string;
  readonly value: string;
  readonly constraint: string;
  /** A string that is missing: ECS has a sentence of its own for it. */
  readonly blank: boolean;
}[];

const TRUE_WORDS = ['TRUE', '1', 'YES'];
const FALSE_WORDS = ['FALSE', '0', 'NO'];

export const simpleReaders: Readonly<Record<string, Reader>> = {
  string: (value) => {
    if (typeof value !== 'string') throw typeMismatch.scalar(value, 'String');
    return value;
  },
  integer: (value) => Math.trunc(numberOf(value, 'Integer')),
  double: (value) => numberOf(value, 'Double'),
  timestamp: (value) => numberOf(value, 'Date'),
  boolean: (value) => {
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'string') throw typeMismatch.scalar(value, 'Boolean');
    if (TRUE_WORDS.includes(value.toUpperCase())) return true;
    if (FALSE_WORDS.includes(value.toUpperCase())) return false;
    throw typeMismatch.unexpectedToken();
  },
  document: (value) => value,
};

function numberOf(value: unknown, javaType: string): number {
  if (typeof value !== 'number') throw typeMismatch.scalar(value, javaType);
  return value;
}
