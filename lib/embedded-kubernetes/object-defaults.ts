import type { KubernetesObject } from './kubernetes-object.ts';

export function withNamespaceDefaults(object: KubernetesObject): KubernetesObject {
  const labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name };
  const status = object.status ?? { phase: 'Active' };
  return { ...object, metadata: { ...object.metadata, labels }, spec: { finalizers: ['kubernetes'] }, status };
}

export function withSecretDefaults({ stringData, ...secret }: KubernetesObject): KubernetesObject {
  const encoded = Object.entries((stringData ?? {}) as Record<string, string>).map(([key, value]) => [
    key,
    Buffer.from(value).toString('base64'),
  ]);
  const data = { ...(secret['data'] as object | undefined), ...Object.fromEntries(encoded) };
  return {
    ...secret,
    ...(Object.keys(data).length > 0 && { data }),
    type: secret['type'] ?? 'Opaque',
  } as KubernetesObject;
}
