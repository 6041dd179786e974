import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface DownloadJob {
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface DownloadResult {
  /** In milliseconds, one per answer. */
  readonly latencies: readonly number[];
  readonly bytes: number;
  readonly seconds: number;
  /** Empty where all went well. */
  readonly failure: string;
}

export interface Downloads {
  /** Asks a port of this host from another process. @throws Error when it was not answered. */
  download(job: DownloadJob): Promise<DownloadResult>;
  close(): void;
}

export function startDownloads(): Downloads {
  const script = fileURLToPath(new URL('download-generator.ts', import.meta.url));
  const child = fork(script, { execArgv: ['--import', 'tsx'] });
  return {
    async download(job) {
      child.send(job);
      const [result] = (await once(child, 'message')) as [DownloadResult];
      if (result.failure === '' && result.latencies.length > 0) return result;
      throw new Error(`Port ${job.port} did not answer ${job.path}: ${result.failure || 'no answer came'}.`);
    },
    close: () => child.disconnect(),
  };
}
