/**
 * Writes lib/protocol/shapes.generated.ts: what the input of every ECS operation looks like, read from the runtime
 * schemas, the enums and the type declarations of `@aws-sdk/client-ecs`. With `--check` it only compares, and fails
 * when the file is stale.
 */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';

/** `@smithy/core/schema`: a number for a simple type, an array for a named one, a function for one declared later. */
type Schema = number | readonly unknown[] | (() => Schema);
type Members = Record<string, string>;

const TARGET = fileURLToPath(new URL('../lib/protocol/shapes.generated.ts', import.meta.url));
const SDK = dirname(createRequire(import.meta.url).resolve('@aws-sdk/client-ecs/package.json'));

/** Kinds of named schemas, and the modifiers that make a list or a map of a simple type ("staticStructure" in smithy). */
const LIST = 1;
const MAP = 2;
const STRUCTURE = 3;
const UNION = 4;
const OPERATION = 9;
const LIST_OF = 64;
const MAP_OF = 128;
const SIMPLE: Record<number, string> = { 0: 'string', 1: 'integer', 2: 'boolean', 4: 'timestamp', 15: 'document' };

/**
 * The runtime schemas tell no integer from a double. These members are doubles in the ECS API Reference; a fraction in
 * any other number is cut off, as AWS's JSON reader does.
 */
const DOUBLES: Record<string, readonly string[]> = {
  CanaryConfiguration: ['canaryPercent'],
  DaemonDeploymentConfiguration: ['drainPercent'],
  LinearConfiguration: ['stepPercent'],
  MemoryGiBPerVCpuRequest: ['min', 'max'],
  NetworkBandwidthGbpsRequest: ['min', 'max'],
  Resource: ['doubleValue'],
  Scale: ['value'],
  TotalLocalStorageGBRequest: ['min', 'max'],
};

const schemas = (await load('schemas/schemas_0.js')) as Record<string, Schema>;
const enumValues = (await load('models/enums.js')) as Record<string, Record<string, string>>;
const enumOf = await readEnumMembers();
const shapes = new Map<string, Members>();
const usedEnums = new Set<string>();

const operations: [string, string][] = Object.values(schemas)
  .filter((schema): schema is readonly unknown[] => Array.isArray(schema) && schema[0] === OPERATION)
  .map((schema) => [String(schema[2]), typeName(schema[4] as Schema)]);

const text = await format(source(), { ...(await resolveConfig(TARGET)), parser: 'typescript' });
if (!process.argv.includes('--check')) {
  await writeFile(TARGET, text);
} else if ((await readFile(TARGET, 'utf8').catch(() => '')) !== text) {
  console.error(
    `${TARGET} is not what @aws-sdk/client-ecs declares now. Run "npm run generate" and commit the result.`,
  );
  process.exitCode = 1;
}

function source(): string {
  return `// Written by scripts/generate-shapes.ts from @aws-sdk/client-ecs; do not edit: run "npm run generate".
import type { OperationName } from '../operations/operation.ts';

/** The input shape of every operation. */
export const inputShapes: Readonly<Record<OperationName, string>> = ${JSON.stringify(sorted(operations))};

/**
 * Shape → member → type: a simple type, a shape or an enum; \`T[]\` is a list, \`{T}\` a map from strings, and \`!\` marks a
 * member that the request must have.
 */
export const shapes: Readonly<Record<string, Readonly<Record<string, string>>>> = ${JSON.stringify(sorted(shapes))};

export const enums: Readonly<Record<string, readonly string[]>> = ${JSON.stringify(
    sorted([...usedEnums].map((name) => [name, Object.values(enumValues[name] ?? {})])),
  )};
`;
}

/** The name of the schema in the grammar above; structures on the way are added to the table. */
function typeName(schema: Schema, owner = '', member = ''): string {
  if (typeof schema === 'function') return typeName(schema(), owner, member);
  if (typeof schema === 'number') return simpleName(schema, owner, member);
  const [kind, , name, , detail, memberSchemas, requiredCount] = schema;
  // A pair of a schema and its traits.
  if (typeof kind !== 'number' || schema.length === 2) return typeName(kind as Schema, owner, member);
  if (kind === LIST) return `${typeName(detail as Schema, owner, member)}[]`;
  if (kind === MAP) return `{${typeName(memberSchemas as Schema, owner, member)}}`;
  if (kind !== STRUCTURE && kind !== UNION) throw new Error(`${owner}.${member} has a schema of unknown kind ${kind}.`);
  addShape(String(name), detail as string[], memberSchemas as Schema[], Number(requiredCount ?? 0));
  return String(name);
}

function simpleName(code: number, owner: string, member: string): string {
  if (code & MAP_OF) return `{${simpleName(code - MAP_OF, owner, member)}}`;
  if (code & LIST_OF) return `${simpleName(code - LIST_OF, owner, member)}[]`;
  const name = SIMPLE[code];
  if (!name) throw new Error(`${owner}.${member} has the unknown simple type ${code}.`);
  const enumName = enumOf.get(`${owner}.${member}`);
  if (name === 'string' && enumName) {
    usedEnums.add(enumName);
    return enumName;
  }
  return name === 'integer' && DOUBLES[owner]?.includes(member) ? 'double' : name;
}

function addShape(name: string, names: string[], memberSchemas: Schema[], requiredCount: number): void {
  if (shapes.has(name)) return;
  const members: Members = {};
  shapes.set(name, members);
  names.forEach((member, index) => {
    const type = typeName(memberSchemas[index] as Schema, name, member);
    members[member] = index < requiredCount ? `${type}!` : type;
  });
}

/** `Shape.member` → enum: the declarations name the enum of a member, the runtime schemas do not. */
async function readEnumMembers(): Promise<Map<string, string>> {
  const folder = join(SDK, 'dist-types/models');
  const files = (await readdir(folder)).filter((file) => /^models_\d+\.d\.ts$/.test(file));
  const declarations = (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('\n');
  const found = new Map<string, string>();
  for (const [, shape, body] of declarations.matchAll(/^export interface (\w+) \{\n([\s\S]*?)^\}/gm)) {
    for (const [, member, type = ''] of (body ?? '').matchAll(/^ {4}(\w+)\??: (\w+)(?:\[\])? \| undefined;/gm)) {
      if (type in enumValues) found.set(`${shape}.${member}`, type);
    }
  }
  return found;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function sorted(entries: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  return Object.fromEntries([...entries].sort(byName));
}

function load(file: string): Promise<unknown> {
  return import(pathToFileURL(join(SDK, 'dist-es', file)).href);
}
