import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { type EcsTasks, createEcsTasks, hostPortsOf, taskIdOf } from '../support/ecs-tasks.ts';
import type { StandingKubernetes, StandingSettings } from '../support/standing-kubernetes.ts';
import { type StartedEmulator, startEmulator } from '../support/start-emulator.ts';
import { waitFor } from '../support/wait-for.ts';

interface Instance {
  readonly state: string;
  started?: StartedEmulator | undefined;
}

/** Two KECS on one Kubernetes, with everything that one can choose the same but their state files. */
export function describeTwoInstances(on: string, open: () => Promise<StandingKubernetes>): void {
  describe(`two KECS on ${on}, with the same cluster, region and ports,`, () => {
    const cluster = `shared-${randomBytes(4).toString('hex')}`;
    const namespace = `${cluster}-us-east-1`;
    let standing: StandingKubernetes;
    let settings: StandingSettings;
    let folder: string;
    let one: Instance;
    let other: Instance;

    before(async () => {
      standing = await open();
      settings = await standing.settings(8);
      folder = await mkdtemp(join(tmpdir(), 'kecs-two-'));
      one = { state: join(folder, 'one.json') };
      other = { state: join(folder, 'other.json') };
    });
    after(async () => {
      await standing?.close();
      await rm(folder, { recursive: true, force: true });
    });

    beforeEach(async () => {
      for (const instance of [one, other]) {
        const tasks = await start(instance);
        await tasks.register('web', { name: 'echo', image: 'kecs/echo:latest', portMappings: [{ containerPort: 80 }] });
      }
    });
    afterEach(async () => {
      for (const instance of [one, other]) {
        const tasks = await start(instance);
        await tasks.remove();
        await stop(instance);
      }
    });

    async function start(instance: Instance): Promise<EcsTasks> {
      instance.started ??= await startEmulator({ ...settings, state: instance.state, allowReset: true });
      await instance.started.emulator.whenReady();
      return createEcsTasks(instance.started.ecs, cluster);
    }

    async function stop(instance: Instance): Promise<void> {
      await instance.started?.close();
      instance.started = undefined;
    }

    const runTwo = async (instance: Instance): Promise<Task[]> => {
      const tasks = await start(instance);
      const { arns } = await tasks.run('web', { count: 2 });
      return Promise.all(arns.map(tasks.running));
    };

    async function expectAnswers(tasks: readonly Task[]): Promise<void> {
      for (const task of tasks) {
        await waitFor(`an answer of task ${taskIdOf(task)} as itself`, async () => {
          const answer = await fetch(`http://127.0.0.1:${hostPortsOf(task)[0]}/`);
          return (await answer.text()).includes(taskIdOf(task));
        });
      }
    }

    const listed = async (instance: Instance): Promise<string[]> => {
      await start(instance);
      const { taskArns } = (await instance.started?.ecs.send(new ListTasksCommand({ cluster }))) ?? {};
      return (taskArns ?? []).toSorted();
    };
    const isGoing = (): Promise<boolean> =>
      standing.api.readNamespace({ name: namespace }).then(
        ({ metadata }) => metadata?.deletionTimestamp !== undefined,
        (error: { code?: number }) => error.code === 404,
      );
    const arnsOf = (tasks: readonly Task[]): string[] => tasks.map(({ taskArn = '' }) => taskArn).toSorted();

    it('give their tasks different ports, and each knows its own', async () => {
      const [first, second] = await Promise.all([runTwo(one), runTwo(other)]);
      expect(new Set([...first, ...second].flatMap(hostPortsOf)).size).to.equal(4);
      await expectAnswers([...first, ...second]);
      expect(await listed(one)).to.deep.equal(arnsOf(first));
      expect(await listed(other)).to.deep.equal(arnsOf(second));
    });

    it('leave the ports alone of tasks whose KECS is stopped, and each takes up its own at a start', async () => {
      const first = await runTwo(one);
      await stop(one);
      const second = await runTwo(other);
      expect(new Set([...first, ...second].flatMap(hostPortsOf)).size).to.equal(4);
      await start(one);
      await expectAnswers([...first, ...second]);
      expect(await listed(one)).to.deep.equal(arnsOf(first));
      await stop(other);
      await start(other);
      await expectAnswers([...first, ...second]);
      expect(await listed(other)).to.deep.equal(arnsOf(second));
    });

    it('are not disturbed by the reset of the other', async () => {
      const first = await runTwo(one);
      const second = await runTwo(other);
      const { status } = await fetch(`${one.started?.url}/_aws/ecs/reset`, { method: 'POST' });
      expect(status).to.be.within(200, 204);
      await waitFor(
        'the end of the Pods',
        async () => {
          const { items } = await standing.api.listNamespacedPod({ namespace });
          const names = items.map(({ metadata }) => metadata?.name);
          return first.every((task) => !names.includes(`task-${taskIdOf(task)}`));
        },
        60_000,
      );
      await expectAnswers(second);
      expect(await listed(other)).to.deep.equal(arnsOf(second));
      // What was forgotten is made again for the end of this spec.
      await start(one);
    });

    it('leave the namespace to the one that uses it last, which deletes it with its cluster', async () => {
      const tasks = await start(one);
      for (const arn of arnsOf(await runTwo(one))) await tasks.stop(arn);
      const second = await runTwo(other);
      await tasks.remove();
      await stop(one);
      expect(await isGoing()).to.equal(false);
      await expectAnswers(second);
      await (await start(other)).remove();
      await waitFor('the end of the Pods', async () => {
        const { items } = await standing.api.listNamespacedPod({ namespace });
        return items.length === 0;
      });
      await stop(other);
      expect(await isGoing()).to.equal(true);
    });
  });
}
