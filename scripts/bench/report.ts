import { readFile, writeFile } from 'node:fs/promises';

const begin = '<!-- bench:begin -->';
const end = '<!-- bench:end -->';

/** Replaces what stands between the two markers of a page. */
export async function writeReport(path: string, command: string, sections: readonly string[]): Promise<void> {
  const page = await readFile(path, 'utf8');
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from)
    throw new Error(`${path} lacks the lines ${begin} and ${end}, between which the tables go.`);
  const report = [`Made by \`${command}\`.`, '', ...sections].join('\n');
  await writeFile(path, `${page.slice(0, from)}${begin}\n\n${report.trimEnd()}\n\n${page.slice(to)}`);
}
