import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import type { K3dCluster } from '../../lib/kubernetes/k3d/k3d-clusters.ts';

const run = promisify(execFile);

/** Runs k3d to its end and answers what it printed. */
export const k3d = async (...args: string[]): Promise<string> => (await run('k3d', args)).stdout;

/** A name that no other cluster has. */
export const randomK3dName = (): string => `kecs-spec-${randomBytes(3).toString('hex')}`;

export async function k3dCluster(name: string): Promise<K3dCluster | undefined> {
  const clusters = JSON.parse(await k3d('cluster', 'list', '-o', 'json')) as K3dCluster[] | null;
  return clusters?.find((cluster) => cluster.name === name);
}

/** Containers, networks and volumes that Docker has of a cluster. */
export async function leftInDocker(name: string): Promise<string[]> {
  const lists = [
    ['ps', '--all', '--format', '{{.Names}}'],
    ['network', 'ls', '--format', '{{.Name}}'],
    ['volume', 'ls', '--format', '{{.Name}}'],
  ];
  const printed = await Promise.all(lists.map((words) => run('docker', words)));
  return printed.flatMap(({ stdout }) => stdout.split('\n')).filter((line) => line.includes(name));
}

export async function kubernetesOf(name: string): Promise<CoreV1Api> {
  const config = new KubeConfig();
  config.loadFromString(await k3d('kubeconfig', 'get', name));
  return config.makeApiClient(CoreV1Api);
}

const reason = await whyNoK3d();
if (reason) process.stdout.write(`Left out, the specs on k3d: ${reason}\n`);

/** `describe` where Docker and k3d are there. */
export const describeOnK3d: (title: string, define: () => void) => void = reason ? describe.skip : describe;

async function whyNoK3d(): Promise<string | undefined> {
  for (const [command, words] of [
    ['docker', ['version']],
    ['k3d', ['version']],
  ] as const) {
    const failure = await run(command, words).then(
      () => undefined,
      (error: Error & { stderr?: string }) => error,
    );
    if (failure)
      return `${command} cannot be used here (${(failure.stderr || failure.message).trim().split('\n').at(-1)}).`;
  }
  return undefined;
}
