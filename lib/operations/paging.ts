import { invalidParameter } from '../errors.ts';

export interface PageRequest {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

export interface Page<T> {
  readonly items: T[];
  readonly nextToken?: string;
}

export interface PageSizes {
  /** "This value can be between 1 and 100" (most List operations). */
  readonly largest?: number;
  /** How many items a page has when the caller does not say: most often as many as it can have. */
  readonly usual?: number;
}

/**
 * One page of a list. The token remembers the last item's key, so that items which come or go between two calls neither
 * repeat nor hide others; and its position, for the case that this very item has gone.
 */
export function page<T>(
  items: Iterable<T>,
  request: PageRequest,
  keyOf: (item: T) => string,
  { largest = 100, usual = largest }: PageSizes = {},
): Page<T> {
  const size = pageSize(request.maxResults ?? usual, largest);
  const all = Array.isArray(items) ? (items as T[]) : [...items];
  const start = startOf(all, request.nextToken, keyOf);
  const found = all.slice(start, start + size);
  const last = found.at(-1);
  if (last === undefined || start + size >= all.length) return { items: found };
  return { items: found, nextToken: writeToken({ key: keyOf(last), position: start + size }) };
}

function pageSize(maxResults: number, largest: number): number {
  if (maxResults < 1 || maxResults > largest) {
    throw invalidParameter(`maxResults must be between 1 and ${largest}, but was ${maxResults}.`);
  }
  return maxResults;
}

function startOf<T>(all: readonly T[], nextToken: string | undefined, keyOf: (item: T) => string): number {
  if (nextToken === undefined || nextToken === '') return 0;
  const { key, position } = readToken(nextToken);
  const last = all[position - 1];
  if (last !== undefined && keyOf(last) === key) return position;
  const index = all.findIndex((item) => keyOf(item) === key);
  return index < 0 ? position - 1 : index + 1;
}

interface Token {
  readonly key: string;
  readonly position: number;
}

const writeToken = ({ key, position }: Token): string =>
  Buffer.from(JSON.stringify([key, position])).toString('base64url');

function readToken(text: string): Token {
  try {
    const [key, position] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    if (typeof key === 'string' && Number.isSafeInteger(position) && (position as number) > 0) {
      return { key, position: position as number };
    }
  } catch {
    // Refused below, like a token of another shape.
  }
  throw invalidParameter('Invalid token.');
}
