/**
 * Writes docs/operations.md: every operation of the API and what it does here, from the table of operations and
 * operation-notes.ts. With `--check` it only compares, and fails when the page is stale.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { operations } from '../lib/operations/index.ts';
import { isNotImplemented } from '../lib/operations/not-implemented.ts';
import type { OperationName } from '../lib/operations/operation.ts';
import { type OperationNote, operationNotes } from './operation-notes.ts';

const page = fileURLToPath(new URL('../docs/operations.md', import.meta.url));
const names = Object.keys(operations).toSorted((a, b) => a.localeCompare(b)) as OperationName[];
const missing = names.filter((name) => isNotImplemented(operations[name]));

checkNotes();
const text = await format(source(), { ...(await resolveConfig(page)), parser: 'markdown' });
if (!process.argv.includes('--check')) {
  await writeFile(page, text);
} else if ((await readFile(page, 'utf8').catch(() => '')) !== text) {
  console.error('docs/operations.md is not what the table of operations says. Run "npm run generate" and commit it.');
  process.exitCode = 1;
}

/** A note for each operation that there is, and none for one that there is not. */
function checkNotes(): void {
  for (const name of names) {
    if ((operationNotes[name] === undefined) !== missing.includes(name)) {
      throw new Error(`scripts/operation-notes.ts must have a note for ${name} if, and only if, KECS implements it.`);
    }
  }
}

function source(): string {
  return `# Operations

The ECS API has ${names.length} operations, of which KECS implements ${names.length - missing.length}. What is said here is what differs from AWS beside
[what differs everywhere](differences-from-aws.md). This page is generated: \`npm run generate\`.

| operation | here | differs from AWS |
| --- | --- | --- |
${names.flatMap((name) => row(name, operationNotes[name])).join('\n')}

## Not implemented

They answer \`UnsupportedFeatureException\` in words, never a success: ${missing.map((name) => `\`${name}\``).join(', ')}.
`;
}

function row(name: OperationName, note: OperationNote | undefined): string[] {
  return note ? [`| ${name} | ${note.does} | ${note.differs ?? ''} |`] : [];
}
