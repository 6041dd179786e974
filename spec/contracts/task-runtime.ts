import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { taskArn } from '../../lib/model/arn.ts';
import type { ContainerDefinition } from '../../lib/model/task-definition.ts';
import type { TaskLaunch, TaskObservation, TaskRuntime } from '../../lib/runtime/task-runtime.ts';
import { waitFor } from '../support/wait-for.ts';

export interface TaskRuntimeUnderTest {
  readonly runtime: TaskRuntime;
  /** Another runtime of the same instance, as after a restart. */
  readonly again: () => Promise<TaskRuntime>;
  readonly clusterName: string;
  readonly images: {
    /** Goes on until it is stopped, and ends at SIGTERM. */
    readonly server: string;
    readonly missing: string;
  };
  /** A container that ends at once with this code. */
  readonly exiting: (code: number) => Partial<ContainerDefinition>;
  /** Whether commands really run: a simulated container has no output and no shell. */
  readonly realProcesses: boolean;
  /** Deletes the task's containers behind the runtime's back. */
  readonly deleteBehindItsBack: (launch: TaskLaunch) => Promise<void>;
  readonly close: () => Promise<void>;
}

const region = 'us-east-1';
const account = '000000000000';

/** What every TaskRuntime does. */
export function describeTaskRuntime(name: string, create: () => Promise<TaskRuntimeUnderTest>): void {
  describe(`${name} as a task runtime`, () => {
    let given: TaskRuntimeUnderTest;
    let runtime: TaskRuntime;
    let observations: TaskObservation[];

    before(async () => {
      given = await create();
      ({ runtime } = given);
      observations = [];
      await runtime.watch((observation) => observations.push(observation));
    });

    after(() => given.close());

    const launchOf = (containers: Partial<ContainerDefinition>[]): TaskLaunch => {
      const taskId = randomBytes(16).toString('hex');
      const containerDefinitions = containers.map((container, index) => ({
        name: `container-${index}`,
        image: given.images.server,
        essential: true,
        ...container,
      }));
      return {
        taskArn: taskArn({ region, account }, given.clusterName, taskId),
        taskId,
        clusterName: given.clusterName,
        region,
        account,
        definition: { family: 'contract', revision: 1, containerDefinitions, volumes: [{ name: 'shared' }] },
        overrides: {},
      };
    };
    const latest = (launch: TaskLaunch) => observations.findLast(({ taskArn: arn }) => arn === launch.taskArn);
    const seen = (launch: TaskLaunch, what: string, holds: (observation: TaskObservation) => boolean) =>
      waitFor(
        what,
        () => {
          const observation = latest(launch);
          return observation && holds(observation) ? observation : undefined;
        },
        60_000,
      );
    const running = (launch: TaskLaunch) => seen(launch, 'a ready task', ({ ready }) => ready);
    const gone = (launch: TaskLaunch) => seen(launch, 'the end of the task', ({ present }) => !present);
    const started = async (...containers: Partial<ContainerDefinition>[]) => {
      const launch = launchOf(containers);
      await runtime.run(launch);
      return launch;
    };
    const stopped = async (launch: TaskLaunch) => {
      await runtime.stop(launch.taskArn);
      return gone(launch);
    };

    it('shows a task that runs with its address, its node and its containers', async () => {
      const launch = await started({ name: 'web_Server' });
      const { address, node, containers, stopping } = await running(launch);
      expect(address).to.match(/^\d+\.\d+\.\d+\.\d+$/);
      expect(node?.name).to.be.a('string');
      expect(stopping).to.equal(false);
      expect(containers.map(({ name: container, state }) => ({ container, state }))).to.deep.equal([
        { container: 'web_Server', state: 'running' },
      ]);
      expect(containers[0]?.startedAt).to.be.closeTo(Date.now() / 1000, 120);
      expect(containers[0]?.runtimeId).to.be.a('string');
      await stopped(launch);
    });

    it('runs a task once however often it is asked to', async () => {
      const launch = await started({});
      await runtime.run(launch);
      const { containers } = await running(launch);
      await runtime.run(launch);
      expect(latest(launch)?.containers[0]?.runtimeId).to.equal(containers[0]?.runtimeId);
      await stopped(launch);
    });

    for (const code of [0, 3]) {
      it(`shows exit code ${code}`, async () => {
        const launch = await started(given.exiting(code));
        const { containers, ready } = await seen(launch, 'an exit', (task) => task.containers[0]?.state === 'stopped');
        expect(containers[0]?.exitCode).to.equal(code);
        expect(ready).to.equal(false);
        const last = await stopped(launch);
        expect(last.containers[0]?.exitCode).to.equal(code);
      });
    }

    it('goes on while one of two containers has ended', async () => {
      const launch = await started({}, { ...given.exiting(0), essential: false });
      const { containers } = await seen(
        launch,
        'one exit',
        (task) => task.ready && task.containers[1]?.state === 'stopped',
      );
      expect(containers.map(({ state }) => state)).to.deep.equal(['running', 'stopped']);
      await stopped(launch);
    });

    it('stops a task with SIGTERM, and says so before it is gone', async () => {
      const launch = await started({ stopTimeout: 20 });
      await running(launch);
      const { containers, failure } = await stopped(launch);
      expect(containers[0]?.state).to.equal('stopped');
      // 0 if the container ends in its own way at SIGTERM, 143 if the signal ends it.
      expect(containers[0]?.exitCode).to.be.oneOf([0, 143]);
      expect(failure).to.equal(undefined);
      expect(
        observations.some(({ taskArn: arn, stopping, present }) => arn === launch.taskArn && stopping && present),
      ).to.equal(true);
    });

    it('delivers a task that it does not know as not present when it is stopped', async () => {
      const launch = launchOf([{}]);
      await runtime.stop(launch.taskArn);
      expect((await gone(launch)).containers).to.deep.equal([]);
    });

    it('reports an image that cannot be pulled', async () => {
      const launch = await started({ image: given.images.missing });
      const { failure } = await seen(launch, 'a failure', (task) => task.failure !== undefined);
      expect(failure?.stopCode).to.equal('TaskFailedToStart');
      expect(failure?.reason).to.match(/^CannotPullContainerError: ./);
      await stopped(launch);
    });

    it('reports a task whose containers somebody else deleted', async () => {
      const launch = await started({});
      await running(launch);
      await given.deleteBehindItsBack(launch);
      expect((await gone(launch)).failure?.reason).to.include('deleted');
    });

    it('delivers what runs already before watch resolves', async () => {
      const launch = await started({});
      await running(launch);
      const again = await given.again();
      const found: TaskObservation[] = [];
      await again.watch((observation) => found.push(observation));
      expect(found.find(({ taskArn: arn }) => arn === launch.taskArn)?.ready).to.equal(true);
      await again.close();
      await stopped(launch);
    });

    describe('with real processes', () => {
      before(function () {
        if (!given.realProcesses) this.skip();
      });

      it('merges overrides into the environment and the command', async () => {
        const launch = launchOf([
          {
            image: 'busybox:latest',
            command: ['sh', '-c', 'false'],
            environment: [{ name: 'KEPT', value: '$(HOME) $$' }],
          },
        ]);
        const command = ['sh', '-c', 'echo "$KEPT $ADDED"'];
        const containerOverrides = [{ name: 'container-0', command, environment: [{ name: 'ADDED', value: 'two' }] }];
        await runtime.run({ ...launch, overrides: { containerOverrides } });
        await seen(launch, 'an exit', (task) => task.containers[0]?.state === 'stopped');
        expect(await outputOf(runtime, launch)).to.equal('$(HOME) $$ two\n');
        await stopped(launch);
      });

      it('kills what ignores SIGTERM after the stop timeout', async () => {
        const launch = await started({
          image: 'busybox:latest',
          command: ['sh', '-c', 'trap "" TERM; while true; do sleep 1; done'],
          stopTimeout: 2,
        });
        await running(launch);
        expect((await stopped(launch)).containers[0]?.exitCode).to.equal(137);
      });

      it('follows the output of a container until it is told to stop', async () => {
        const launch = await started({
          image: 'busybox:latest',
          command: ['sh', '-c', 'echo one; sleep 1; echo two; sleep 600'],
          stopTimeout: 2,
        });
        await running(launch);
        const ended = new AbortController();
        let output = '';
        for await (const chunk of runtime.logs(launch.taskArn, 'container-0', { follow: true, signal: ended.signal })) {
          output += chunk.toString();
          if (output.includes('two')) ended.abort();
        }
        expect(output).to.equal('one\ntwo\n');
        await stopped(launch);
      });

      it('runs commands in a container with their output, input and exit code', async () => {
        const launch = await started({ image: 'busybox:latest', command: ['sleep', '600'], stopTimeout: 2 });
        await running(launch);
        const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
        const code = runtime.exec(
          launch.taskArn,
          'container-0',
          ['sh', '-c', 'read line; echo "got $line"; echo oh >&2; exit 7'],
          streams,
        );
        streams.stdin.write('this\n');
        expect(await code).to.equal(7);
        streams.stdout.end();
        streams.stderr.end();
        expect([await text(streams.stdout), await text(streams.stderr)]).to.deep.equal(['got this\n', 'oh\n']);
        await stopped(launch);
      });

      it('starts what others wait for first', async () => {
        const launch = await started(
          {
            image: 'busybox:latest',
            command: ['sh', '-c', 'test -f /shared/ready'],
            mountPoints: shared,
            dependsOn: [{ containerName: 'first_Step', condition: 'SUCCESS' }],
          },
          {
            name: 'first_Step',
            image: 'busybox:latest',
            essential: false,
            command: ['touch', '/shared/ready'],
            mountPoints: shared,
          },
        );
        // The runtime lists the containers in the order in which they start.
        const { containers } = await seen(
          launch,
          'both exits',
          (task) => task.containers.length === 2 && task.containers.every(({ state }) => state === 'stopped'),
        );
        expect(containers.map(({ name: container, exitCode }) => [container, exitCode])).to.deep.equal([
          ['first_Step', 0],
          ['container-0', 0],
        ]);
        await stopped(launch);
      });

      it('reports the health of a container that others wait for', async () => {
        const healthCheck = { command: ['CMD-SHELL', 'test -f /tmp/up'], interval: 5 };
        const launch = await started(
          {
            image: 'busybox:latest',
            command: ['sleep', '600'],
            stopTimeout: 2,
            dependsOn: [{ containerName: 'db', condition: 'HEALTHY' }],
          },
          {
            name: 'db',
            image: 'busybox:latest',
            command: ['sh', '-c', 'sleep 1; touch /tmp/up; sleep 600'],
            stopTimeout: 2,
            healthCheck,
          },
        );
        const { containers } = await seen(
          launch,
          'a healthy task',
          (task) => task.ready && task.containers[0]?.health === 'HEALTHY',
        );
        expect(containers.map(({ name: container, state }) => [container, state])).to.deep.equal([
          ['db', 'running'],
          ['container-0', 'running'],
        ]);
        await stopped(launch);
      });

      it('reports a command that does not exist', async () => {
        const launch = await started({ image: 'busybox:latest', command: ['/no/such/command'] });
        const { failure } = await seen(launch, 'a failure', (task) => task.failure !== undefined);
        expect(failure?.reason).to.match(/^Cannot(Start|Create)ContainerError: .*no such file/);
        await stopped(launch);
      });

      it('reports a container that used too much memory', async () => {
        const eat = 'x=a; while true; do x="$x$x"; done';
        const launch = await started({ image: 'busybox:latest', command: ['sh', '-c', eat], memory: 16 });
        const { containers } = await seen(launch, 'an exit', (task) => task.containers[0]?.state === 'stopped');
        expect(containers[0]).to.include({
          exitCode: 137,
          reason: 'OutOfMemoryError: Container killed due to memory usage',
        });
        await stopped(launch);
      });
    });
  });
}

const shared = [{ sourceVolume: 'shared', containerPath: '/shared' }];

async function outputOf(runtime: TaskRuntime, launch: TaskLaunch): Promise<string> {
  let output = '';
  for await (const chunk of runtime.logs(launch.taskArn, 'container-0', {})) output += chunk.toString();
  return output;
}
