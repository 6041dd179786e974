/** What a restart may never do. */
export const faultKinds = ['lost', 'changed', 'double-assigned', 'leaked', 'unreachable', 'stuck', 'refused'] as const;
export type FaultKind = (typeof faultKinds)[number];

/** What each kind means, for the table. */
export const meanings: Readonly<Record<FaultKind, string>> = {
  lost: 'answered tasks that are not known, or whose Pod or Service is missing',
  changed: 'answers that contradict an earlier one, or a call that was repeated with its token and ran twice',
  'double-assigned': 'host ports of two living tasks',
  leaked: 'Pods, Services and open host ports of no living task',
  unreachable: 'running tasks that do not answer on their host port as the task they are',
  stuck: 'tasks, or KECS itself, that did not get where they should within the limit',
  refused: 'calls that were answered with an error or a failure',
};

export interface Fault {
  readonly kind: FaultKind;
  readonly what: string;
}

/** Each fault once, however often it is seen. */
export class Faults {
  readonly #found = new Map<string, Fault>();
  readonly #tell: (fault: Fault) => void;

  constructor(tell: (fault: Fault) => void) {
    this.#tell = tell;
  }

  get size(): number {
    return this.#found.size;
  }

  add(kind: FaultKind, what: string): void {
    if (this.#found.has(what)) return;
    const fault = { kind, what };
    this.#found.set(what, fault);
    this.#tell(fault);
  }

  count(kind: FaultKind): number {
    return [...this.#found.values()].filter((fault) => fault.kind === kind).length;
  }
}
