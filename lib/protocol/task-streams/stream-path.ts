import { invalidParameter } from '../../errors.ts';

/** What a URL of the emulator's own routes asks for. */
export interface StreamPath {
  readonly taskArn: string;
  readonly what: 'logs' | 'exec';
  readonly query: URLSearchParams;
}

/** `/_kecs/tasks/<task ARN>/logs` and `/exec`, the ARN encoded or as it is, under whatever path the router is mounted. */
export function parseStreamPath(url = '/'): StreamPath | undefined {
  const [path = '', query = ''] = url.split('?', 2);
  const [, encodedArn, what] = /\/_kecs\/tasks\/(.+)\/(logs|exec)$/.exec(path) ?? [];
  if (encodedArn === undefined) return undefined;
  return { taskArn: decoded(encodedArn), what: what as StreamPath['what'], query: new URLSearchParams(query) };
}

/** Refuses what is misspelled: it would be passed over without a word. @throws AwsError */
export function checkNames(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys()) {
    if (!known.includes(name)) {
      throw invalidParameter(`There is no parameter ${name}: there are ${known.join(', ')}.`);
    }
  }
}

/** A parameter that is there without a value is true. @throws AwsError */
export function isTrue(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  if (value === null || value === 'false') return false;
  if (value === 'true' || value === '') return true;
  throw invalidParameter(`The parameter ${name} is ${value}: give it true or false.`);
}

/** @throws AwsError */
export function countOf(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw invalidParameter(`The parameter ${name} is ${value || 'empty'}: give it a whole number of 0 or more.`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
