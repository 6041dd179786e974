import { execFile } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { peerVersion } from './peers.ts';

/** What the figures depend on, in one sentence. */
export async function machineFacts(): Promise<string> {
  const processors = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const [ministack, moto] = [await peerVersion('ministack'), await peerVersion('moto')];
  return (
    `Measured ${await dayAndCommit()}: ${processors.length} cores ` +
    `(${processors[0]?.model ?? 'unknown'}), ${memory} of memory, Node ${process.version}, ministack ${ministack}, moto ${moto}.\n`
  );
}

/** Such as `on 2026-11-25 at commit 3f96fab`. */
export async function dayAndCommit(): Promise<string> {
  const { stdout: commit } = await promisify(execFile)('git', ['rev-parse', '--short', 'HEAD']);
  return `on ${new Date().toISOString().slice(0, 10)} at commit ${commit.trim()}`;
}
