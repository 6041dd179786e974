import { randomUUID } from 'node:crypto';
import { removeRemains } from './docker-remains.ts';
import { findK3d } from './find-k3d.ts';
import { checkHostPorts } from './free-host-ports.ts';
import { nodesOf } from './k3d-clusters.ts';
import { K3dError, type K3dRun, runK3d } from './k3d-command.ts';
import { type K3dSettings, createArguments, creationLimitSeconds, mappedRange } from './k3d-plan.ts';
import { warningsBefore } from './k3d-warnings.ts';

export interface K3dWork {
  readonly environment?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Is told what goes on, as it takes tens of seconds. */
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
}

/** A variable of the node, for k3d lists those but not the labels that others give. */
const markOf = (creation: string): string => `KECS_CREATION=${creation}`;
const heartbeatMs = 10_000;
const rollbackMs = 120_000;

/** Makes the cluster, or leaves nothing of it. @throws Error in words: a port or the name in use, too slow, or what k3d said. */
export async function createK3d(settings: K3dSettings, work: K3dWork): Promise<void> {
  await checkHostPorts(settings);
  for (const warning of warningsBefore(settings)) work.warn(warning);
  work.say(`Creating k3d cluster ${settings.k3dName}, ${rangeInWords(settings)}: this takes tens of seconds.`);
  const creation = randomUUID();
  const began = Date.now();
  const heartbeat = setInterval(() => work.say(`Still creating after ${secondsSince(began)} s.`), heartbeatMs);
  try {
    // k3d has the same limit and gives up by itself; it is ended only if it does not.
    const limitMs = creationLimitSeconds(settings) * 1000 + rollbackMs;
    await runK3d(createArguments(settings, markOf(creation)), {
      ...runOf(work),
      limitMs,
      onLine: progressTo(work),
    });
  } catch (error) {
    throw await failedCreation(settings, work, creation, error as Error);
  } finally {
    clearInterval(heartbeat);
  }
  work.say(`k3d cluster ${settings.k3dName} was created in ${secondsSince(began)} s.`);
}

/** k3d ends with advice on kubectl, which is not what a user of KECS does next. */
function progressTo({ say }: K3dWork): (line: string) => void {
  return (line) => {
    if (!/^(You can now use|export KUBECONFIG|kubectl )/.test(line)) say(line);
  };
}

async function failedCreation({ k3dName }: K3dSettings, work: K3dWork, creation: string, error: Error): Promise<Error> {
  if (!(error instanceof K3dError)) return error;
  if (/cluster with that name already exists/.test(error.message)) {
    return new Error(`Another program is making a k3d cluster ${k3dName} now: start again when it has.`, {
      cause: error,
    });
  }
  const rest = await rollBack(k3dName, work, creation);
  return new Error(`k3d cluster ${k3dName} could not be created (${error.message}). ${rest}`, { cause: error });
}

/** k3d rolls back itself unless it was ended. Only what carries our mark is ours to delete. */
async function rollBack(name: string, { environment, say }: K3dWork, creation: string): Promise<string> {
  const options: K3dRun = environment ? { environment } : {};
  try {
    const cluster = await findK3d(name, options);
    const isOurs = !cluster || nodesOf(cluster, 'server').every((node) => node.env?.includes(markOf(creation)));
    if (isOurs) {
      say(`Deleting what there is of k3d cluster ${name}.`);
      if (cluster) await runK3d(['cluster', 'delete', name], { ...options, limitMs: rollbackMs });
      await removeRemains(name, options);
    }
    return 'Nothing of it is left; put right what k3d says, and start again.';
  } catch (error) {
    return `What is left of it could not be deleted (${(error as Error).message}): run k3d cluster delete ${name}.`;
  }
}

export const runOf = ({ environment, signal }: K3dWork): K3dRun => ({
  ...(environment && { environment }),
  ...(signal && { signal }),
});

function rangeInWords(settings: K3dSettings): string {
  const range = mappedRange(settings);
  if (!range) return 'with no host port mapped';
  const { address, firstNodePort } = settings.publicIp;
  const lastNodePort = firstNodePort + range.last - range.first;
  return `host ports ${range.first}–${range.last} of ${address} mapped to NodePorts ${firstNodePort}–${lastNodePort}`;
}

const secondsSince = (began: number): number => Math.round((Date.now() - began) / 1000);
