import { performance } from 'node:perf_hooks';
import type { BenchCase } from '../bench-case.ts';
import type { Endpoint } from '../ecs-call.ts';
import { startKecs } from '../kecs.ts';
import { setUp } from '../requests.ts';
import { type ServiceSeen, createService, untilSteady, updateService } from '../services.ts';
import { median, milliseconds } from '../statistics.ts';
import { atLeast, atMost } from '../targets.ts';

const pauseMs = 10;
const rounds = 5;

export const services: BenchCase = {
  name: 'services',
  async run({ directory, progress }) {
    const kecs = await startKecs({ directory, state: 'services.json' });
    try {
      await setUp(kecs);
      await createService(kecs, 'warm-up', 10);
      await untilSteady(kecs, ['warm-up'], pauseMs);
      const large: number[] = [];
      for (let round = 1; round <= rounds; round++) {
        large.push(await deployed(kecs, [`large-${round}`], 100));
        await emptied(kecs, [`large-${round}`]);
      }
      progress(`A service of 100 tasks: ${large.map(milliseconds).join(', ')}`);
      const names = Array.from({ length: 20 }, (_, i) => `one-of-20-${i}`);
      const many = await deployed(kecs, names, 10);
      await emptied(kecs, names);
      const { ms, least, most } = await rolled(kecs);
      return [
        {
          title: 'Services on the embedded Kubernetes',
          header: ['', '', 'target', 'met'],
          rows: [
            [
              'a new service of 100 tasks is steady after',
              milliseconds(median(large)),
              ...atMost(median(large), 3000, ' ms'),
            ],
            ['20 new services of 10 tasks are steady after', milliseconds(many), '', ''],
            ['a rolling update of 20 tasks (75 to 125 %) takes', milliseconds(ms), '', ''],
            ['… the fewest tasks RUNNING meanwhile', String(least), ...atLeast(least, 15, '')],
            ['… the most tasks RUNNING or pending meanwhile', String(most), ...atMost(most, 25, '')],
          ],
          note: `Steady: running as many as desired, one COMPLETED deployment, and the event that says so, as DescribeServices tells it every ${pauseMs} ms. The first figure is the median of ${rounds} services.`,
        },
      ];
    } finally {
      await kecs.stop();
    }
  },
};

async function deployed(kecs: Endpoint, names: readonly string[], tasks: number): Promise<number> {
  const sentAt = performance.now();
  await Promise.all(names.map((name) => createService(kecs, name, tasks)));
  await untilSteady(kecs, names, pauseMs);
  return performance.now() - sentAt;
}

async function emptied(kecs: Endpoint, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => updateService(kecs, name, { desiredCount: 0 })));
  await untilSteady(kecs, names, pauseMs);
}

async function rolled(kecs: Endpoint): Promise<{ ms: number; least: number; most: number }> {
  await createService(kecs, 'rolled', 20);
  await untilSteady(kecs, ['rolled'], pauseMs);
  let [least, most] = [Infinity, 0];
  const look = ({ runningCount, pendingCount }: ServiceSeen): void => {
    least = Math.min(least, runningCount);
    most = Math.max(most, runningCount + pendingCount);
  };
  const sentAt = performance.now();
  const deploymentConfiguration = { minimumHealthyPercent: 75, maximumPercent: 125 };
  await updateService(kecs, 'rolled', { forceNewDeployment: true, deploymentConfiguration });
  await untilSteady(kecs, ['rolled'], 1, look);
  return { ms: performance.now() - sentAt, least, most };
}
