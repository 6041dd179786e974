import type { ErrorObject } from 'ajv';
import type { JsonSchema, Option } from './json-schema.ts';

/** That an environment variable is not JSON, and the way out. */
export function describeUnreadable({ path, variable, schema }: Option, text: string): string {
  const way = `give it ${expected(schema)}, or unset the variable${fallback(schema)}`;
  return `${subject(path)} is ${JSON.stringify(text)} in the environment variable ${variable}: ${way}.`;
}

/** What is wrong with a value, and the way out. `inForce` are the options whose values the environment gave. */
export function describeInvalid(error: ErrorObject, options: readonly Option[], inForce: readonly Option[]): string {
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
  const variable = variableOf(path, inForce);
  const source = variable ? ` in the environment variable ${variable}` : '';
  return `${subject(path)} is ${JSON.stringify(error.data)}${source}${problem}: give it ${expected(schema)}, or leave it out${fallback(schema)}.`;
}

const subject = (path: readonly string[]): string =>
  path.length === 0 ? 'The set of options' : `The option ${path.join('.')}`;

const variableOf = (path: readonly string[], options: readonly Option[]): string | undefined =>
  options.find((option) => option.path.join('.') === path.join('.'))?.variable;

function givingWay(path: readonly string[], options: readonly Option[]): string {
  const variable = variableOf(path, options);
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
