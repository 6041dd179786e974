import type { BenchCase, BenchContext } from '../bench-case.ts';
import { type DownloadJob, type DownloadResult, startDownloads } from '../downloads.ts';
import { call } from '../ecs-call.ts';
import { firstOk } from '../http-probe.ts';
import { deleteK3d, whyNoK3d } from '../k3d-cluster.ts';
import { startKecs } from '../kecs.ts';
import { hostPortOf, runTasks, runWebApp, setUp, untilStatus, webApp } from '../requests.ts';
import type { ServerProcess } from '../server-process.ts';
import { median, milliseconds, times, whole } from '../statistics.ts';
import type { Table } from '../table.ts';
import { atLeast, atMost } from '../targets.ts';
import { listeningMemory } from './listening-memory.ts';

const rounds = 15;
const seconds = 0.5;
const firstHostPort = 20_000;
/** More than a thousand, for other programs may have some. */
const lastHostPort = 21_999;

export const forwarder: BenchCase = {
  name: 'forwarder',
  async run(context) {
    const reason = await whyNoK3d();
    if (reason !== undefined) {
      context.progress(`Left out: forwarder needs Docker and k3d (${reason}).`);
      return [];
    }
    const name = `kecs-bench-${process.pid}`;
    try {
      return await measureOn(name, context);
    } finally {
      await deleteK3d(name);
    }
  },
};

async function measureOn(k3dName: string, { directory, progress }: BenchContext): Promise<Table[]> {
  const range = [`--public-ip-host-ports-first=${firstHostPort}`, `--public-ip-host-ports-last=${lastHostPort}`];
  const flags = ['--cluster=k3d', `--k3d-name=${k3dName}`, '--k3d-ports=1', ...range];
  progress('The forwarder: making a k3d cluster.');
  const kecs = await startKecs({ directory, state: 'forwarder.json', flags });
  try {
    await setUp(kecs);
    const mapped = await startServing(kecs);
    const forwarded = await startServing(kecs);
    if (mapped !== firstHostPort) throw new Error(`The mapped host port ${firstHostPort} went to no task.`);
    const memory = await listeningMemory(kecs, progress);
    return [await compare(mapped, forwarded, progress), memory];
  } finally {
    await kecs.stop();
  }
}

/** nginx, with a megabyte to send. */
async function startServing(kecs: ServerProcess): Promise<number> {
  const file = 'head -c 1000000 /dev/zero > /usr/share/nginx/html/megabyte';
  const [container] = webApp.containerDefinitions;
  const command = [`${file} && exec nginx -g 'daemon off;'`];
  await call(kecs, 'RegisterTaskDefinition', {
    ...webApp,
    containerDefinitions: [{ ...container, entryPoint: ['sh', '-c'], command }],
  });
  const [task] = await untilStatus(kecs, await runTasks(kecs, runWebApp('subnet-12345678', 'ENABLED')), 'RUNNING');
  const port = hostPortOf(task) ?? 0;
  await firstOk(port, { pauseMs: 50, attemptMs: 1_000, limitMs: 30_000 });
  return port;
}

interface Load {
  readonly connections: number;
  readonly path: string;
  readonly words: string;
}

const loads: readonly Load[] = [1, 64].flatMap((connections) => {
  const words = connections === 1 ? 'one connection' : `${connections} connections`;
  return [
    { connections, path: '/', words: `${words}, small answers` },
    { connections, path: '/megabyte', words: `${words}, 1 MB answers` },
  ];
});

async function compare(mapped: number, forwarded: number, progress: (text: string) => void): Promise<Table> {
  const ofKecs = loads.map((): DownloadResult[] => []);
  const ofDocker = loads.map((): DownloadResult[] => []);
  const downloads = startDownloads();
  // The first is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const [index, { connections, path, words }] of loads.entries()) {
      const job = (port: number): DownloadJob => ({ port, path, connections, seconds });
      const kecs = await downloads.download(job(forwarded));
      const docker = await downloads.download(job(mapped));
      progress(`Round ${round}, ${words}: KECS ${inWords(kecs)}, docker-proxy ${inWords(docker)}`);
      if (round === 0) continue;
      ofKecs[index]?.push(kecs);
      ofDocker[index]?.push(docker);
    }
  }
  downloads.close();
  return {
    title: 'The forwarder of KECS beside the port mapping of k3d',
    header: ['', 'KECS', 'docker-proxy', 'KECS ÷ it', 'target', 'met'],
    rows: loads.flatMap(({ words, path }, index) => rowsOf(words, path, ofKecs[index] ?? [], ofDocker[index] ?? [])),
    note:
      `Two tasks of nginx on a k3d cluster that KECS made, one on the only mapped host port (@server:0:direct), the other through ` +
      `KECS to its NodePort; ${rounds} rounds of ${seconds} s on each in turn, medians.`,
  };
}

function rowsOf(words: string, path: string, kecs: readonly DownloadResult[], docker: readonly DownloadResult[]) {
  const row = (
    what: string,
    of: (result: DownloadResult) => number,
    show: (value: number) => string,
    verdict: (ratio: number) => string[],
  ): string[] => {
    const [mine, theirs] = [median(kecs.map(of)), median(docker.map(of))];
    return [`${words}: ${what}`, show(mine), show(theirs), times(mine / theirs), ...verdict(mine / theirs)];
  };
  const faster = (ratio: number) => atLeast(ratio, 0.7, ' ×');
  const sooner = (ratio: number) => atMost(ratio, 2, ' ×');
  return [
    path === '/' ? row('per second', perSecond, whole, faster) : row('throughput', bytesPerSecond, inMegabytes, faster),
    row('p50', ({ latencies }) => median(latencies), milliseconds, sooner),
  ];
}

const perSecond = ({ latencies, seconds: took }: DownloadResult): number => latencies.length / took;
const bytesPerSecond = ({ bytes, seconds: took }: DownloadResult): number => bytes / took;
const inMegabytes = (value: number): string => `${(value / 1e6).toFixed(0)} MB/s`;
const inWords = (result: DownloadResult): string => `${whole(perSecond(result))} per second`;
