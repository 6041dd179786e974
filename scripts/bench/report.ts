import { readFile, writeFile } from 'node:fs/promises';

/** Replaces what stands between the two markers of a page, `<!-- bench:begin -->` and `<!-- bench:end -->`. */
export async function writeReport(
  path: string,
  command: string,
  sections: readonly string[],
  marker = 'bench',
): Promise<void> {
  const [begin, end] = [`<!-- ${marker}:begin -->`, `<!-- ${marker}:end -->`];
  const page = await readFile(path, 'utf8');
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from)
    throw new Error(`${path} lacks the lines ${begin} and ${end}, between which the tables go.`);
  const report = [`Made by \`${command}\`.`, '', ...sections].join('\n');
  await writeFile(path, `${page.slice(0, from)}${begin}\n\n${report.trimEnd()}\n\n${page.slice(to)}`);
}
