import { unsupportedFeature } from '../errors.ts';
import type { OperationName } from './operation.ts';

/** Stands in the table for an operation that KECS does not have: refused in words, never a canned success. */
export const notImplemented = (operation: OperationName) => (): Promise<never> =>
  Promise.reject(
    unsupportedFeature(
      `KECS does not implement ${operation} yet; docs/differences-from-aws.md lists the operations it lacks.`,
    ),
  );
