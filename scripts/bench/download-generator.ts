/**
 * A process of its own which asks a port for a path again and again. It reads into one buffer and keeps nothing, so that it
 * takes little of the processor from what it measures.
 */
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { DownloadJob, DownloadResult } from './downloads.ts';

process.on('message', (job: DownloadJob) => {
  void generate(job).then((result) => process.send?.(result));
});

async function generate({ port, path, connections, seconds }: DownloadJob): Promise<DownloadResult> {
  const request = `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`;
  const latencies: number[] = [];
  let bytes = 0;
  let failure = '';
  const startedAt = performance.now();
  const goesOn = (): boolean => failure === '' && performance.now() - startedAt < seconds * 1000;

  /** Until the server closes it, as nginx does after a thousand answers. */
  const useConnection = (): Promise<void> =>
    new Promise((resolve) => {
      let sentAt = 0;
      let missing = 0;
      const buffer = Buffer.alloc(256 * 1024);
      const ask = (): void => {
        missing = -1;
        sentAt = performance.now();
        socket.write(request);
      };
      const read = (size: number): boolean => {
        bytes += size;
        missing = missing < 0 ? sizeOfAnswer(buffer.subarray(0, size)) - size : missing - size;
        if (missing > 0) return true;
        latencies.push(performance.now() - sentAt);
        if (goesOn()) ask();
        else socket.destroy();
        return true;
      };
      const socket = connect({ host: '127.0.0.1', port, noDelay: true, onread: { buffer, callback: read } }, ask);
      socket.on('error', (error) => (failure ||= error.message));
      socket.on('end', () => socket.destroy());
      socket.on('close', () => resolve());
    });

  const keepBusy = async (): Promise<void> => {
    while (goesOn()) await useConnection();
  };
  await Promise.all(Array.from({ length: connections }, keepBusy));
  return { latencies, bytes, seconds: (performance.now() - startedAt) / 1000, failure };
}

/** Of head and body; the head comes in one piece. */
function sizeOfAnswer(first: Buffer): number {
  const head = first.toString('latin1', 0, 2_000);
  const end = head.indexOf('\r\n\r\n');
  return end + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN);
}
