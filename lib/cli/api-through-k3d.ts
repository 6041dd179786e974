import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { accessOfK3d } from '../kubernetes/access-strategies.ts';
import { type ApiClient, createApiClient } from '../kubernetes/api-client.ts';
import { type ApiMapping, apiMappingOf } from '../kubernetes/k3d/api-mapping.ts';
import {
  type ApiEndpoint,
  ownerOfNodePort,
  publishApi,
  publishedApi,
  withdrawApi,
} from '../kubernetes/k3d/api-service.ts';
import { findK3d } from '../kubernetes/k3d/find-k3d.ts';
import { ecsCall } from './ecs-call.ts';

/** The way of the API through the k3d cluster that has its host port. */
export interface ApiThroughK3d {
  /** Where KECS listens: the nodes reach it there. */
  readonly listenOn: { readonly host: string; readonly port: number };
  /** The address that users call. */
  readonly url: string;
  readonly explanation: string;
  /** Leads the host port to KECS. The cluster must run. @throws Error that says why it does not, and the way out. */
  open(listeningPort: number): Promise<void>;
  close(): Promise<void>;
}

const arrivalLimitMs = 20_000;

/** Undefined where the port is free for KECS, as far as k3d knows. @throws Error when the cluster has it for something else. */
export async function findApiThroughK3d({ cluster, k3dName, port }: Config): Promise<ApiThroughK3d | undefined> {
  if (cluster !== 'k3d') return undefined;
  // Why k3d cannot be asked is told by whoever needs the cluster.
  const found = await findK3d(k3dName).catch(() => undefined);
  const mapping = found && (await apiMappingOf(found, port));
  if (!mapping) return undefined;
  const url = `http://${dialledOf(mapping)}:${port}`;
  return {
    listenOn: { host: mapping.hostAddress, port: 0 },
    url,
    explanation: `k3d cluster ${k3dName} maps port ${port}${ofWhom(mapping)} to its nodes, and they lead it to KECS.`,
    open: (listeningPort) =>
      withApi(k3dName, (api) =>
        open(api, { port, url, endpoint: { address: mapping.hostAddress, port: listeningPort } }),
      ),
    // The cluster may be gone by now; the next start replaces what is left.
    close: () => withApi(k3dName, (api) => withdrawApi(api, port)).catch(() => undefined),
  };
}

async function withApi(k3dName: string, use: (api: ApiClient) => Promise<void>): Promise<void> {
  const api = createApiClient(await accessOfK3d(k3dName));
  try {
    await use(api);
  } finally {
    api.close();
  }
}

interface Opening {
  readonly port: number;
  readonly url: string;
  readonly endpoint: ApiEndpoint;
}

async function open(api: ApiClient, { port, url, endpoint }: Opening): Promise<void> {
  const other = await publishedApi(api, port);
  if (other && (await isAnswered(urlOf(other)))) {
    throw new Error(
      `Port ${port} leads to another KECS already, which listens on ${urlOf(other)}. Stop it, or choose another with --port.`,
    );
  }
  const owner = await ownerOfNodePort(api, port);
  if (owner) throw new Error(`Port ${port} leads to ${owner} of the k3d cluster. Choose another with --port.`);
  await publishApi(api, port, endpoint);
  const deadline = Date.now() + arrivalLimitMs;
  while (!(await isAnswered(url))) {
    if (Date.now() > deadline) throw new Error(notArriving(port, endpoint));
    await delay(100);
  }
}

/** fetch may wait in vain for a proxy that accepts and closes at once, hence the short limit. */
const isAnswered = (url: string): Promise<boolean> =>
  ecsCall(url, 'ListClusters', {}, { limitMs: 1_000 }).then(
    () => true,
    () => false,
  );

const notArriving = (port: number, endpoint: ApiEndpoint): string =>
  `What is sent to port ${port} does not arrive at KECS on ${urlOf(endpoint)} within ${arrivalLimitMs / 1000} s: a firewall ` +
  'between the containers and this host, or a program of the cluster that has the port, is the usual reason. ' +
  'Choose another with --port.';

const urlOf = ({ address, port }: ApiEndpoint): string => `http://${address}:${port}`;

const isEveryAddress = ({ hostIp }: ApiMapping): boolean => hostIp === '' || hostIp === '0.0.0.0';

const dialledOf = (mapping: ApiMapping): string => (isEveryAddress(mapping) ? '127.0.0.1' : mapping.hostIp);

const ofWhom = (mapping: ApiMapping): string =>
  isEveryAddress(mapping) ? ' of every address of this host' : ` of ${mapping.hostIp}`;
