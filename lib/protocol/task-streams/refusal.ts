import { AwsError } from '../../errors.ts';
import type { Log } from '../../util/log.ts';

export interface Refusal {
  /** Of HTTP. */
  readonly status: number;
  readonly message: string;
}

/** What the caller is told of an error. What is nobody's fault but ours or the cluster's is in the log, too. */
export function refusalOf(error: unknown, log: Log): Refusal {
  const { message } = error as Error;
  if (error instanceof AwsError) return { status: error.status, message };
  log.error(error, 'A stream of a task failed.');
  return { status: 502, message };
}
