export interface Table {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How it was measured, in a sentence or two. */
  readonly note: string;
}

/** A table in Markdown with its columns aligned, readable in a terminal as it is. */
export function format({ title, header, rows, note }: Table): string {
  const widths = header.map((name, column) =>
    Math.max(3, ...[name, ...rows.map((row) => row[column] ?? '')].map((cell) => cell.length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => pad(cells[column] ?? '', width, column)).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [`### ${title}`, '', line(header), rule, ...rows.map(line), '', note, ''].join('\n');
}

/** Text to the left in the first column, figures to the right in the others. */
function pad(cell: string, width: number, column: number): string {
  const space = ' '.repeat(width - cell.length);
  return column === 0 ? cell + space : space + cell;
}
