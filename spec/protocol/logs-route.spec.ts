import { once } from 'node:events';
import { type IncomingMessage, get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import type { LogOptions } from '../../lib/runtime/task-runtime.ts';
import { type StreamServer, startStreamServer } from '../support/stream-server.ts';
import { waitFor } from '../support/wait-for.ts';

describe('the route to the output of tasks', () => {
  let server: StreamServer;
  beforeEach(async () => {
    server = await startStreamServer();
  });
  afterEach(() => server.close());

  const asked: [string, string, LogOptions][] = [];
  const answerWith = (chunks: (options: LogOptions) => AsyncIterable<Buffer> | Iterable<Buffer>) => {
    asked.length = 0;
    server.runtime.logs = async (...call: unknown[]) => {
      const [arn, container, options] = call as [string, string, LogOptions];
      asked.push([arn, container, options]);
      return (async function* () {
        yield* chunks(options);
      })();
    };
  };
  const read = (arn: string, query = '', headers: Record<string, string> = {}) =>
    fetch(`${server.url}/_kecs/tasks/${arn}/logs${query}`, { headers });
  const refusal = async (response: Response): Promise<[number, string]> => {
    const { message } = (await response.json()) as { message: string };
    return [response.status, message];
  };
  const open = async (arn: string, query = ''): Promise<IncomingMessage> => {
    const [response] = await once(get(`${server.url}/_kecs/tasks/${arn}/logs${query}`), 'response');
    return response as IncomingMessage;
  };

  it('leaves what is not its own', async () => {
    expect((await fetch(`${server.url}/_kecs/tasks`)).status).to.equal(418);
    expect((await fetch(`${server.url}/logs`)).status).to.equal(418);
  });

  describe('refuses', () => {
    let arn: string;
    beforeEach(() => {
      arn = server.put('one', { web: 'RUNNING' });
      answerWith(() => [Buffer.from('x')]);
    });

    it('a page of another origin', async () => {
      const [status, message] = await refusal(await read(arn, '', { origin: 'https://pages.example.test' }));
      expect(status).to.equal(403);
      expect(message).to.contain('https://pages.example.test');
    });

    it('a name that may be rebound', async () => {
      const request = get(`${server.url}/_kecs/tasks/${arn}/logs`, { headers: { host: 'pages.example.test' } });
      const [response] = await once(request, 'response');
      expect(response.statusCode).to.equal(403);
    });

    for (const [query, words] of [
      ['?tial=1', 'There is no parameter tial: there are container, follow, tail, timestamps.'],
      ['?tail=-1', 'The parameter tail is -1: give it a whole number of 0 or more.'],
      ['?tail=', 'The parameter tail is empty: give it a whole number of 0 or more.'],
      ['?follow=yes', 'The parameter follow is yes: give it true or false.'],
    ] as const) {
      it(`the query ${query}`, async () => {
        expect(await refusal(await read(arn, query))).to.deep.equal([400, words]);
        expect(asked).to.deep.equal([]);
      });
    }

    it('other methods, and commands without a websocket', async () => {
      const post = await fetch(`${server.url}/_kecs/tasks/${arn}/logs`, { method: 'POST' });
      expect([post.status, post.headers.get('allow')]).to.deep.equal([405, 'GET']);
      expect((await fetch(`${server.url}/_kecs/tasks/${arn}/exec?command=ls`)).status).to.equal(426);
    });

    it('a task that it does not know', async () => {
      const [status, message] = await refusal(await read(`${arn}1`));
      expect([status, message]).to.deep.equal([
        404,
        `KECS has no task ${arn}1: it never had, or the task stopped more than an hour ago.`,
      ]);
    });

    it('a container that the task does not have, and to choose one of several', async () => {
      const two = server.put('two', { web: 'RUNNING', db: 'RUNNING' });
      expect(await refusal(await read(two, '?container=x'))).to.deep.equal([
        404,
        'Task two has no container x: it has web, db.',
      ]);
      expect(await refusal(await read(two))).to.deep.equal([
        400,
        'Task two has several containers: name one of web, db.',
      ]);
    });

    it('a container that has not started', async () => {
      const early = server.put('early', { web: 'PENDING' }, { lastStatus: 'PROVISIONING' });
      expect(await refusal(await read(early))).to.deep.equal([
        409,
        'Container web of task early has not started yet: the task is PROVISIONING. Follow it, or try again.',
      ]);
    });

    it('a task whose output went with its Pod, with the reason why it stopped', async () => {
      server.runtime.logs = async () => {
        throw new Error('Its Pod is gone.');
      };
      const gone = server.put('gone', { web: 'STOPPED' }, { lastStatus: 'STOPPED', stoppedReason: 'Enough.' });
      expect(await refusal(await read(gone))).to.deep.equal([
        409,
        'Task gone has stopped (Enough). There is no output of it: none was kept when its Pod went.',
      ]);
    });

    it('all while there is no Kubernetes', async () => {
      await server.close();
      server = await startStreamServer(new Promise(() => undefined));
      const waiting = await refusal(await read(server.put('one', { web: 'RUNNING' })));
      expect(waiting).to.deep.equal([503, 'KECS is not connected to its Kubernetes yet: try again in a moment.']);
      await server.close();
      server = await startStreamServer(Promise.reject(new Error('It is away.')));
      const failed = await refusal(await read(server.put('one', { web: 'RUNNING' })));
      expect(failed).to.deep.equal([503, 'KECS has no Kubernetes: It is away.']);
    });
  });

  it('gives the output of the only container, or of the one that is named, as plain text', async () => {
    answerWith(() => [Buffer.from('<b>one'), Buffer.from('two\n')]);
    const response = await read(server.put('one', { web: 'RUNNING' }));
    expect(await response.text()).to.equal('<b>onetwo\n');
    expect(response.headers.get('content-type')).to.equal('text/plain; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).to.equal('nosniff');
    const arn = server.put('two', { web: 'RUNNING', Side_Car: 'STOPPED' });
    await read(encodeURIComponent(arn), '?container=Side_Car&tail=5&timestamps');
    const [, [, container, options]] = asked as [unknown, [string, string, LogOptions]];
    expect([container, options.tail, options.timestamps, options.follow]).to.deep.equal(['Side_Car', 5, true, false]);
  });

  it('waits with what is followed until the container starts', async () => {
    answerWith(() => [Buffer.from('first words')]);
    const arn = server.put('early', { web: 'PENDING' }, { lastStatus: 'PROVISIONING' });
    const response = read(arn, '?follow');
    await delay(0);
    expect(asked).to.deep.equal([]);
    server.put('early', { web: 'RUNNING' });
    expect(await (await response).text()).to.equal('first words');
  });

  it('sends what there is before the container says more', async () => {
    let end = (): void => undefined;
    answerWith(async function* () {
      yield Buffer.from('so far');
      await new Promise<void>((resolve) => (end = resolve));
    });
    const response = await open(server.put('one', { web: 'RUNNING' }), '?follow=true');
    expect(String((await once(response, 'data'))[0])).to.equal('so far');
    end();
    await once(response, 'end');
  });

  it('lets go of the runtime when the client goes away', async () => {
    let released = false;
    answerWith(async function* ({ signal }) {
      yield Buffer.from('so far');
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      released = true;
    });
    const response = await open(server.put('one', { web: 'RUNNING' }), '?follow');
    await once(response, 'data');
    response.destroy();
    await waitFor('the end of the stream', () => released);
  });

  it('takes no more from the runtime than a slow client takes', async () => {
    const chunk = Buffer.alloc(2 ** 20);
    let taken = 0;
    answerWith(async function* ({ signal }) {
      for (; !signal?.aborted; taken++) yield chunk;
    });
    const response = await open(server.put('one', { web: 'RUNNING' }), '?follow');
    await waitFor('a standstill', async () => {
      const before = taken;
      await delay(200);
      return before > 0 && before === taken;
    });
    expect(taken).to.be.lessThan(64);
    const before = taken;
    response.resume();
    await waitFor('more', () => taken > before + 64);
    response.destroy();
  });

  it('breaks off so that the client notices when the runtime does, or KECS ends', async () => {
    const arn = server.put('one', { web: 'RUNNING' });
    answerWith(async function* () {
      yield Buffer.from('so far');
      await delay(0);
      throw new Error('The API server went away.');
    });
    const broken = await open(arn, '?follow');
    broken.resume();
    expect((await once(broken, 'error'))[0]).to.have.property('code', 'ECONNRESET');
    answerWith(async function* ({ signal }) {
      yield Buffer.from('so far');
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    });
    const followed = await open(arn, '?follow');
    await once(followed, 'data');
    const error = once(followed, 'error');
    server.endStreams();
    expect((await error)[0]).to.have.property('code', 'ECONNRESET');
  });
});
