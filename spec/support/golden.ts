import { readFileSync, readdirSync } from 'node:fs';

export interface Golden<Input> {
  readonly name: string;
  readonly input: Input;
  readonly output: unknown;
}

/** The pairs `<name>.input.json` and `<name>.output.json` of a folder of spec/golden. */
export function golden<Input>(folder: string): Golden<Input>[] {
  const url = new URL(`../golden/${folder}/`, import.meta.url);
  const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, url), 'utf8'));
  return readdirSync(url)
    .filter((file) => file.endsWith('.input.json'))
    .map((file) => {
      const name = file.replace('.input.json', '');
      return { name, input: read(file) as Input, output: read(`${name}.output.json`) };
    });
}
