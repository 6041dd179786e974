import { AwsError, invalidParameter } from '../../errors.ts';
import type { ClusterRecord } from '../../model/cluster.ts';
import { isInForce } from '../../model/task-client-token.ts';
import { inputDigest as digestOf } from '../input-digest.ts';
import type { Context, Input } from '../operation.ts';

export interface ClientToken {
  /** The tasks that an earlier call with this token started. */
  readonly earlier?: readonly string[];
  /** The call started nothing: the token is free again. */
  readonly giveBack: () => void;
}

/** "Ensuring idempotency" (API reference): a token stands for one request in one cluster. */
export function claimToken(
  input: Input<'RunTask'>,
  cluster: ClusterRecord,
  taskArns: readonly string[],
  { account, region, store, now }: Context,
): ClientToken {
  const { clientToken } = input;
  if (clientToken === undefined) return { giveBack: () => undefined };
  check(clientToken);
  const arn = `${account}/${region}/RunTask/${cluster.name}/${clientToken}`;
  const inputDigest = digestOf(input);
  const known = store.clientTokens.get(arn);
  const exists = (taskArn: string): boolean => store.tasks.get(taskArn) !== undefined;
  if (known && isInForce(known, exists, now())) {
    if (known.inputDigest !== inputDigest)
      throw conflict(known.taskArns, 'is already in use with different parameters');
    if (!known.taskArns.some(exists)) throw conflict(known.taskArns, 'belongs to a call that is still under way');
    return { earlier: known.taskArns, giveBack: () => undefined };
  }
  // Deleted first, so that the tokens stay in the order of their ages.
  store.clientTokens.delete(arn);
  store.clientTokens.put({ arn, taskArns, inputDigest, createdAt: now() });
  return { giveBack: () => store.clientTokens.delete(arn) };
}

function check(clientToken: string): void {
  if (/^[!-~]{1,64}$/.test(clientToken)) return;
  throw invalidParameter('clientToken must be 1 to 64 ASCII characters in the range 33 to 126.');
}

const conflict = (resourceIds: readonly string[], why: string): AwsError =>
  new AwsError('ConflictException', `The provided clientToken ${why}.`, 400, { members: { resourceIds } });
