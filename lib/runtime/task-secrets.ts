import type { Scope } from '../model/arn.ts';
import { type SecretReference, secretReference } from '../model/secret-reference.ts';
import type { ContainerDefinition, TaskDefinition } from '../model/task-definition.ts';
import type { SecretSource, StoredSecret } from './secret-source.ts';
import { TaskRefused } from './task-runtime.ts';
import { messageOf } from '../util/message-of.ts';

/** The values of a task's secrets. */
export interface TaskSecrets {
  /** ECS container name → the values of its `secrets`, in their order. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** `credentialsParameter` → what it holds. */
  readonly logins: ReadonlyMap<string, Login>;
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** How long all of a task's secrets may take. */
const limitMs = 30_000;

/** @throws TaskRefused in the words of "Amazon ECS stopped tasks error messages", without a value in them */
export async function readTaskSecrets(
  { containerDefinitions = [] }: TaskDefinition,
  scope: Scope,
  source: SecretSource,
): Promise<TaskSecrets> {
  const read = readerOf(source, scope);
  const values = containerDefinitions.flatMap(({ name = '', secrets = [] }) =>
    secrets.length > 0 ? [valuesOf(secrets, read).then((texts) => [name, texts] as const)] : [],
  );
  const logins = [...new Set(containerDefinitions.flatMap(credentialsOf))].map(
    async (parameter) => [parameter, await loginOf(parameter, read)] as const,
  );
  const [readValues, readLogins] = await Promise.all([Promise.all(values), Promise.all(logins)]);
  return { values: new Map(readValues), logins: new Map(readLogins) };
}

export const credentialsOf = ({ repositoryCredentials }: ContainerDefinition): string[] =>
  repositoryCredentials?.credentialsParameter ? [repositoryCredentials.credentialsParameter] : [];

type Read = (secret: StoredSecret) => Promise<string>;

/** Each secret is read once, however many containers want it. */
function readerOf(source: SecretSource, scope: Scope): Read {
  const signal = AbortSignal.timeout(limitMs);
  const late = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(new Error(`no answer came within ${limitMs / 1000} s.`))),
  );
  late.catch(() => undefined);
  const reads = new Map<string, Promise<string>>();
  return (secret) => {
    const key = JSON.stringify(secret);
    const text = reads.get(key) ?? Promise.race([source.read(secret, scope, signal), late]);
    reads.set(key, text);
    return text;
  };
}

async function valuesOf(secrets: NonNullable<ContainerDefinition['secrets']>, read: Read): Promise<string[]> {
  return Promise.all(secrets.map(({ valueFrom = '' }) => valueOf(secretReference(valueFrom), read)));
}

async function valueOf(reference: SecretReference, read: Read): Promise<string> {
  const { service } = reference;
  try {
    if (service === 'ssm') return await read(reference);
    const { jsonKey, ...secret } = reference;
    const text = await read(secret);
    return jsonKey === undefined ? text : memberOf(text, jsonKey);
  } catch (error) {
    const what = service === 'ssm' ? 'secrets from ssm' : 'secret from asm';
    const name = service === 'ssm' ? `parameter ${reference.name}` : `secret ${reference.arn}`;
    throw refusal(`unable to retrieve ${what}: ${name}`, error);
  }
}

async function loginOf(credentialsParameter: string, read: Read): Promise<Login> {
  const reference = secretReference(credentialsParameter);
  try {
    const text = await read(reference);
    return { username: memberOf(text, 'username'), password: memberOf(text, 'password') };
  } catch (error) {
    throw refusal(`unable to get registry auth from asm: secret ${credentialsParameter}`, error);
  }
}

/** Text: stopped tasks on AWS say "retrieved secret from Secrets Manager did not contain json key X". */
function memberOf(text: string, key: string): string {
  const value = objectIn(text)[key];
  if (value === undefined) throw new Error(`retrieved secret from Secrets Manager did not contain json key ${key}`);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The parser's own message would quote the secret. */
function objectIn(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    throw new Error('retrieved secret from Secrets Manager is not JSON');
  }
}

function refusal(what: string, error: unknown): TaskRefused {
  const cause = messageOf(error);
  return new TaskRefused(
    `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ${what}: ${cause}`,
  );
}
