import { isDeepStrictEqual } from 'node:util';
import { lostWhileAway } from '../model/task-ending.ts';
import { isWanted, requestStop, withPublicIp } from '../model/task-progress.ts';
import type { PublicIps } from '../public-ip/public-ips.ts';
import type { Store } from '../store/store.ts';
import type { LiveTasks } from './live-tasks.ts';

/** Takes up what the tasks of an earlier process were given; a port that was lost meanwhile is replaced. Also asked without any: a provider may find what ended tasks have left. */
export async function restorePublicIps(store: Store, publicIps: PublicIps): Promise<void> {
  const assigned = [...store.tasks.values()].flatMap(({ arn, publicIp }) =>
    publicIp ? [{ taskArn: arn, ...publicIp }] : [],
  );
  for (const { taskArn, ...publicIp } of await publicIps.restore(assigned)) {
    const record = store.tasks.get(taskArn);
    if (record?.publicIp && !isDeepStrictEqual(record.publicIp, publicIp))
      store.tasks.put(withPublicIp(record, publicIp));
  }
}

/** An earlier process had noted the tokens of calls that it did not live to answer: repeated, these shall start their tasks. */
export function forgetCallsUnderWay(store: Store): void {
  for (const { arn, taskArns } of store.clientTokens.values()) {
    if (!taskArns.some((taskArn) => store.tasks.get(taskArn))) store.clientTokens.delete(arn);
  }
}

/** Once the runtime has told of all that it has: tasks that were launched and are not among it have lost their containers. */
export function endLostTasks(store: Store, live: LiveTasks): void {
  for (const record of store.tasks.values()) {
    const wasLaunched = record.task.lastStatus !== 'PROVISIONING';
    if (!isWanted(record) || !wasLaunched || live.isPresent(record.arn)) continue;
    const stopCode = record.task.startedAt === undefined ? 'TaskFailedToStart' : 'InfrastructureHealth';
    store.tasks.put(requestStop(record, { stopCode, reason: lostWhileAway }));
  }
}
