import { Option } from 'commander';
import type { ConfigValues } from '../load-config.ts';
import { type JsonSchema, type Option as SchemaOption, listOptions } from '../util/json-schema-options.ts';

/** A flag of the command line and the option it sets. */
export interface Flag {
  readonly option: Option;
  readonly path: readonly string[];
}

/** A flag for each option of the schema that a word can give: `publicIp.address` is `--public-ip-address`. */
export function flagsOf(schema: JsonSchema): Flag[] {
  return listOptions(schema, '')
    .filter(({ schema: { type } }) => type !== 'object' && type !== 'array')
    .map((option) => ({ option: toFlag(option), path: option.path }));
}

/** What was given, as the configuration nests it. */
export function valuesOf(flags: readonly Flag[], given: Readonly<Record<string, unknown>>): ConfigValues {
  const values: Record<string, unknown> = {};
  for (const { option, path } of flags) {
    const value = given[option.attributeName()];
    if (value === undefined) continue;
    setAt(values, path, value);
  }
  return values;
}

function setAt(values: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) values[name] = value;
  else setAt((values[name] ??= {}) as Record<string, unknown>, rest, value);
}

function toFlag({ path, schema }: SchemaOption): Option {
  const flag = `--${flagName(path)}`;
  const fallback = schema.default === undefined ? '' : ` (default: ${JSON.stringify(schema.default)})`;
  const description = `${schema.description ?? ''}${fallback}`;
  if (schema.type === 'boolean') return new Option(flag, description);
  const option = new Option(`${flag} <value>`, description);
  return schema.type === 'string' ? option : option.argParser(numberOf);
}

/** What is no number is left to the schema to refuse, by name. */
const numberOf = (text: string): number | string =>
  text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);

/** The provider is the one option of its group that is asked for every day. */
function flagName(path: readonly string[]): string {
  const name = path.join('.') === 'publicIp.provider' ? 'publicIp' : path.join('-');
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
