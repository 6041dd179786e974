import type { Pod } from './pod.ts';
import { namespaces, pods, services, type ResourceType } from './resource-types.ts';
import { invalid } from './status-error.ts';

/** Only the images of a Pod's containers can change once it exists. */
export function refuseNewSpec(current: Pod, wanted: Pod): void {
  const comparable = ({ spec }: Pod) =>
    JSON.stringify(
      { ...spec, containers: spec.containers.map(({ image: _image, ...container }) => container) },
      sortedKeys,
    );
  if (comparable(current) === comparable(wanted)) return;
  const message =
    'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
  throw invalid(pods, current.metadata.name, [{ reason: 'FieldValueForbidden', field: 'spec', message }]);
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
export function refuseBadName(type: ResourceType, name: string): void {
  const isLabel = type === services || type === namespaces;
  const label = isLabel ? /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/ : /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
  if (label.test(name)) return;
  const rule = isLabel
    ? "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
    : "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
  const message = `Invalid value: ${JSON.stringify(name)}: ${rule}`;
  throw invalid(type, name, [{ reason: 'FieldValueInvalid', field: 'metadata.name', message }]);
}
