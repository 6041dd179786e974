import { Ajv, type ErrorObject } from 'ajv';

/** As much of JSON Schema as options need to be named; ajv checks values against all the rest. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly [keyword: string]: unknown;
}

export interface OptionSources {
  /** Variables are named `<prefix>_…`. */
  readonly prefix: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** Later ones win, and all of them win over the environment. */
  readonly values?: readonly Readonly<Record<string, unknown>>[];
}

/** One option that is no group of others. */
export interface Option {
  readonly path: readonly string[];
  /** `publicIp.address` with the prefix KECS is `KECS_PUBLIC_IP_ADDRESS`. */
  readonly variable: string;
  readonly schema: JsonSchema;
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
  if (!validate(resolved)) throw new Error((validate.errors ?? []).map((error) => describe(error, options)).join('\n'));
  return resolved;
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

function parse({ path, variable, schema }: Option, text: string): unknown {
  if (schema.type === undefined || schema.type === 'string') return text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    const way = `give it ${expected(schema)}, or unset the variable${fallback(schema)}`;
    throw new Error(`${subject(path)} is ${JSON.stringify(text)} in the environment variable ${variable}: ${way}.`, {
      cause,
    });
  }
}

function setAt(target: Values, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) target[name] = value;
  else setAt((target[name] ??= {}) as Values, rest, value);
}

/** A group is merged name by name; a map or a list is replaced as a whole. */
function merge(schema: JsonSchema, target: Values, values: Readonly<Values>): void {
  for (const [name, value] of Object.entries(values)) {
    const child = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined;
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

function describe(error: ErrorObject, options: readonly Option[]): string {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  const { additionalProperty, missingProperty } = error.params as {
    additionalProperty?: string;
    missingProperty?: string;
  };
  const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
  if (additionalProperty)
    return `${subject([...path, additionalProperty])} is unknown: remove it, or use one of ${known.join(', ')}.`;
  if (missingProperty)
    return `${subject([...path, missingProperty])} is missing: ${givingWay([...path, missingProperty], options)}.`;
  const schema = error.parentSchema as JsonSchema;
  const problem = error.keyword === 'enum' ? '' : `, but ${error.message}`;
  return `${subject(path)} is ${JSON.stringify(error.data)}${problem}: give it ${expected(schema)}, or leave it out${fallback(schema)}.`;
}

const subject = (path: readonly string[]): string =>
  path.length === 0 ? 'The set of options' : `The option ${path.join('.')}`;

function givingWay(path: readonly string[], options: readonly Option[]): string {
  const variable = options.find((option) => option.path.join('.') === path.join('.'))?.variable;
  return variable ? `give it, or set the environment variable ${variable}` : 'give it';
}

function expected(schema: JsonSchema): string {
  const choices = schema['enum'] as unknown[] | undefined;
  if (choices)
    return choices.length === 1
      ? JSON.stringify(choices[0])
      : `one of ${choices.map((c) => JSON.stringify(c)).join(', ')}`;
  if (schema.type === 'boolean') return 'true or false';
  const { minimum, maximum } = schema as { minimum?: number; maximum?: number };
  const range =
    minimum === undefined ? '' : maximum === undefined ? ` of at least ${minimum}` : ` from ${minimum} to ${maximum}`;
  const pattern = schema['pattern'] === undefined ? '' : ` that matches ${schema['pattern'] as string}`;
  return `a value of type ${[schema.type ?? 'any'].flat().join(' or ')}${range}${pattern}`;
}

const fallback = (schema: JsonSchema): string =>
  schema.default === undefined ? '' : ` for ${JSON.stringify(schema.default)}`;
