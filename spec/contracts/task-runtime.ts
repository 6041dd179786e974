import { createHash, randomBytes } from 'node:crypto';
import { PassThrough, Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { taskArn } from '../../lib/model/arn.ts';
import type { ContainerDefinition } from '../../lib/model/task-definition.ts';
import {
  CommandNotStarted,
  type ExecStreams,
  type LogOptions,
  type TaskLaunch,
  type TaskObservation,
  type TaskRuntime,
} from '../../lib/runtime/task-runtime.ts';
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
  /** A container that writes this text, and ends after so many seconds. */
  readonly printing: (text: string, seconds: number) => Partial<ContainerDefinition>;
  /** A container in which `cat`, `tty` and `stty size` are found. */
  readonly withCommands: Partial<ContainerDefinition>;
  /** Whether all commands really run: a simulated container has no shell. */
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

    describe('gives the output of a container', () => {
      let launch: TaskLaunch;
      const read = (options: LogOptions, container = 'container-0') => outputOf(runtime, launch, options, container);
      before(async () => {
        launch = await started(given.printing('one\ntwo\nthree\n', 600), { name: 'Side_Car' });
        await running(launch);
      });
      after(() => stopped(launch));

      it('as far as it has come', async () => {
        await waitFor('three lines', async () => (await read({})) === 'one\ntwo\nthree\n');
      });

      it('from one of the last lines on', async () => {
        expect(await read({ tail: 2 })).to.equal('two\nthree\n');
        expect(await read({ tail: 0 })).to.equal('');
        expect(await read({ tail: 10 })).to.equal('one\ntwo\nthree\n');
      });

      it('with times', async () => {
        const [first = ''] = (await read({ timestamps: true })).split('\n');
        expect(first).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\S* one$/);
      });

      it('and not that of another', async () => {
        expect(await read({}, 'Side_Car')).to.not.contain('one');
      });

      it('and what follows, until it is told to stop', async () => {
        const ended = new AbortController();
        let output = '';
        const chunks = await runtime.logs(launch.taskArn, 'container-0', { follow: true, signal: ended.signal });
        for await (const chunk of chunks) {
          output += chunk.toString();
          if (output.includes('two')) ended.abort();
        }
        expect(output).to.match(/^one\ntwo\n/);
      });

      it('to its last line where it is followed', async () => {
        const short = await started(given.printing('a\nb', 1));
        await seen(short, 'a start', ({ containers }) => containers[0]?.state !== 'waiting');
        expect(await outputOf(runtime, short, { follow: true })).to.equal('a\nb');
        await stopped(short);
      });

      it('after its end, and says that there is none any more when the task is gone', async () => {
        const short = await started(given.printing('last words', 0));
        await seen(short, 'an exit', (task) => task.containers[0]?.state === 'stopped');
        expect(await outputOf(runtime, short)).to.equal('last words');
        await stopped(short);
        expect(await refusalOf(outputOf(runtime, short))).to.match(/^There is no output of arn:.* its Pod is gone/);
      });

      it('and says so when it has not started', async () => {
        const waiting = await started({ image: given.images.missing, name: 'Not_Yet' });
        await seen(waiting, 'a failure', (task) => task.failure !== undefined);
        const refusal = await refusalOf(outputOf(runtime, waiting, {}, 'Not_Yet'));
        expect(refusal).to.contain('Not_Yet').and.to.contain('is waiting to start');
        await stopped(waiting);
      });
    });

    describe('runs a command in a container', () => {
      let launch: TaskLaunch;
      before(async () => {
        launch = await started({ ...given.withCommands, name: 'Shell_1' });
        await running(launch);
      });
      after(() => stopped(launch));

      const exec = async (command: string[], more: Partial<ExecStreams> = {}) => {
        const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
        const output = Promise.all([text(streams.stdout), text(streams.stderr)]);
        try {
          const code = await runtime.exec(launch.taskArn, 'Shell_1', command, { ...streams, ...more });
          return [code, streams, output] as const;
        } finally {
          streams.stdout.end();
          streams.stderr.end();
        }
      };
      const execText = async (command: string[], more: Partial<ExecStreams> = {}) => {
        const [code, , output] = await exec(command, more);
        return [code, ...(await output)];
      };

      it('and tells its output and exit code', async () => {
        expect(await execText(['echo', 'two  words'])).to.deep.equal([0, 'two  words\n', '']);
        expect(await execText(['false'])).to.deep.equal([1, '', '']);
      });

      it('with the end of its input', async () => {
        expect(await execText(['cat'], { stdin: Readable.from(['a\n', 'b']) })).to.deep.equal([0, 'a\nb', '']);
        expect(await execText(['cat'], { stdin: Readable.from([]) })).to.deep.equal([0, '', '']);
        expect(await execText(['cat'])).to.deep.equal([0, '', '']);
      });

      it('in a terminal or without', async () => {
        expect(await execText(['tty'])).to.deep.equal([1, 'not a tty\n', '']);
        const [code, output] = await execText(['tty'], { tty: true, stdin: new PassThrough() });
        expect([code, output]).to.deep.equal([0, '/dev/pts/0\r\n']);
      });

      it('in a terminal of the size that it is told', async () => {
        const untilTold = 'until [ "$(stty size 2>/dev/null)" = "33 101" ]; do sleep 0.1; done; stty size';
        const sizes = new PassThrough({ objectMode: true });
        sizes.write({ columns: 101, rows: 33 });
        const command = given.realProcesses ? ['sh', '-c', untilTold] : ['stty', 'size'];
        expect(await execText(command, { tty: true, stdin: new PassThrough(), sizes })).to.deep.equal([
          0,
          '33 101\r\n',
          '',
        ]);
        sizes.end();
      });

      it('whose output waits for a slow reader, and with it the input', async () => {
        const size = 64 * 2 ** 20;
        const piece = randomBytes(2 ** 16);
        let sent = 0;
        const stdin = Readable.from(
          (function* () {
            for (; sent < size; sent += piece.length) yield piece;
          })(),
        );
        let reading = false;
        let readOn = (): void => undefined;
        const [wanted, received] = [createHash('sha256'), createHash('sha256')];
        for (let i = 0; i < size; i += piece.length) wanted.update(piece);
        const stdout = new Writable({
          write: (chunk: Buffer, _encoding, done) => {
            received.update(chunk);
            if (reading) done();
            else readOn = done;
          },
        });
        const code = runtime.exec(launch.taskArn, 'Shell_1', ['cat'], { stdin, stdout, stderr: new PassThrough() });
        await waitFor('a standstill', async () => {
          const before = sent;
          await delay(500);
          return before > 0 && before === sent;
        });
        expect(sent).to.be.lessThan(size);
        reading = true;
        readOn();
        expect(await code).to.equal(0);
        await new Promise((resolve) => stdout.end(resolve));
        expect(received.digest('hex')).to.equal(wanted.digest('hex'));
      });

      it('unless there is none of that name', async () => {
        const error = await exec(['no-such-command']).catch((reason: Error) => reason);
        expect(error).to.be.instanceOf(CommandNotStarted).and.to.include({ exitCode: 127 });
        expect((error as Error).message).to.contain('Shell_1: "no-such-command": executable file not found');
      });

      it('until it is let go of', async () => {
        const ended = new AbortController();
        const stdout = new PassThrough();
        stdout.once('data', () => ended.abort());
        const stdin = new PassThrough();
        stdin.write('something');
        expect(await refusalOf(exec(['cat'], { stdin, stdout, signal: ended.signal }))).to.contain('aborted');
      });

      it('but not in one that does not run', async () => {
        const ended = await started({ ...given.exiting(0), name: 'Shell_1' });
        await seen(ended, 'an exit', (task) => task.containers[0]?.state === 'stopped');
        const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
        const run = () => runtime.exec(ended.taskArn, 'Shell_1', ['true'], streams);
        expect(await refusalOf(run())).to.match(/^Container Shell_1 of arn:.* cannot be entered: .*Shell_1/);
        await stopped(ended);
        expect(await refusalOf(run())).to.match(/^Container Shell_1 of arn:.* cannot be entered: .*not found/);
      });
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

async function outputOf(
  runtime: TaskRuntime,
  { taskArn: arn }: TaskLaunch,
  options: LogOptions = {},
  container = 'container-0',
): Promise<string> {
  let output = '';
  for await (const chunk of await runtime.logs(arn, container, options)) output += chunk.toString();
  return output;
}

const refusalOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'It was not refused.',
    (error: Error) => error.message,
  );
