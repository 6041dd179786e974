import { createHash } from 'node:crypto';
import { parseArn } from '../model/arn.ts';

/** Names of Kubernetes are DNS labels ("Object Names and IDs"): at most 63 of a-z, 0-9 and `-`. */
const longest = 63;
const encodedMark = 'x--';
const shortenedMark = 'h--';

/** The Kubernetes name for an ECS name: itself where Kubernetes allows it, else an encoding that `decodeName` undoes. */
export function encodeName(name: string, limit = longest): string {
  if (isPlain(name) && name.length <= limit) return name;
  const encoded = `${encodedMark}${name.replace(/[^a-z0-9]/g, encodeCharacter)}z`;
  if (encoded.length <= limit) return encoded;
  return `${shortenedMark}${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
}

/** The ECS name. A name that was too long is looked up in `originals`, which its object's annotation holds. */
export function decodeName(encoded: string, originals: Readonly<Record<string, string>> = {}): string {
  const original = originals[encoded];
  if (original !== undefined) return original;
  if (!encoded.startsWith(encodedMark)) return encoded;
  return encoded.slice(encodedMark.length, -1).replace(/-(.)/g, (_, mark: string) => decodeMark(mark));
}

/** `<cluster>-<region>`, as the founding document of `assignPublicIp` has it. */
export const namespaceName = (clusterName: string, region: string): string =>
  `${encodeName(clusterName, longest - region.length - 1)}-${region}`;

export interface TaskNames {
  readonly taskId: string;
  readonly clusterName: string;
  readonly region: string;
  readonly namespace: string;
  /** The name of the task's Pod and of its Service. */
  readonly name: string;
}

/** Where a task's objects are, by its ARN alone: nothing needs to be looked up. */
export function taskNames(taskArn: string): TaskNames {
  const arn = parseArn(taskArn);
  const [kind, clusterName, taskId] = arn?.resource.split('/') ?? [];
  if (!arn || kind !== 'task' || !clusterName || !taskId) {
    throw new Error(`${taskArn} is no task ARN: arn:aws:ecs:<region>:<account>:task/<cluster>/<task id> is expected.`);
  }
  const namespace = namespaceName(clusterName, arn.region);
  return { taskId, clusterName, region: arn.region, namespace, name: `task-${taskId}` };
}

const isPlain = (name: string): boolean =>
  /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name) && !name.startsWith(encodedMark) && !name.startsWith(shortenedMark);

function encodeCharacter(character: string): string {
  if (character === '-') return '--';
  if (character === '_') return '-0';
  return /[A-Z]/.test(character) ? `-${character.toLowerCase()}` : character;
}

function decodeMark(mark: string): string {
  if (mark === '-') return '-';
  return mark === '0' ? '_' : mark.toUpperCase();
}
