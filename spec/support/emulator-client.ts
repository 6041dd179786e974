import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ECSClient } from '@aws-sdk/client-ecs';
import type { Config } from '../../lib/config.ts';
import { loadConfig } from '../../lib/load-config.ts';
import { operations } from '../../lib/operations/index.ts';
import type { Context } from '../../lib/operations/operation.ts';
import { createRouter } from '../../lib/protocol/router.ts';
import { openStore } from '../../lib/store/json-store.ts';
import type { Store } from '../../lib/store/store.ts';
import { silentLog } from '../../lib/util/log.ts';
import { checkAnswers } from './check-answers.ts';

export interface EmulatorClient {
  readonly ecs: ECSClient;
  /** For what no client sends. */
  readonly url: string;
  /** What the operations write to: specs put tasks into it that nothing runs. */
  readonly store: Store;
  /** A client of another region or account. */
  client(region: string, account: string): ECSClient;
  close(): Promise<void>;
}

export type Collaborators = Pick<Context, 'publicIps' | 'scheduler'> & Partial<Pick<Context, 'nodes'>>;

/** What operations that know no tasks ask of others. */
const withoutTasks: { scheduler: Partial<Collaborators['scheduler']> } = {
  scheduler: { wakeLeftClusters: () => undefined },
};

/** The real SDK's client for operations: protocol, operations and a store in memory. RunTask and StopTask need collaborators. */
export async function startEmulatorClient(
  values: Partial<Config> = {},
  collaborate: (store: Store) => Collaborators = () => withoutTasks as Collaborators,
): Promise<EmulatorClient> {
  const config = loadConfig({ values: [values] });
  const store = await openStore({ warn: () => undefined });
  const collaborators = collaborate(store);
  const router = createRouter({
    operations,
    context: (caller) => ({
      ...caller,
      now: () => Date.now() / 1000,
      config,
      store,
      nodes: () => [],
      ...collaborators,
    }),
    networkInterfaces: () => [],
    config,
    log: silentLog,
  });
  const server = createServer((request, response) => router(request, response, () => response.writeHead(404).end()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients: ECSClient[] = [];
  const client = (region: string, accessKeyId: string): ECSClient => {
    const credentials = { accessKeyId, secretAccessKey: 'local' };
    const made = checkAnswers(new ECSClient({ endpoint, region, credentials, maxAttempts: 1 }));
    clients.push(made);
    return made;
  };
  return {
    ecs: client('us-east-1', '000000000000'),
    url: endpoint,
    store,
    client,
    close: async () => {
      for (const made of clients) made.destroy();
      await new Promise((resolve) => server.close(resolve));
      await store.close();
    },
  };
}
