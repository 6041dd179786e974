import type { ContainerPort, Route, TaskLocation } from '../../lib/model/route.ts';
import type { ContainerObservation, TaskLaunch, TaskObservation, TaskRuntime } from '../../lib/runtime/task-runtime.ts';

/** A runtime that runs nothing: a spec says what is to be observed, and reads what was asked. */
export class ScriptedRuntime implements TaskRuntime {
  readonly launches: TaskLaunch[] = [];
  readonly stops: string[] = [];
  /** What the runtime has before the watch begins. */
  existing: TaskObservation[] = [];
  /** Those for which something was made, by name and region. */
  clusters: (readonly [name: string, region: string])[] = [];
  onRun: (launch: TaskLaunch) => Promise<void> = async () => undefined;
  onStop: (taskArn: string) => Promise<void> = async (taskArn) => this.tell(taskArn, { present: false });
  #listener: (observation: TaskObservation) => void = () => undefined;
  readonly #last = new Map<string, TaskObservation>();

  async watch(listener: (observation: TaskObservation) => void): Promise<void> {
    this.#listener = listener;
    for (const observation of this.existing) this.tell(observation.taskArn, observation);
  }

  async run(launch: TaskLaunch): Promise<void> {
    this.launches.push(launch);
    await this.onRun(launch);
  }

  async stop(taskArn: string): Promise<void> {
    this.stops.push(taskArn);
    await this.onStop(taskArn);
  }

  /** Delivers what is new about a task, together with what was delivered before. */
  tell(taskArn: string, news: Partial<TaskObservation>): void {
    const before = this.#last.get(taskArn) ?? observed(taskArn);
    const observation = { ...before, ...news };
    this.#last.set(taskArn, observation);
    this.#listener(observation);
  }

  /** All containers run and can be reached. */
  tellRunning(taskArn: string, container = 'web'): void {
    this.tell(taskArn, {
      present: true,
      ready: true,
      address: '10.42.0.7',
      node: { name: 'node-1', address: '172.18.0.2' },
      containers: [{ name: container, state: 'running', startedAt: 1000, runtimeId: `run-${container}` }],
    });
  }

  tellExited(taskArn: string, exitCode: number, container = 'web'): void {
    const ended: ContainerObservation = {
      name: container,
      state: 'stopped',
      exitCode,
      startedAt: 1000,
      finishedAt: 1005,
    };
    this.tell(taskArn, { present: true, ready: false, containers: [ended] });
  }

  async route({ address }: TaskLocation, { containerPort }: ContainerPort): Promise<Route> {
    return { host: address, port: containerPort };
  }

  async logs(): Promise<AsyncIterable<Buffer>> {
    throw new Error('A scripted task has no logs.');
  }

  async exec(): Promise<number> {
    throw new Error('A scripted task runs no commands.');
  }

  async leaveClusters(isWanted: (clusterName: string, region: string) => boolean): Promise<void> {
    this.clusters = this.clusters.filter(([name, region]) => isWanted(name, region));
  }

  async close(): Promise<void> {
    this.#listener = () => undefined;
  }
}

export const observed = (taskArn: string, more: Partial<TaskObservation> = {}): TaskObservation => ({
  taskArn,
  present: true,
  ready: false,
  stopping: false,
  containers: [],
  ...more,
});
