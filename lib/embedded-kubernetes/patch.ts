import { StatusError, badRequest } from './status-error.ts';

type Json = Record<string, unknown>;

/** Applies a PATCH body by its content type; answers a new value. */
export function applyPatch(target: Json, patch: unknown, contentType: string): Json {
  if (contentType === 'application/json-patch+json') return applyJsonPatch(target, patch);
  if (contentType === 'application/merge-patch+json') return merge(target, patch, false) as Json;
  if (contentType === 'application/strategic-merge-patch+json') return merge(target, patch, true) as Json;
  const accepted = 'application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json';
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted}`;
  throw new StatusError(415, 'UnsupportedMediaType', message);
}

/** RFC 7396; in a strategic merge lists of objects merge by their key instead of replacing each other. */
function merge(target: unknown, patch: unknown, strategic: boolean): unknown {
  if (!isObject(patch)) return patch;
  const result: Json = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue;
    if (value === null) delete result[key];
    else if (strategic && Array.isArray(value)) result[key] = mergeLists(result[key], value, key);
    else result[key] = merge(result[key], value, strategic);
  }
  return result;
}

/** patchMergeKey of the lists in https://kubernetes.io/docs/reference/kubernetes-api/ that commands patch. */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  conditions: 'type',
  ownerReferences: 'uid',
};

function mergeLists(target: unknown, patch: unknown[], field: string): unknown[] {
  const mergeKey = field === 'ports' ? portKey(patch) : mergeKeys[field];
  if (!mergeKey || !Array.isArray(target)) return patch.filter((item) => !isDeletion(item));
  const result: unknown[] = [...target];
  for (const item of patch) {
    if (!isObject(item)) continue;
    const index = result.findIndex((existing) => isObject(existing) && existing[mergeKey] === item[mergeKey]);
    if (isDeletion(item)) {
      if (index >= 0) result.splice(index, 1);
    } else if (index >= 0) result[index] = merge(result[index], item, true);
    else result.push(item);
  }
  return result;
}

/** The ports of a Service merge by `port`, those of a container by `containerPort`. */
function portKey(patch: unknown[]): string {
  return patch.some((item) => isObject(item) && 'containerPort' in item) ? 'containerPort' : 'port';
}

function isDeletion(item: unknown): boolean {
  return isObject(item) && item['$patch'] === 'delete';
}

interface Step {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/** RFC 6902: add, remove, replace and test. */
function applyJsonPatch(target: Json, patch: unknown): Json {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch is a list of operations');
  const result = structuredClone(target);
  for (const step of patch as Step[]) applyStep(result, step);
  return result;
}

function applyStep(root: Json, { op, path, value }: Step): void {
  const keys = path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop();
  let parent: unknown = root;
  for (const key of keys) parent = (parent as Json | undefined)?.[key];
  if (last === undefined || typeof parent !== 'object' || parent === null) throw missing(path);
  const holder = parent as Json;
  if (op !== 'add' && !(last in holder)) throw missing(path);
  if (op === 'test' && JSON.stringify(holder[last]) !== JSON.stringify(value)) {
    throw new StatusError(
      422,
      'Invalid',
      `the server rejected our request due to an error in our request: testing value ${path} failed`,
    );
  }
  if (op === 'remove') remove(holder, last);
  else if (op === 'add' && Array.isArray(parent)) parent.splice(last === '-' ? parent.length : Number(last), 0, value);
  else if (op === 'add' || op === 'replace') holder[last] = value;
  else if (op !== 'test') throw badRequest(`Unexpected kind: ${op}`);
}

function remove(holder: Json, key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

function missing(path: string): StatusError {
  return new StatusError(
    422,
    'Invalid',
    `the server rejected our request due to an error in our request: path ${path} does not exist`,
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
