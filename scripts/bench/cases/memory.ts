import { setTimeout as delay } from 'node:timers/promises';
import type { BenchCase } from '../bench-case.ts';
import { type Contender, withContenders } from '../contenders.ts';
import { call } from '../ecs-call.ts';
import { memoryOf } from '../process-memory.ts';
import { clusterName, runTasks, runWebApp, setUp, stopTasks, untilStatus } from '../requests.ts';
import { megabytes } from '../statistics.ts';
import { atMost } from '../targets.ts';

export const memory: BenchCase = {
  name: 'memory',
  run: (context) =>
    withContenders(context, 'memory.json', async (contenders) => {
      for (const contender of contenders) await oneTask(contender);
      await delay(5000);
      const rows: string[][] = [];
      for (const { name, pid } of contenders) {
        const { pss, rss } = await memoryOf(pid);
        rows.push([name, megabytes(pss), megabytes(rss), ...(name === 'KECS' ? atMost(pss / 1e6, 120, ' MB') : [])]);
      }
      const note =
        'PSS and RSS of the process and its children (smaps_rollup), 5 s after one task ran and was stopped. PSS shares the pages of the node executable with the processes of this benchmark; RSS counts them in full.';
      return [{ title: 'Idle memory', header: ['', 'PSS', 'RSS', 'target (PSS)', 'met'], rows, note }];
    }),
};

async function oneTask(contender: Contender): Promise<void> {
  await setUp(contender);
  const taskArns = await runTasks(contender, runWebApp(contender.subnet, 'ENABLED'));
  if (contender.name === 'KECS') {
    await untilStatus(contender, taskArns, 'RUNNING');
    await stopTasks(contender, taskArns);
  } else {
    await call(contender, 'StopTask', { cluster: clusterName, task: taskArns[0] });
  }
}
