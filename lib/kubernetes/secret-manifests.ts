import type { V1EnvVar, V1LocalObjectReference, V1Secret } from '@kubernetes/client-node';
import type { ContainerDefinition, TaskDefinition } from '../model/task-definition.ts';
import type { TaskLaunch } from '../runtime/task-runtime.ts';
import { type Login, type TaskSecrets, credentialsOf } from '../runtime/task-secrets.ts';
import { annotations, objectLabels } from './labels.ts';
import { encodeName, taskNames } from './names.ts';

/** The variables of a container whose values are in the Secret that is named as the task's Pod. */
export const secretVariables = ({ name = '', secrets = [] }: ContainerDefinition, secretName: string): V1EnvVar[] =>
  secrets.map(({ name: variable = '' }, index) => ({
    name: variable,
    valueFrom: { secretKeyRef: { name: secretName, key: keyOf(name, index) } },
  }));

export const pullSecrets = (definition: TaskDefinition, podName: string): V1LocalObjectReference[] =>
  registriesOf(definition).map((_, index) => ({ name: pullSecretName(podName, index) }));

/** The Secrets that a task's Pod refers to; none for a task without secrets. */
export function secretManifests(
  launch: TaskLaunch,
  definition: TaskDefinition,
  { values, logins }: TaskSecrets,
  instanceId: string,
): V1Secret[] {
  const { name, namespace, taskId } = taskNames(launch.taskArn);
  const manifest = (secretName: string, type: string, data: Record<string, string>): V1Secret => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: secretName,
      namespace,
      labels: objectLabels('task-secret', taskId, instanceId),
      annotations: { [annotations.taskArn]: launch.taskArn },
    },
    immutable: true,
    type,
    data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')])),
  });
  const variables = [...values].flatMap(([container, texts]) =>
    texts.map((text, index) => [keyOf(container, index), text] as const),
  );
  return [
    ...(variables.length > 0 ? [manifest(name, 'Opaque', Object.fromEntries(variables))] : []),
    ...registriesOf(definition).map(({ registry, parameter }, index) =>
      manifest(pullSecretName(name, index), 'kubernetes.io/dockerconfigjson', {
        '.dockerconfigjson': dockerConfig(registry, logins.get(parameter)),
      }),
    ),
  ];
}

/** Variables may have any name, the keys of a Secret may not: their place stands for them. */
const keyOf = (container: string, index: number): string => `${encodeName(container)}.${index}`;

const pullSecretName = (podName: string, index: number): string => `${podName}-registry-${index}`;

interface Registry {
  readonly registry: string;
  readonly parameter: string;
}

function registriesOf({ containerDefinitions = [] }: TaskDefinition): Registry[] {
  const pairs = containerDefinitions.flatMap((container) =>
    credentialsOf(container).map((parameter) => ({ registry: registryOf(container.image ?? ''), parameter })),
  );
  return [...new Map(pairs.map((pair) => [JSON.stringify(pair), pair])).values()];
}

/** An image name without a host is one of Docker Hub ("Images", Kubernetes documentation), whose key in a Docker configuration is an address. */
function registryOf(image: string): string {
  const [host = '', ...path] = image.split('/');
  const isHost = path.length > 0 && /[.:]|^localhost$/.test(host);
  return isHost && host !== 'docker.io' ? host : 'https://index.docker.io/v1/';
}

function dockerConfig(registry: string, { username, password }: Login = { username: '', password: '' }): string {
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return JSON.stringify({ auths: { [registry]: { username, password, auth } } });
}
