/**
 * The `Name.1`, `Name.2`, … of a request as a list, in the order of their numbers ("Query requests for Amazon EC2",
 * Amazon EC2 Developer Guide).
 */
export function listParameter(query: URLSearchParams, name: string): string[] {
  return indexesOf(query, name).flatMap((index) => query.get(`${name}.${index}`) ?? []);
}

export interface Filter {
  readonly name: string;
  readonly values: readonly string[];
}

/** `Filter.1.Name=status&Filter.1.Value.1=in-use` */
export function filterParameters(query: URLSearchParams): Filter[] {
  return indexesOf(query, 'Filter').map((index) => ({
    name: query.get(`Filter.${index}.Name`) ?? '',
    values: listParameter(query, `Filter.${index}.Value`),
  }));
}

/** `*` stands for any run of characters and `?` for one; a backslash takes their meaning from them. */
export function matchesPattern(value: string, pattern: string): boolean {
  if (!/[*?\\]/.test(pattern)) return value === pattern;
  const source = pattern.replace(/\\(.)|[\s\S]/g, (character, escaped: string | undefined) => {
    if (escaped !== undefined) return literal(escaped);
    if (character === '*') return '[\\s\\S]*';
    return character === '?' ? '[\\s\\S]' : literal(character);
  });
  return new RegExp(`^${source}$`).test(value);
}

const literal = (character: string): string => character.replace(/[.*+?^${}()|[\]\\/]/, '\\$&');

function indexesOf(query: URLSearchParams, name: string): number[] {
  const indexes = new Set<number>();
  for (const key of query.keys()) {
    if (!key.startsWith(`${name}.`)) continue;
    const index = /^\d{1,4}(?=\.|$)/.exec(key.slice(name.length + 1))?.[0];
    if (index) indexes.add(Number(index));
  }
  return [...indexes].sort((a, b) => a - b);
}
