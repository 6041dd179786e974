import type { KubernetesObject } from './kubernetes-object.ts';
import type { ObjectStorage } from './object-storage.ts';
import type { Container, EnvVar, Pod } from './pod.ts';
import { configMaps, secrets } from './resource-types.ts';

/**
 * A container's environment with its references resolved.
 * @throws an Error whose message the kubelet shows under CreateContainerConfigError.
 */
export function containerEnvironment(pod: Pod, container: Container, storage: ObjectStorage): Record<string, string> {
  const read = new References(pod, storage);
  const env: Record<string, string> = { HOSTNAME: pod.spec.hostname ?? pod.metadata.name };
  for (const { prefix = '', secretRef, configMapRef } of container.envFrom ?? []) {
    const data = secretRef ? read.secret(secretRef.name) : configMapRef ? read.configMap(configMapRef.name) : {};
    for (const [key, value] of Object.entries(data)) env[prefix + key] = value;
  }
  for (const variable of container.env ?? []) env[variable.name] = expanded(read.value(variable), env);
  return env;
}

class References {
  readonly #pod: Pod;
  readonly #storage: ObjectStorage;

  constructor(pod: Pod, storage: ObjectStorage) {
    this.#pod = pod;
    this.#storage = storage;
  }

  value({ value = '', valueFrom }: EnvVar): string {
    const { secretKeyRef, configMapKeyRef, fieldRef } = valueFrom ?? {};
    if (secretKeyRef)
      return keyOf(this.secret(secretKeyRef.name), secretKeyRef.key, 'Secret', secretKeyRef.name, this.#pod);
    if (configMapKeyRef)
      return keyOf(
        this.configMap(configMapKeyRef.name),
        configMapKeyRef.key,
        'ConfigMap',
        configMapKeyRef.name,
        this.#pod,
      );
    return fieldRef ? this.#field(fieldRef.fieldPath) : value;
  }

  secret(name: string): Record<string, string> {
    const found = this.#storage.get(secrets, this.#pod.metadata.namespace, name);
    if (!found) throw new Error(`secret "${name}" not found`);
    return Object.fromEntries(
      Object.entries(dataOf(found)).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    );
  }

  configMap(name: string): Record<string, string> {
    const found = this.#storage.get(configMaps, this.#pod.metadata.namespace, name);
    if (!found) throw new Error(`configmap "${name}" not found`);
    return dataOf(found);
  }

  #field(path: string): string {
    const [, map, key] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? [];
    if (map && key) return this.#pod.metadata[map as 'labels' | 'annotations']?.[key] ?? '';
    let value: unknown = this.#pod;
    for (const step of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[step];
    return typeof value === 'string' ? value : '';
  }
}

function dataOf(object: KubernetesObject): Record<string, string> {
  return (object['data'] ?? {}) as Record<string, string>;
}

function keyOf(data: Record<string, string>, key: string, kind: string, name: string, pod: Pod): string {
  const value = data[key];
  if (value === undefined) throw new Error(`couldn't find key ${key} in ${kind} ${pod.metadata.namespace}/${name}`);
  return value;
}

/** `$(NAME)` stands for an earlier variable, `$$(NAME)` for itself. */
export function expanded(value: string, env: Readonly<Record<string, string>>): string {
  return value.replaceAll(/\$\$|\$\(([^)]+)\)/g, (match, name: string | undefined) =>
    name === undefined ? '$' : (env[name] ?? match),
  );
}
