import type { KubernetesObject } from './kubernetes-object.ts';
import type { ResourceType } from './resource-types.ts';
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
export function fieldSelector(type: ResourceType, text: string): Selector {
  const requirements = splitOutsideBrackets(text).map((part) => {
    const [, path, operator, value] = equalityRequirement.exec(part) ?? [];
    if (!path) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
    if (!isSelectable(type, path)) throw badRequest(unsupported(type, text, path));
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

/** Which fields can be selected is fixed per resource in Kubernetes: https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/ */
const selectable: Readonly<Record<string, RegExp>> = {
  pods: /^(spec\.(nodeName|restartPolicy|schedulerName|serviceAccountName|hostNetwork)|status\.(phase|podIP|nominatedNodeName))$/,
  events: /^(involvedObject\.\w+|reason|source|type|reportingComponent)$/,
  secrets: /^type$/,
  services: /^spec\.(clusterIP|type)$/,
  namespaces: /^status\.phase$/,
  nodes: /^spec\.unschedulable$/,
};

function isSelectable({ name }: ResourceType, path: string): boolean {
  return path === 'metadata.name' || path === 'metadata.namespace' || (selectable[name]?.test(path) ?? false);
}

function unsupported({ name, group, version }: ResourceType, text: string, path: string): string {
  const resource = `"${group}/${version}, Resource=${name}"`;
  return `Unable to find ${resource} that match label selector "", field selector "${text}": field label not supported: ${path}`;
}
