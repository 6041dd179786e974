import * as sdk from '@aws-sdk/client-ecs';

/** `@smithy/core/schema`: a number for a simple type, an array for a named one or for a member with traits, a function for one declared later. */
type Schema = number | readonly unknown[] | (() => Schema);

const LIST = 1;
const MAP = 2;
const STRUCTURE = 3;
const UNION = 4;
const LIST_OF = 64;
const MAP_OF = 128;
const simpleTypes: Readonly<Record<number, string>> = { 0: 'string', 1: 'number', 2: 'boolean', 4: 'number' };

/** What in an answer the SDK's own schema of it does not know, or knows as another type. A client would lose it without a word. */
export function answerFaults(operation: string, answer: unknown): string[] {
  const schema = (sdk as unknown as Record<string, readonly unknown[]>)[`${operation}$`];
  if (!schema) return [`The SDK has no operation ${operation}.`];
  return faults(schema[5] as Schema, answer, operation);
}

function faults(given: Schema, value: unknown, path: string): string[] {
  const schema = resolve(given);
  if (typeof schema === 'number') return simpleFaults(schema, value, path);
  const [kind] = schema;
  if (kind === STRUCTURE || kind === UNION) return structureFaults(schema, value, path);
  if (kind === LIST) return listFaults(schema[4] as Schema, value, path);
  if (kind === MAP) return mapFaults(schema[5] as Schema, value, path);
  return [`${path}: the spec does not know schemas of kind ${String(kind)}.`];
}

/** A member that has traits stands in a pair with them. */
function resolve(schema: Schema): number | readonly unknown[] {
  if (typeof schema === 'function') return resolve(schema());
  if (typeof schema === 'number') return schema;
  return schema.length === 2 ? resolve(schema[0] as Schema) : schema;
}

function simpleFaults(schema: number, value: unknown, path: string): string[] {
  if (schema >= MAP_OF) return mapFaults(schema - MAP_OF, value, path);
  if (schema >= LIST_OF) return listFaults(schema - LIST_OF, value, path);
  const wanted = simpleTypes[schema];
  return wanted === undefined || typeof value === wanted ? [] : [`${path} is ${typeof value}, not ${wanted}.`];
}

function structureFaults(schema: readonly unknown[], value: unknown, path: string): string[] {
  if (!isObject(value)) return [`${path} is ${JSON.stringify(value)}, not a structure.`];
  const names = schema[4] as string[];
  const members = schema[5] as Schema[];
  return Object.entries(value).flatMap(([name, member]) => {
    const known = members[names.indexOf(name)];
    return known === undefined ? [`${path}.${name} is not in the model.`] : faults(known, member, `${path}.${name}`);
  });
}

const listFaults = (element: Schema, value: unknown, path: string): string[] =>
  Array.isArray(value)
    ? value.flatMap((one, i) => faults(element, one, `${path}[${i}]`))
    : [`${path} is ${JSON.stringify(value)}, not a list.`];

const mapFaults = (element: Schema, value: unknown, path: string): string[] =>
  isObject(value)
    ? Object.entries(value).flatMap(([key, one]) => faults(element, one, `${path}.${key}`))
    : [`${path} is ${JSON.stringify(value)}, not a map.`];

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
