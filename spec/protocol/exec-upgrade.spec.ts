import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { json, text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { type ClientOptions, WebSocket } from 'ws';
import { execChannels, execFrame, execProtocol } from '../../lib/protocol/task-streams/exec-channels.ts';
import { CommandNotStarted, type ExecStreams } from '../../lib/runtime/task-runtime.ts';
import { type StreamServer, startStreamServer } from '../support/stream-server.ts';
import { taskDefinition } from '../support/task-records.ts';
import { waitFor } from '../support/wait-for.ts';

type Run = (streams: ExecStreams, command: readonly string[], container: string) => Promise<number>;

describe('the websocket for commands in tasks', () => {
  let server: StreamServer;
  let arn: string;
  beforeEach(async () => {
    server = await startStreamServer();
    arn = server.put('one', { web: 'RUNNING' });
  });
  afterEach(() => server.close());

  const answerWith = (run: Run) => {
    server.runtime.exec = async (...call: unknown[]) => {
      const [, container, command, streams] = call as [string, string, string[], ExecStreams];
      return run(streams, command, container);
    };
  };
  const urlOf = (query: string, task = arn) => `${server.url}/_kecs/tasks/${encodeURIComponent(task)}/exec${query}`;
  const connect = (query: string, options: ClientOptions = {}, task = arn) => {
    const socket = new WebSocket(urlOf(query, task), execProtocol, options);
    const received: Record<number, string> = {};
    socket.on('message', (message: Buffer) => {
      const channel = message[0] ?? -1;
      received[channel] = (received[channel] ?? '') + message.subarray(1).toString();
    });
    return { socket, received, closed: once(socket, 'close'), opened: () => once(socket, 'open') };
  };
  const resultOf = async (query: string, task = arn): Promise<unknown> => {
    const { received, closed } = connect(query, {}, task);
    await closed;
    return JSON.parse(received[execChannels.result] ?? 'null');
  };
  const refusalOf = async (query: string, options: ClientOptions = {}): Promise<[number | undefined, string]> => {
    const socket = new WebSocket(urlOf(query), options);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    const { message } = (await json(response)) as { message: string };
    return [response.statusCode, message];
  };

  describe('refuses', () => {
    it('a page of another origin, which a browser lets open any websocket', async () => {
      const [status, message] = await refusalOf('?command=ls', { origin: 'https://pages.example.test' });
      expect(status).to.equal(403);
      expect(message).to.contain('https://pages.example.test');
    });

    it('a name that may be rebound', async () => {
      expect((await refusalOf('?command=ls', { headers: { host: 'pages.example.test' } }))[0]).to.equal(403);
    });

    it('a query without a command, or with a parameter that there is not', async () => {
      expect(await refusalOf('')).to.deep.equal([
        400,
        'There is no command: give each of its words as a parameter command, e.g. ?command=ls&command=-l.',
      ]);
      expect((await refusalOf('?command=ls&ttty=true'))[1]).to.contain('There is no parameter ttty');
      expect((await refusalOf('?command=ls&tty=1'))[1]).to.contain('The parameter tty is 1');
    });

    it('any other path', async () => {
      const socket = new WebSocket(`${server.url}/elsewhere`);
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
      expect([response.statusCode, await text(response)]).to.deep.equal([
        404,
        '{"message":"KECS has no websocket there."}',
      ]);
    });
  });

  it('lets in pages of this host', async () => {
    answerWith(async () => 0);
    const { closed } = connect('?command=ls', { origin: server.url });
    expect((await closed)[0]).to.equal(1000);
  });

  it('passes command and container on, and tells output and exit code', async () => {
    let asked: unknown;
    answerWith(async ({ stdout, stderr, ...others }, command, container) => {
      asked = [command, container, others.tty, others.stdin];
      stdout.write('out');
      stderr.write('err');
      return 7;
    });
    const { received, closed, socket } = connect('?command=sh&command=-c&command=a%20b&container=web');
    const [code] = await closed;
    expect(asked).to.deep.equal([['sh', '-c', 'a b'], 'web', false, undefined]);
    expect(received).to.deep.equal({ 1: 'out', 2: 'err', 3: '{"exitCode":7}' });
    expect([code, socket.protocol]).to.deep.equal([1000, execProtocol]);
  });

  it('runs the command in the first essential container unless one is named', async () => {
    const definition = taskDefinition({ containerDefinitions: [{ name: 'proxy', essential: false }, { name: 'web' }] });
    server.store.taskDefinitions.put(definition);
    const several = server.put('two', { proxy: 'RUNNING', web: 'RUNNING' }, { taskDefinitionArn: definition.arn });
    let entered = '';
    answerWith(async (_streams, _command, container) => {
      entered = container;
      return 0;
    });
    expect(await resultOf('?command=ls', several)).to.deep.equal({ exitCode: 0 });
    expect(entered).to.equal('web');
  });

  it('passes on the input with its end, and the size of the terminal', async () => {
    answerWith(async ({ stdin, sizes, stdout, tty }) => {
      stdout.write(`${tty} ${await text(stdin as NodeJS.ReadableStream)} `);
      for await (const size of sizes ?? []) {
        stdout.write(JSON.stringify(size));
        return 0;
      }
      return 1;
    });
    const { socket, received, closed, opened } = connect('?command=sh&tty&stdin=true');
    await opened();
    socket.send(execFrame(execChannels.resize, Buffer.from('no size')));
    socket.send(execFrame(execChannels.resize, Buffer.from('{"columns":-1,"rows":24}')));
    socket.send(execFrame(execChannels.resize, Buffer.from('{"columns":80,"rows":24}')));
    socket.send(execFrame(execChannels.stdin, Buffer.from('words')));
    socket.send(execFrame(execChannels.close, Buffer.of(execChannels.stdin)));
    await closed;
    expect(received).to.deep.equal({ 1: 'true words {"columns":80,"rows":24}', 3: '{"exitCode":0}' });
  });

  describe('tells in the result', () => {
    it('that the command is not there, with the code of a shell', async () => {
      answerWith(async () => {
        throw new CommandNotStarted(127, 'No such command.');
      });
      expect(await resultOf('?command=ls')).to.deep.equal({ message: 'No such command.', exitCode: 127 });
    });

    it('that the command did not run to its end', async () => {
      answerWith(async () => {
        throw new Error('The node is lost.');
      });
      expect(await resultOf('?command=ls')).to.deep.equal({ message: 'The node is lost.' });
    });

    it('that there is no such task or container, or that it does not run', async () => {
      expect(await resultOf('?command=ls', `${arn}1`))
        .to.have.property('message')
        .that.contains('KECS has no task');
      expect(await resultOf('?command=ls&container=x')).to.deep.equal({
        message: 'Task one has no container x: it has web.',
      });
      const ended = server.put('two', { web: 'STOPPED' }, { lastStatus: 'STOPPED' });
      expect(await resultOf('?command=ls', ended)).to.deep.equal({
        message: 'Task two has stopped. Commands run in running containers.',
      });
      const early = server.put('three', { web: 'PENDING' }, { lastStatus: 'PENDING' });
      expect(await resultOf('?command=ls', early)).to.deep.equal({
        message:
          'Container web of task three has not started yet: the task is PENDING. Commands run in running containers.',
      });
    });

    it('that KECS has ended', async () => {
      answerWith(({ signal }) => untilAborted(signal));
      const { received, closed, opened } = connect('?command=ls');
      await opened();
      await delay(0);
      server.endStreams();
      expect((await closed)[0]).to.equal(1000);
      expect(received[execChannels.result]).to.equal('{"message":"KECS has ended."}');
    });
  });

  it('lets go of the command when the client goes away', async () => {
    let released = false;
    answerWith(({ signal }) => untilAborted(signal).finally(() => (released = true)));
    const { socket, opened } = connect('?command=ls');
    await opened();
    socket.terminate();
    await waitFor('the end of the command', () => released);
  });

  it('takes no more output than a slow client takes', async () => {
    const chunk = Buffer.alloc(2 ** 20);
    let written = 0;
    answerWith(async ({ stdout, signal }) => {
      for (; !signal?.aborted; written++) if (!stdout.write(chunk)) await once(stdout, 'drain');
      return 0;
    });
    const { socket, opened } = connect('?command=yes');
    await opened();
    socket.pause();
    await waitFor('a standstill', async () => {
      const before = written;
      await delay(200);
      return before > 0 && before === written;
    });
    expect(written).to.be.lessThan(64);
    const before = written;
    socket.resume();
    await waitFor('more', () => written > before + 64);
    socket.terminate();
  });
});

const untilAborted = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error));
  });
