/**
 * A process of its own which keeps a number of connections busy with prepared requests, so that it shares no event loop
 * with what it measures. Raw sockets: node:http's own client needs more processor time per request than the servers.
 */
import { performance } from 'node:perf_hooks';
import { Connection } from './connection.ts';
import type { LoadJob, LoadResult } from './load.ts';

process.on('message', (job: LoadJob) => {
  void generate(job).then((result) => process.send?.(result));
});

async function generate(job: LoadJob): Promise<LoadResult> {
  const requests = job.bodies.map((body) => requestBytes(job, body));
  const latencies: number[] = [];
  const state = { sent: 0, failed: 0, firstFailure: '' };
  const startedAt = performance.now();
  const goOn = (): boolean => state.sent < job.maxRequests && performance.now() - startedAt < job.maxSeconds * 1000;

  const runConnection = async (): Promise<void> => {
    const connection = new Connection(job.port);
    while (goOn()) {
      const bytes = requests[state.sent++ % requests.length] ?? Buffer.alloc(0);
      const sentAt = performance.now();
      const { status, text } = await connection
        .exchange(bytes)
        .catch((error: Error) => ({ status: 0, text: () => error.message }));
      latencies.push(performance.now() - sentAt);
      if (status !== 200) {
        state.failed++;
        state.firstFailure ||= `${status} ${text().slice(0, 300)}`;
      }
    }
    connection.close();
  };

  await Promise.all(Array.from({ length: job.connections }, runConnection));
  const seconds = (performance.now() - startedAt) / 1000;
  return { seconds, latencies, failed: state.failed, firstFailure: state.firstFailure };
}

function requestBytes({ port, headers }: LoadJob, body: string): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = Buffer.byteLength(body);
  return Buffer.from(
    `POST / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${lines.join('')}content-length: ${length}\r\n\r\n${body}`,
  );
}
