import { isDeepStrictEqual } from 'node:util';
import type { Task } from '@aws-sdk/client-ecs';
import { type TaskStatus, hasReached } from '../../lib/model/task-lifecycle.ts';
import type { Faults } from './faults.ts';

/** A RunTask that was sent: its client token stands in `startedBy`, too, so that its tasks are told from others. */
export interface RunCall {
  readonly token: string;
  readonly count: number;
  readonly startedBy: string;
  /** Absent as long as no answer came. */
  taskArns?: readonly string[];
}

interface Answer {
  readonly receivedAt: number;
  readonly task: Task;
}

/** Enough to find one that came before a request was sent: the load has a handful of requests under way. */
const answersKept = 16;

/** All that KECS ever answered, and whether a new answer agrees with it. */
export class Ledger {
  readonly calls = new Map<string, RunCall>();
  readonly #answers = new Map<string, Answer[]>();
  readonly #faults: Faults;

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  get taskArns(): string[] {
    return [...this.#answers.keys()];
  }

  /** Tasks that should run, as far as is known. */
  get wanted(): Task[] {
    return [...this.#answers.values()].flatMap((answers) => {
      const task = answers.at(-1)?.task;
      return task && task.desiredStatus !== 'STOPPED' ? [task] : [];
    });
  }

  /** A stopped task stays as it is. */
  hasStopped(taskArn: string): boolean {
    return this.#answers.get(taskArn)?.at(-1)?.task.lastStatus === 'STOPPED';
  }

  get unansweredCalls(): RunCall[] {
    return [...this.calls.values()].filter(({ taskArns }) => taskArns === undefined);
  }

  /** Takes in what an answer said of a task; `sentAt` is when its request was sent. */
  note(task: Task, sentAt: number): void {
    const arn = task.taskArn ?? '';
    const answers = this.#answers.get(arn) ?? [];
    this.#answers.set(arn, answers);
    const before = answers.findLast(({ receivedAt }) => receivedAt < sentAt);
    for (const contradiction of before ? contradictions(before.task, task) : this.#startContradictions(task)) {
      this.#faults.add('changed', `${arn}: ${contradiction}`);
    }
    answers.push({ receivedAt: performance.now(), task });
    if (answers.length > answersKept) answers.shift();
  }

  /** The tasks that a call is known to have started. */
  startedBy(call: RunCall): string[] {
    return [...this.#answers].flatMap(([arn, answers]) =>
      answers.at(-1)?.task.startedBy === call.startedBy ? [arn] : [],
    );
  }

  /** What a task's first answer must have of the call that started it. */
  #startContradictions(task: Task): string[] {
    const call = this.calls.get(task.startedBy ?? '');
    if (!call) return [`it was started by ${task.startedBy}, which nobody sent`];
    const environment = task.overrides?.containerOverrides?.[0]?.environment?.[0]?.value;
    const seen = { environment, tag: task.tags?.[0]?.value };
    const asked = { environment: call.token, tag: call.token };
    return isDeepStrictEqual(seen, asked) ? [] : [`${JSON.stringify(seen)} was answered for ${call.token}`];
  }
}

/** What never changes once it was answered. */
const fixed = [
  'taskDefinitionArn',
  'clusterArn',
  'startedBy',
  'group',
  'launchType',
  'createdAt',
  'overrides',
  'startedAt',
  'stopCode',
  'stoppedReason',
  'stoppingAt',
  'stoppedAt',
] as const satisfies (keyof Task)[];

function contradictions(before: Task, now: Task): string[] {
  const found = fixed
    .filter((member) => before[member] !== undefined && !isDeepStrictEqual(before[member], now[member]))
    .map((member) => `${member} was ${JSON.stringify(before[member])} and is ${JSON.stringify(now[member])}`);
  if (!hasReached(now.lastStatus as TaskStatus, before.lastStatus as TaskStatus))
    found.push(`lastStatus was ${before.lastStatus} and is ${now.lastStatus}`);
  if (before.desiredStatus === 'STOPPED' && now.desiredStatus !== 'STOPPED')
    found.push(`desiredStatus was STOPPED and is ${now.desiredStatus}`);
  // The ports of a stopped task are for others.
  const parts = [containersOf, interfacesOf, ...(now.lastStatus === 'STOPPED' ? [] : [bindingsOf])];
  for (const partOf of parts) {
    const [earlier, later] = [partOf(before), partOf(now)];
    if (earlier.length > 0 && !isDeepStrictEqual(earlier, later))
      found.push(`${JSON.stringify(earlier)} became ${JSON.stringify(later)}`);
  }
  return found;
}

const containersOf = ({ containers = [] }: Task) => containers.map(({ name, containerArn }) => [name, containerArn]);

const interfacesOf = ({ attachments = [] }: Task) => attachments.map(({ id, type }) => [id, type]);

const bindingsOf = ({ containers = [] }: Task) => containers.flatMap(({ networkBindings = [] }) => networkBindings);

export const hostPortsOf = (task: Task): number[] => bindingsOf(task).map(({ hostPort = 0 }) => hostPort);

export const taskIdOf = (arn: string): string => arn.split('/').at(-1) ?? '';
