import { unsupportedFeature } from '../errors.ts';
import type { OperationName } from './operation.ts';

const mark = Symbol('not implemented');

/** Stands in the table for an operation that KECS does not have: refused in words, never a canned success. */
export const notImplemented = (operation: OperationName): (() => Promise<never>) =>
  Object.assign(
    () =>
      Promise.reject(
        unsupportedFeature(
          `KECS does not implement ${operation} yet; docs/operations.md lists the operations it lacks.`,
        ),
      ),
    { [mark]: true },
  );

export const isNotImplemented = (operation: object): boolean => mark in operation;
