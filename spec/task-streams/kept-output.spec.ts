import { expect } from 'chai';
import type { LogOptions, TaskRuntime } from '../../lib/runtime/task-runtime.ts';
import { openStore } from '../../lib/store/json-store.ts';
import type { Store } from '../../lib/store/store.ts';
import { type KeptOutput, createKeptOutput } from '../../lib/task-streams/kept-output.ts';
import { storedTask } from '../support/stored-task.ts';
import { waitFor } from '../support/wait-for.ts';

describe('the output of stopped tasks', () => {
  let store: Store;
  let kept: KeptOutput;
  let runtime: TaskRuntime;
  let stops: string[];
  let output: (container: string, options: LogOptions) => Promise<AsyncIterable<Buffer>>;

  beforeEach(async () => {
    store = await openStore({ warn: () => undefined });
    kept = createKeptOutput(store);
    stops = [];
    const asked: Pick<TaskRuntime, 'stop' | 'logs'> = {
      stop: async (arn) => void stops.push(arn),
      logs: (_arn, container, options) => output(container, options),
    };
    runtime = kept.readBeforeStop(asked as TaskRuntime);
  });
  afterEach(async () => {
    kept.close();
    await store.close();
  });

  const put = (id: string, ...names: string[]): string => {
    const record = storedTask('default', id, { containers: names.map((name) => ({ name })) });
    store.tasks.put(record);
    return record.arn;
  };
  const lines = (...chunks: string[]) =>
    (async function* () {
      for (const chunk of chunks) yield Buffer.from(chunk);
    })();
  const read = (arn: string, container = 'web', options: LogOptions = {}) =>
    kept.of(arn, container, options)?.toString();

  it('is read of each container, with what it writes on its way down', async () => {
    const arn = put('one', 'web', 'db');
    const asked: LogOptions[] = [];
    output = async (container, options) => {
      asked.push(options);
      return lines(`T1 first of ${container}\n`, 'T2 last');
    };
    await runtime.stop(arn);
    expect(stops).to.deep.equal([arn]);
    await waitFor('the lines', () => read(arn, 'db') === 'first of db\nlast');
    expect(read(arn)).to.equal('first of web\nlast');
    expect(read(arn, 'web', { tail: 1, timestamps: true })).to.equal('T2 last');
    expect(read(arn, 'web', { tail: 0 })).to.equal('');
    expect(asked.map(({ follow }) => follow)).to.deep.equal([true, true]);
  });

  it('is not there for a container that never started, and the task is stopped all the same', async () => {
    const arn = put('one', 'web', 'db');
    output = async (container) => {
      if (container === 'db') throw new Error('It waits to start.');
      return lines('T1 here\n');
    };
    await runtime.stop(arn);
    expect(stops).to.deep.equal([arn]);
    await waitFor('the line', () => read(arn) === 'here\n');
    expect(read(arn, 'db')).to.equal(undefined);
  });

  it('does not hold the end of a task up where Kubernetes does not answer', async () => {
    const arn = put('one', 'web');
    output = () => new Promise(() => undefined);
    await runtime.stop(arn);
    expect(stops).to.deep.equal([arn]);
  });

  it('is kept as far as it came when it breaks off', async () => {
    const arn = put('one', 'web');
    output = async () =>
      (async function* () {
        yield Buffer.from('T1 here\n');
        throw new Error('The API server went away.');
      })();
    await runtime.stop(arn);
    await waitFor('the line', () => read(arn) === 'here\n');
  });

  it('is the end of what was written, from a whole line on', async () => {
    const arn = put('one', 'web');
    const many = Array.from({ length: 100_000 }, (_, i) => `T line ${i}\n`);
    output = async () => lines(...many);
    await runtime.stop(arn);
    await waitFor('the last line', () => read(arn)?.endsWith('line 99999\n'));
    expect(read(arn)?.length).to.be.lessThan(256 * 1024);
    expect(read(arn)).to.match(/^line \d{5}\n/);
  });

  it('is that of the containers that were stopped last', async () => {
    output = async () => lines('T1 here\n');
    const arns = Array.from({ length: 201 }, (_, i) => put(`task${i}`, 'web'));
    for (const arn of arns) await runtime.stop(arn);
    await waitFor('the last one', () => read(arns.at(-1) ?? '') === 'here\n');
    expect([read(arns[0] ?? ''), read(arns[1] ?? '')]).to.deep.equal([undefined, 'here\n']);
  });
});
