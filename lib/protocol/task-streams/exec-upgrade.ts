import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import { invalidParameter } from '../../errors.ts';
import type { UpgradeRouter } from '../../router.ts';
import type { TaskStreams } from '../../task-streams/task-streams.ts';
import type { Log } from '../../util/log.ts';
import type { CallerGuard } from '../caller-guard.ts';
import { execProtocol } from './exec-channels.ts';
import { serveExec } from './exec-session.ts';
import { refusalOf } from './refusal.ts';
import { passOn, refuseUpgrade } from './refuse-upgrade.ts';
import { type StreamPath, checkNames, isTrue, parseStreamPath } from './stream-path.ts';

/** The largest message that is taken: a terminal sends keys, and a pipe is cut into pieces. */
const maxPayload = 4 * 2 ** 20;
/** How long the end of a session may take a client that does not answer: the end of KECS waits for it. */
const closeTimeout = 2000;

/**
 * `/_kecs/tasks/<task ARN>/exec?command&container&stdin&tty` over a websocket. A browser lets any page open one, so the
 * caller is guarded as those of the API are: by Host and Origin.
 */
export function createExecUpgrade(streams: TaskStreams, guard: CallerGuard, log: Log): UpgradeRouter {
  let server: Promise<WebSocketServer> | undefined;
  const accept = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<WebSocket> => {
    server ??= createServer();
    const accepting = await server;
    return new Promise((resolve) => accepting.handleUpgrade(request, socket, head, resolve));
  };
  return (request, socket, head, next) => {
    const path = parseStreamPath(request.url);
    if (path?.what !== 'exec') return passOn(socket, next);
    socket.on('error', () => socket.destroy());
    try {
      guard(request.headers);
      const asked = askedOf(path);
      accept(request, socket, head)
        .then((webSocket) => serveExec(webSocket, streams, asked, log))
        .catch((error: unknown) => log.error(error, `A command in ${path.taskArn} failed.`));
    } catch (error) {
      refuseUpgrade(socket, refusalOf(error, log));
    }
  };
}

/** Loaded by the first who needs it: most programs never run a command in a task. */
async function createServer(): Promise<WebSocketServer> {
  const { WebSocketServer: Server } = await import('ws');
  const handleProtocols = (offered: Set<string>) => offered.has(execProtocol) && execProtocol;
  const options = { noServer: true, maxPayload, handleProtocols, closeTimeout };
  return new Server(options);
}

/** What is to run, and where. */
export interface AskedExec {
  readonly taskArn: string;
  readonly container: string | undefined;
  readonly command: readonly string[];
  readonly tty: boolean;
  readonly stdin: boolean;
}

function askedOf({ taskArn, query }: StreamPath): AskedExec {
  checkNames(query, ['command', 'container', 'stdin', 'tty']);
  const command = query.getAll('command');
  if (command.length === 0) {
    throw invalidParameter(
      'There is no command: give each of its words as a parameter command, e.g. ?command=ls&command=-l.',
    );
  }
  const container = query.get('container') ?? undefined;
  return { taskArn, container, command, tty: isTrue(query, 'tty'), stdin: isTrue(query, 'stdin') };
}
