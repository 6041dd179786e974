import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Container, Task } from '../../lib/model/task.ts';
import { createCallerGuard } from '../../lib/protocol/caller-guard.ts';
import { createExecUpgrade } from '../../lib/protocol/task-streams/exec-upgrade.ts';
import { createLogsRoute } from '../../lib/protocol/task-streams/logs-route.ts';
import type { TaskRuntime } from '../../lib/runtime/task-runtime.ts';
import { openStore } from '../../lib/store/json-store.ts';
import type { Store } from '../../lib/store/store.ts';
import { createTaskStreams } from '../../lib/task-streams/task-streams.ts';
import { silentLog } from '../../lib/util/log.ts';
import { ScriptedRuntime } from './scripted-runtime.ts';
import { storedTask } from './stored-task.ts';
import { waitFor } from './wait-for.ts';

export interface StreamServer {
  readonly url: string;
  readonly runtime: ScriptedRuntime;
  readonly store: Store;
  /** Puts a task into the store; its containers are given as name → lastStatus. Answers its ARN. */
  put(id: string, containers: Readonly<Record<string, string>>, task?: Partial<Task>): string;
  /** As the emulator when it stops. */
  readonly endStreams: () => void;
  close(): Promise<void>;
}

/** The routes for the output of tasks and for commands in them, with a scripted runtime behind them. */
export async function startStreamServer(connected?: Promise<TaskRuntime>): Promise<StreamServer> {
  const store = await openStore({ warn: () => undefined });
  const runtime = new ScriptedRuntime();
  const scheduler = {
    whenTaskReaches: async (arn: string, status: string): Promise<void> =>
      void (await waitFor(status, () => store.tasks.get(arn)?.task.lastStatus === status, 100).catch(() => undefined)),
  };
  const streams = createTaskStreams({
    store,
    runtime: connected ?? Promise.resolve(runtime),
    scheduler,
    kept: { of: () => undefined },
  });
  const guard = createCallerGuard();
  const route = createLogsRoute(streams, guard, silentLog);
  const upgrade = createExecUpgrade(streams, guard, silentLog);
  const server = createServer((request, response) => {
    if (!route(request, response)) response.writeHead(418).end();
  }).on('upgrade', (request, socket, head) => upgrade(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // The runtime is known a moment after it is there.
  await Promise.resolve();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    runtime,
    store,
    put: (id, containers, task) => {
      const list = Object.entries(containers).map(([name, lastStatus]): Container => ({ name, lastStatus }));
      const record = storedTask('default', id, { containers: list, taskDefinitionArn: 'none', ...task });
      store.tasks.put(record);
      return record.arn;
    },
    endStreams: () => streams.close(),
    close: async () => {
      streams.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await store.close();
    },
  };
}
