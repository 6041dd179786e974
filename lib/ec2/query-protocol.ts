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

/**
 * `*` stands for any run of characters and `?` for one; a backslash takes their meaning from them. Where a text does not
 * fit, only the last `*` gives way: a regular expression would try all of them, for ever if the pattern asks for it.
 */
export function matchesPattern(text: string, pattern: string): boolean {
  const parts = pattern.match(/\\[\s\S]|[\s\S]/g) ?? [];
  let at = 0;
  let part = 0;
  let star: { readonly part: number; at: number } | undefined;
  while (at < text.length) {
    if (parts[part] === '*') {
      star = { part: part++, at };
    } else if (fits(text.charAt(at), parts[part])) {
      at++;
      part++;
    } else if (star) {
      part = star.part + 1;
      at = ++star.at;
    } else {
      return false;
    }
  }
  return parts.slice(part).every((rest) => rest === '*');
}

function fits(character: string, part: string | undefined): boolean {
  return part === '?' || part === character || part === `\\${character}`;
}

function indexesOf(query: URLSearchParams, name: string): number[] {
  const indexes = new Set<number>();
  for (const key of query.keys()) {
    if (!key.startsWith(`${name}.`)) continue;
    const index = /^\d{1,4}(?=\.|$)/.exec(key.slice(name.length + 1))?.[0];
    if (index) indexes.add(Number(index));
  }
  return [...indexes].sort((a, b) => a - b);
}
