import { typeMismatch } from './json-types.ts';
import { enums, shapes } from './shapes.generated.ts';
import { type Reader, type Violations, simpleReaders } from './simple-readers.ts';

/** Required by the model, and here only under `strict`: the operations look at it themselves (docs/differences-from-aws.md). */
const checkedByOperations = new Set(['AwsVpcConfiguration.subnets']);

/** The reader of a shape. Those of its members are made when they are first needed, and kept in `structures`. */
export function structureReader(name: string, structures: Map<string, Reader>): Reader {
  let reader = structures.get(name);
  if (!reader) {
    reader = makeStructureReader(name, structures);
    structures.set(name, reader);
  }
  return reader;
}

function makeStructureReader(name: string, structures: Map<string, Reader>): Reader {
  const members = Object.entries(shapes[name] ?? {}).map(([member, type]) => {
    const marked = type.endsWith('!');
    const required = marked && !checkedByOperations.has(`${name}.${member}`);
    return { member, required, ...lazyReader(marked ? type.slice(0, -1) : type, structures) };
  });
  return (value, path, violations) => {
    if (typeof value !== 'object') throw typeMismatch.scalarForCollection();
    if (Array.isArray(value)) throw typeMismatch.listForStructure(name);
    const prefix = path === '' ? '' : `${path}.`;
    const output: Record<string, unknown> = {};
    for (const { member, required, read, isText } of members) {
      const given = (value as Record<string, unknown>)[member];
      if (given !== undefined && given !== null) output[member] = read(given, prefix + member, violations);
      else if (required) violations.push(missing(prefix + member, isText));
    }
    return output;
  };
}

function missing(path: string, blank: boolean): Violations[number] {
  return { path, value: 'null', constraint: 'Member must not be null', blank };
}

function lazyReader(type: string, structures: Map<string, Reader>): { read: Reader; isText: boolean } {
  let reader: Reader | undefined;
  return {
    isText: type === 'string',
    read: (value, path, violations) => (reader ??= readerOf(type, structures))(value, path, violations),
  };
}

function readerOf(type: string, structures: Map<string, Reader>): Reader {
  if (type.endsWith('[]')) return listReader(readerOf(type.slice(0, -2), structures));
  if (type.startsWith('{')) return mapReader(readerOf(type.slice(1, -1), structures));
  const values = enums[type];
  if (values) return enumReader(values);
  return simpleReaders[type] ?? structureReader(type, structures);
}

function listReader(readElement: Reader): Reader {
  return (value, path, violations) => {
    if (typeof value !== 'object') throw typeMismatch.scalarForCollection();
    if (!Array.isArray(value)) throw typeMismatch.structureForOther();
    return value.map((element: unknown, index) => {
      const elementPath = `${path}.${index + 1}.member`;
      if (element !== null) return readElement(element, elementPath, violations);
      violations.push(missing(elementPath, false));
      return null;
    });
  };
}

function mapReader(readValue: Reader): Reader {
  return (value, path, violations) => {
    if (typeof value !== 'object') throw typeMismatch.scalarForCollection();
    if (Array.isArray(value)) throw typeMismatch.listForMap();
    const entries = Object.entries(value as object).filter(([, element]) => element !== null);
    return Object.fromEntries(
      entries.map(([key, element]) => [key, readValue(element, `${path}.${key}.member`, violations)]),
    );
  };
}

function enumReader(values: readonly string[]): Reader {
  const known = new Set(values);
  const constraint = `Member must satisfy enum value set: [${values.join(', ')}]`;
  return (value, path, violations) => {
    const text = simpleReaders['string']?.(value, path, violations);
    if (!known.has(text as string)) violations.push({ path, value: `'${String(text)}'`, constraint, blank: false });
    return text;
  };
}
