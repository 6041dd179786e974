import type { KubernetesObject } from './kubernetes-object.ts';
import { badRequest } from './status-error.ts';

export type Selector = (object: KubernetesObject) => boolean;

const setRequirement = /^([^\s=!,()]+)\s+(in|notin)\s+\(([^)]*)\)$/;
const equalityRequirement = /^([^\s=!,()]+)\s*(==|=|!=)\s*([^\s=!,()]*)$/;
const existenceRequirement = /^(!?)\s*([^\s=!,()]+)$/;

/** `labelSelector` of the query, as https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ defines it. */
export function labelSelector(text: string): Selector {
  const requirements = splitOutsideBrackets(text).map(labelRequirement);
  return ({ metadata }) => requirements.every((matches) => matches(metadata.labels ?? {}));
}

/** `fieldSelector` of the query: equalities of fields by their path. */
export function fieldSelector(text: string): Selector {
  const requirements = splitOutsideBrackets(text).map((part) => {
    const [, path, operator, value] = equalityRequirement.exec(part) ?? [];
    if (!path) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
    return (object: KubernetesObject) => (fieldOf(object, path) === value) !== (operator === '!=');
  });
  return (object) => requirements.every((matches) => matches(object));
}

function labelRequirement(text: string): (labels: Readonly<Record<string, string>>) => boolean {
  const [, setKey, word, list] = setRequirement.exec(text) ?? [];
  if (setKey && list !== undefined) {
    const values = list.split(',').map((value) => value.trim());
    return (labels) => values.includes(labels[setKey] ?? '\0') === (word === 'in');
  }
  const [, key, operator, value] = equalityRequirement.exec(text) ?? [];
  if (key) return (labels) => (labels[key] === value) !== (operator === '!=');
  const [, not, existing] = existenceRequirement.exec(text) ?? [];
  if (existing) return (labels) => existing in labels !== (not === '!');
  const unexpected = text.split(/\s+/)[1] ?? text;
  throw badRequest(`unable to parse requirement: found '${unexpected}', expected: in, notin, =, ==, !=, gt, lt`);
}

function splitOutsideBrackets(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function fieldOf(object: KubernetesObject, path: string): string {
  let value: unknown = object;
  for (const step of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[step];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
