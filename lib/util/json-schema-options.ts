import { Ajv } from 'ajv';
import type { JsonSchema, Option } from './json-schema.ts';
import { describeInvalid, describeUnreadable } from './option-errors.ts';

export type { JsonSchema, Option };

export interface OptionSources {
  /** Variables are named `<prefix>_…`. */
  readonly prefix: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** Later ones win, and all of them win over the environment. */
  readonly values?: readonly Readonly<Record<string, unknown>>[];
}

type Values = Record<string, unknown>;

/** The options in force: the schema's defaults, then environment, then values. @throws Error with a sentence for each wrong option. */
export function resolveOptions(schema: JsonSchema, sources: OptionSources): Values {
  const resolved: Values = {};
  const options = listOptions(schema, sources.prefix);
  const variables = options.filter(({ variable }) => sources.environment?.[variable]);
  for (const option of variables)
    setAt(resolved, option.path, parse(option, sources.environment?.[option.variable] ?? ''));
  for (const values of sources.values ?? []) merge(schema, resolved, values);
  const validate = new Ajv({ allErrors: true, useDefaults: true, verbose: true, allowUnionTypes: true }).compile(
    schema,
  );
  if (validate(resolved)) return resolved;
  const inForce = variables.filter(({ path }) => !(sources.values ?? []).some((values) => isGiven(values, path)));
  throw new Error((validate.errors ?? []).map((error) => describeInvalid(error, options, inForce)).join('\n'));
}

/** Every option of a schema, groups opened. */
export function listOptions(schema: JsonSchema, prefix: string, path: readonly string[] = []): Option[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const childPath = [...path, name];
    if (child.properties) return listOptions(child, prefix, childPath);
    return [{ path: childPath, variable: variableName(prefix, childPath), schema: child }];
  });
}

const variableName = (prefix: string, path: readonly string[]): string =>
  [prefix, ...path.map((name) => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/\W/g, '_'))]
    .join('_')
    .toUpperCase();

function parse(option: Option, text: string): unknown {
  const { type } = option.schema;
  if (type === undefined || type === 'string') return text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(describeUnreadable(option, text), { cause });
  }
}

function setAt(target: Values, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) target[name] = value;
  else setAt((target[name] ??= {}) as Values, rest, value);
}

const isGiven = (values: unknown, [name = '', ...rest]: readonly string[]): boolean =>
  isObject(values) && values[name] !== undefined && (rest.length === 0 || isGiven(values[name], rest));

/** A group is merged name by name; a map or a list is replaced as a whole. */
function merge(schema: JsonSchema, target: Values, values: Readonly<Values>): void {
  for (const [name, value] of Object.entries(values)) {
    const child = schema.properties?.[name];
    if (value === undefined) continue;
    if (child?.properties && isObject(value) && isObject((target[name] ??= {})))
      merge(child, target[name] as Values, value);
    else
      Object.defineProperty(target, name, {
        value: structuredClone(value),
        writable: true,
        enumerable: true,
        configurable: true,
      });
  }
}

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
