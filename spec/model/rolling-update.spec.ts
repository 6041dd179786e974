import { expect } from 'chai';
import { planTasks } from '../../lib/model/rolling-update.ts';
import type { ServiceTask } from '../../lib/model/service-task.ts';
import { type DeploymentWindow, deploymentWindow } from '../../lib/model/service-window.ts';
import { arnsOf, tasksOf } from '../support/service-tasks.ts';

interface Row {
  readonly title: string;
  readonly desired: number;
  /** Minimum and maximum in percent; 100/200 by default. */
  readonly percents?: readonly [number, number];
  /** Of the PRIMARY deployment, "n", of the one before it, "o", and of one before that, "x". */
  readonly n?: string;
  readonly o?: string;
  readonly x?: string;
  readonly hasFailed?: true;
  readonly start?: number;
  readonly stop?: string;
  readonly unhealthy?: string;
  readonly heldBack?: string;
  readonly stuck?: true;
}

describe('planTasks', () => {
  const rows: Row[] = [
    { title: 'starts all tasks of a new service at once', desired: 3, start: 3 },
    { title: 'does nothing while they start', desired: 3, n: 'ppp' },
    { title: 'does nothing when all is as it should be', desired: 3, n: 'hhh' },
    { title: 'replaces a task that ends', desired: 3, n: 'hhe', start: 1 },
    { title: 'scales up', desired: 5, n: 'hhh', start: 2 },
    { title: 'scales down, the newest first', desired: 1, n: 'hhh', stop: 'n2 n1' },
    { title: 'scales to nothing', desired: 0, n: 'hp', stop: 'n0 n1' },
    { title: 'takes pending tasks first when it scales down', desired: 2, n: 'phh', stop: 'n0' },
    { title: 'leaves protected tasks when it scales down', desired: 1, n: 'hHH', stop: 'n0', heldBack: 'n1 n2' },
    { title: 'has no use for the protection of tasks that may stay', desired: 3, n: 'HHH' },
    { title: 'starts as many new tasks as the maximum allows', desired: 4, o: 'hhhh', start: 4 },
    { title: 'starts some where the maximum is lower', desired: 4, percents: [100, 150], o: 'hhhh', start: 2 },
    { title: 'stops older tasks as new ones are healthy', desired: 4, n: 'hhpp', o: 'hhhh', stop: 'o3 o2' },
    { title: 'waits for the health of new tasks', desired: 4, n: 'ssss', o: 'hhhh' },
    { title: 'stops what is left of the older ones at the end', desired: 4, n: 'hhhh', o: 'h', stop: 'o0' },
    { title: 'makes room below a maximum of 100 %', desired: 4, percents: [50, 100], o: 'hhhh', stop: 'o3 o2' },
    { title: 'fills the room it made', desired: 4, percents: [50, 100], o: 'hh', start: 2 },
    { title: 'goes no further below the minimum', desired: 4, percents: [50, 100], n: 'pp', o: 'hh' },
    { title: 'makes room again', desired: 4, percents: [50, 100], n: 'hh', o: 'hh', stop: 'o0 o1' },
    { title: 'stops all at once where nothing need run', desired: 2, percents: [0, 100], o: 'hh', stop: 'o0 o1' },
    { title: 'starts before it stops where it can', desired: 2, percents: [0, 200], o: 'hh', start: 2 },
    { title: 'waits until a task asked to stop makes room', desired: 2, percents: [50, 100], o: 'h', n: 'E' },
    { title: 'is stuck between 100 % and 100 %', desired: 2, percents: [100, 100], o: 'hh', stuck: true },
    { title: 'stops older tasks that do not serve at once', desired: 2, o: 'hpu', start: 1, stop: 'o1 o2' },
    { title: 'stops the oldest deployment first', desired: 3, n: 'hpp', o: 'h', x: 'hh', stop: 'x1' },
    { title: 'stops what is too much of both after a scale-in', desired: 1, n: 'hh', o: 'hh', stop: 'n1 o0 o1' },
    { title: 'leaves protected older tasks', desired: 2, n: 'hh', o: 'Hh', stop: 'o1', heldBack: 'o0' },
    { title: 'starts nothing of a failed deployment', desired: 3, n: 'h', o: 'hh', hasFailed: true },
    { title: 'scales a failed deployment down', desired: 1, n: 'h', o: 'hh', hasFailed: true, stop: 'o0 o1' },
    { title: 'starts the replacement of an unhealthy task first', desired: 2, n: 'hu', start: 1 },
    { title: 'keeps an unhealthy task until its replacement is healthy', desired: 2, n: 'hup' },
    { title: 'stops an unhealthy task then', desired: 2, n: 'huh', unhealthy: 'n1' },
    {
      title: 'stops one of them when the replacement is unhealthy, too',
      desired: 1,
      n: 'uu',
      unhealthy: 'n1',
      start: 0,
    },
    {
      title: 'stops one unhealthy task at a time below a maximum',
      desired: 2,
      percents: [50, 100],
      n: 'uu',
      unhealthy: 'n1',
    },
    { title: 'starts replacements of tasks on a draining instance first', desired: 2, n: 'hm', start: 1 },
    { title: 'stops tasks on a draining instance as they are replaced', desired: 2, n: 'hmh', stop: 'n1' },
    { title: 'makes room for the replacements', desired: 2, percents: [50, 100], n: 'hm', stop: 'n1' },
    { title: 'replaces unhealthy new tasks of a deployment', desired: 1, o: 'h', n: 'u', unhealthy: 'n0' },
  ];
  for (const { title, desired, percents = [100, 200], ...row } of rows) {
    it(title, () => {
      // A capital E has been asked to stop, and is still shown as RUNNING.
      const own = tasksOf('n', row.n ?? '').map((task) =>
        row.n === 'E' ? { ...task, isCounted: true, isProtected: false } : task,
      );
      const [minimumHealthyPercent, maximumPercent] = percents;
      const plan = planTasks({
        tasks: [...tasksOf('x', row.x ?? ''), ...tasksOf('o', row.o ?? ''), ...own],
        deploymentIds: ['n', 'o', 'x'],
        desiredCount: desired,
        window: deploymentWindow({
          desiredCount: desired,
          schedulingStrategy: 'REPLICA',
          deploymentConfiguration: { minimumHealthyPercent, maximumPercent },
        }),
        mayStart: !row.hasFailed,
      });
      expect({
        start: plan.start,
        stop: arnsOf(plan.scaleIn),
        unhealthy: arnsOf(plan.unhealthy),
        heldBack: arnsOf(plan.heldBack),
        stuck: plan.isStuck,
      }).to.deep.equal({
        start: row.start ?? 0,
        stop: row.stop ?? '',
        unhealthy: row.unhealthy ?? '',
        heldBack: row.heldBack ?? '',
        stuck: row.stuck ?? false,
      });
    });
  }

  describe('in any rolling update', () => {
    /** Park and Miller's generator: the same numbers at each run. */
    const random = (seed: number) => () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;

    for (const [minimumHealthyPercent, maximumPercent] of [
      [100, 200],
      [50, 100],
      [100, 125],
      [0, 100],
      [75, 150],
    ] as const) {
      it(`stays within ${minimumHealthyPercent} to ${maximumPercent} % and comes to its end`, () => {
        for (let desiredCount = 1; desiredCount <= 20; desiredCount++) {
          const deploymentConfiguration = { minimumHealthyPercent, maximumPercent };
          const window = deploymentWindow({ desiredCount, schedulingStrategy: 'REPLICA', deploymentConfiguration });
          if (window.minimum === desiredCount && window.maximum === desiredCount) continue;
          roll(desiredCount, window, random(desiredCount));
        }
      });
    }

    function roll(desiredCount: number, window: DeploymentWindow, next: () => number): void {
      let tasks = tasksOf('o', 'h'.repeat(desiredCount));
      for (let round = 0; round < 1000; round++) {
        const input = { tasks, deploymentIds: ['n', 'o'], desiredCount, window, mayStart: true };
        const { start, scaleIn } = planTasks(input);
        const going = new Set(scaleIn);
        const started = tasksOf('n', 'p'.repeat(start)).map((task) => ({ ...task, arn: `${task.arn}-${round}` }));
        tasks = [
          ...tasks.map((task): ServiceTask => (going.has(task) ? { ...task, state: 'ENDING' } : task)),
          ...started,
        ];
        expect(tasks.filter(({ state }) => state === 'HEALTHY').length).to.be.at.least(window.minimum);
        expect(tasks.filter(({ isCounted }) => isCounted).length).to.be.at.most(window.maximum);
        tasks = tasks.filter(({ state }) => state !== 'ENDING' || next() > 0.5).map((task) => moved(task, next));
        if (tasks.length === desiredCount && tasks.every(isNew)) return;
      }
      throw new Error(`${desiredCount} tasks were not replaced.`);
    }

    const moved = (task: ServiceTask, next: () => number): ServiceTask =>
      task.state === 'PENDING' && next() > 0.5 ? { ...task, state: 'HEALTHY' } : task;
    const isNew = ({ deploymentId, state }: ServiceTask): boolean => deploymentId === 'n' && state === 'HEALTHY';
  });
});
