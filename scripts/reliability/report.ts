import { median, milliseconds, whole } from '../bench/statistics.ts';
import type { Table } from '../bench/table.ts';
import { type Faults, faultKinds, meanings } from './faults.ts';
import type { Ground } from './ground.ts';
import type { KillsDone } from './kills.ts';
import type { Run } from './run.ts';

export interface Outcome {
  readonly ground: Ground;
  readonly seed: number;
  /** When, and of which commit. */
  readonly made: string;
  readonly done: KillsDone;
  readonly run: Run;
  readonly faults: Faults;
}

export function tableOf({ ground, seed, made, done, run, faults }: Outcome): Table {
  const { counts, settled } = run;
  const row = (what: string, value: number): string[] => [what, whole(value)];
  return {
    title: ground.title,
    header: ['', 'number'],
    rows: [
      row('kills (SIGKILL) under load', done.working),
      row('kills while KECS was starting', done.starting),
      row('tasks that RunTask answered', counts.run),
      row('StopTask answered', counts.stopped),
      row('calls that the kill left without an answer', counts.unanswered),
      ...faultKinds.map((kind) => row(`**${kind}**: ${meanings[kind]}`, faults.count(kind))),
    ],
    note:
      `Made ${made} with seed ${seed}: ${Math.round(done.seconds)} s, ${settled.length} checks; all agreed ${milliseconds(median(settled))} after the ` +
      `start of the process (median; at most ${milliseconds(Math.max(...settled))}).`,
  };
}
