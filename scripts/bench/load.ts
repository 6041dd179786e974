import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Endpoint, ecsHeaders } from './ecs-call.ts';

export interface Load {
  readonly operation: string;
  /** Sent in turn. */
  readonly inputs: readonly object[];
  readonly connections: number;
  readonly maxRequests: number;
  readonly maxSeconds: number;
}

export interface LoadJob {
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: readonly string[];
  readonly connections: number;
  readonly maxRequests: number;
  readonly maxSeconds: number;
}

export interface LoadResult {
  readonly seconds: number;
  /** In milliseconds, one per request. */
  readonly latencies: readonly number[];
  readonly failed: number;
  readonly firstFailure: string;
}

export interface LoadGenerator {
  /** Keeps an endpoint busy from another process. @throws Error when a request was not answered with 200. */
  load(endpoint: Endpoint, load: Load): Promise<LoadResult>;
  close(): void;
}

export function startLoadGenerator(): LoadGenerator {
  const script = fileURLToPath(new URL('load-generator.ts', import.meta.url));
  const child = fork(script, { execArgv: ['--import', 'tsx'] });
  return {
    async load(endpoint, { operation, inputs, connections, maxRequests, maxSeconds }) {
      const bodies = inputs.map((input) => JSON.stringify(input));
      const headers = ecsHeaders(operation);
      const result = await exchange(child, {
        port: endpoint.port,
        headers,
        bodies,
        connections,
        maxRequests,
        maxSeconds,
      });
      if (result.failed > 0) {
        const { failed, latencies, firstFailure } = result;
        throw new Error(`${endpoint.name} failed ${failed} of ${latencies.length} ${operation}: ${firstFailure}`);
      }
      return result;
    },
    close: () => child.disconnect(),
  };
}

export const perSecond = ({ latencies, seconds }: LoadResult): number => latencies.length / seconds;

function exchange(child: ChildProcess, job: LoadJob): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`The load generator ended with exit code ${code}.`));
    child.once('exit', ended);
    child.once('message', (result) => {
      child.off('exit', ended);
      resolve(result as LoadResult);
    });
    child.send(job);
  });
}
