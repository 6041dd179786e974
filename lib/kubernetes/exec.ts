import { PassThrough } from 'node:stream';
import type { KubeConfig, V1Status } from '@kubernetes/client-node';
import type { ExecStreams } from '../runtime/task-runtime.ts';
import type { ApiClient } from './api-client.ts';
import { encodeName, taskNames } from './names.ts';

export interface ExecTarget {
  readonly taskArn: string;
  readonly container: string;
  readonly command: readonly string[];
}

/** The channels of an exec session (`v5.channel.k8s.io`, k8s.io/apimachinery/pkg/util/remotecommand/constants.go). */
const channel = { stdout: 1, stderr: 2, status: 3 } as const;

/**
 * client-node's own Exec would end the caller's streams with the session; this speaks through the handler below it.
 */
export async function execInContainer(api: ApiClient, target: ExecTarget, streams: ExecStreams): Promise<number> {
  const { WebSocketHandler } = await import('@kubernetes/client-node/dist/web-socket-handler.js');
  const unused = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const handler = new WebSocketHandler(api.access as KubeConfig, undefined, unused);
  let status: V1Status | undefined;
  const socket = await handler
    .connect(pathOf(target, streams), null, (stream: number, data: Buffer) => {
      if (stream === channel.stdout) streams.stdout.write(data);
      if (stream === channel.stderr) streams.stderr.write(data);
      if (stream === channel.status) status = JSON.parse(data.toString()) as V1Status;
      return status === undefined;
    })
    .catch((error: unknown) => {
      throw new Error(`Container ${target.container} of ${target.taskArn} cannot be entered: ${wordsOf(error)}`, {
        cause: error,
      });
    });
  if (streams.stdin) WebSocketHandler.handleStandardInput(socket, streams.stdin as NodeJS.ReadableStream as never, 0);
  await new Promise<void>((resolve) => {
    if (socket.readyState >= socket.CLOSING) resolve();
    socket.onclose = () => resolve();
  });
  return exitCodeOf(status, target);
}

function pathOf({ taskArn, container, command }: ExecTarget, { stdin, tty = false }: ExecStreams): string {
  const { namespace, name } = taskNames(taskArn);
  const query = new URLSearchParams({
    container: encodeName(container),
    stdin: String(stdin !== undefined),
    stdout: 'true',
    stderr: String(!tty),
    tty: String(tty),
  });
  for (const word of command) query.append('command', word);
  return `/api/v1/namespaces/${namespace}/pods/${name}/exec?${query.toString()}`;
}

/** The kubelet puts a command's exit code in the Status' causes. */
function exitCodeOf(status: V1Status | undefined, { taskArn, container }: ExecTarget): number {
  if (status?.status === 'Success') return 0;
  const cause = status?.details?.causes?.find(({ reason }) => reason === 'ExitCode');
  if (cause) return Number(cause.message);
  const words = status?.message ?? 'the connection ended before the command did.';
  throw new Error(`The command in container ${container} of ${taskArn} did not run to its end: ${words}`);
}

/** The handler rejects with a WebSocket's ErrorEvent, which is no Error. */
const wordsOf = (error: unknown): string => (error as { message?: string }).message ?? String(error);
