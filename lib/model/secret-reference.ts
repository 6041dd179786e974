/** What `valueFrom` of a secret names ("Pass Secrets Manager secrets through Amazon ECS environment variables", Developer Guide). */
export type SecretReference = SecretsManagerReference | ParameterReference;

export interface SecretsManagerReference {
  readonly service: 'secretsmanager';
  readonly arn: string;
  /** A member of the secret's JSON, in place of its whole text. */
  readonly jsonKey?: string;
  readonly versionStage?: string;
  readonly versionId?: string;
}

export interface ParameterReference {
  readonly service: 'ssm';
  /** The name of a Systems Manager parameter of the task's own region, or an ARN. */
  readonly name: string;
}

/** `arn:…:secretsmanager:<region>:<account>:secret:<name>[:<json key>:<version stage>:<version id>]`, or a parameter. */
export function secretReference(valueFrom: string): SecretReference {
  const parts = valueFrom.split(':');
  if (parts[0] !== 'arn' || parts[2] !== 'secretsmanager') return { service: 'ssm', name: valueFrom };
  const [jsonKey, versionStage, versionId] = parts.slice(7);
  return {
    service: 'secretsmanager',
    arn: parts.slice(0, 7).join(':'),
    ...(jsonKey && { jsonKey }),
    ...(versionStage && { versionStage }),
    ...(versionId && { versionId }),
  };
}
