import { readFile } from 'node:fs/promises';

/** In bytes, of a process and its children (smaps_rollup). PSS shares pages among the processes that map them. */
export interface Memory {
  readonly pss: number;
  readonly rss: number;
}

export async function memoryOf(pid: number): Promise<Memory> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  let pss = kilobytes(rollup, 'Pss');
  let rss = kilobytes(rollup, 'Rss');
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ');
  for (const child of children.filter((text) => text !== '')) {
    const ofChild = await memoryOf(Number(child));
    pss += ofChild.pss;
    rss += ofChild.rss;
  }
  return { pss, rss };
}

function kilobytes(rollup: string, name: string): number {
  return 1024 * Number(new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(rollup)?.[1] ?? Number.NaN);
}
