import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a command answers; the last of several answers is given again. */
export type FakeAnswers = Readonly<Record<string, readonly FakeAnswer[]>>;

interface FakeAnswer {
  readonly out?: string;
  readonly err?: string;
  readonly code?: number;
  /** Does not end by itself. */
  readonly hangs?: boolean;
}

export interface FakeK3d {
  /** With a PATH that holds the fake commands and nothing else. */
  readonly environment: NodeJS.ProcessEnv;
  /** The arguments of each call of k3d. */
  calls(): Promise<string[][]>;
  remove(): Promise<void>;
}

/** A folder with scripted `k3d` and `docker` commands. `answers` are found by the first two words of the arguments. */
export async function fakeK3d(answers: FakeAnswers | undefined, { docker = true } = {}): Promise<FakeK3d> {
  const folder = await mkdtemp(join(tmpdir(), 'kecs-k3d-'));
  const log = join(folder, 'calls.jsonl');
  await writeFile(log, '');
  const command = async (name: string, body: string) => {
    await writeFile(join(folder, name), `#!${process.execPath}\n${body}`);
    await chmod(join(folder, name), 0o755);
  };
  const all = { version: [{ out: 'k3d version v5.8.3\nk3s version v1.31.5-k3s1 (default)\n' }], ...answers };
  if (answers) await command('k3d', script(all, log));
  if (docker) await command('docker', '');
  const calls = async () =>
    (await readFile(log, 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as string[]);
  return { environment: { PATH: folder }, calls, remove: () => rm(folder, { recursive: true }) };
}

const script = (answers: FakeAnswers, log: string): string => `
const { appendFileSync, readFileSync } = require('node:fs');
const answers = ${JSON.stringify(answers)};
const wordsOf = (args) => args.slice(0, 2).join(' ');
const args = process.argv.slice(2);
const before = readFileSync(${JSON.stringify(log)}, 'utf8').split('\\n').filter(Boolean).map((line) => JSON.parse(line));
appendFileSync(${JSON.stringify(log)}, JSON.stringify(args) + '\\n');
const list = answers[wordsOf(args)] ?? [{ err: 'unscripted: ' + args.join(' '), code: 1 }];
const answer = list[Math.min(before.filter((other) => wordsOf(other) === wordsOf(args)).length, list.length - 1)];
process.stdout.write(answer.out ?? '');
process.stderr.write(answer.err ?? '');
if (answer.hangs) setInterval(() => undefined, 1000);
else process.exitCode = answer.code ?? 0;
`;
