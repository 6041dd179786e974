import type { Config } from '../../lib/config.ts';
import type { Node } from '../../lib/model/node.ts';
import type { Clock } from '../../lib/scheduler/clock.ts';
import { type Scheduler, createScheduler } from '../../lib/scheduler/scheduler.ts';
import { silentLog } from '../../lib/util/log.ts';
import { type EmulatorClient, startEmulatorClient } from './emulator-client.ts';
import { type ScriptedPublicIps, scriptedPublicIps } from './scripted-public-ips.ts';
import { ScriptedRuntime } from './scripted-runtime.ts';
import { cluster, taskDefinition } from './task-records.ts';

export interface TaskEmulator extends EmulatorClient {
  readonly runtime: ScriptedRuntime;
  readonly publicIps: ScriptedPublicIps;
  /** Of Kubernetes; none at first. */
  nodes: readonly Node[];
}

/** Operations, scheduler and a scripted runtime in which every task runs at once; the cluster `default` and the definition `web:1` are there. */
export async function startTaskEmulator(values: Partial<Config> = {}, clock?: Clock): Promise<TaskEmulator> {
  const runtime = new ScriptedRuntime();
  runtime.onRun = async ({ taskArn }) => runtime.tellRunning(taskArn);
  const publicIps = scriptedPublicIps();
  const schedulers: Scheduler[] = [];
  let known: readonly Node[] = [];
  const nodes = (): readonly Node[] => known;
  const emulated = {
    get nodes() {
      return known;
    },
    set nodes(next: readonly Node[]) {
      known = next;
      for (const scheduler of schedulers) scheduler.nodesMoved();
    },
  };
  const client = await startEmulatorClient(values, (store) => {
    const scheduler = createScheduler({
      store,
      runtime: Promise.resolve(runtime),
      publicIps,
      nodes,
      mustFit: values.strict ?? false,
      log: silentLog,
      ...(clock && { clock }),
    });
    schedulers.push(scheduler);
    return { publicIps, scheduler, nodes };
  });
  const definition = taskDefinition();
  client.store.clusters.put(cluster);
  client.store.taskDefinitions.put(definition);
  client.store.families.put({ arn: `000000000000/us-east-1/${definition.family}`, latestRevision: 1 });
  await Promise.all(schedulers.map((scheduler) => scheduler.start()));
  return Object.assign(emulated, {
    ...client,
    runtime,
    publicIps,
    close: async () => {
      await Promise.all(schedulers.map((scheduler) => scheduler.stop()));
      await client.close();
    },
  });
}
