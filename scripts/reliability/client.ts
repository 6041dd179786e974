import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  ECSServiceException,
  ListClustersCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  type ContainerDefinition,
  type Task,
  paginateListTasks,
} from '@aws-sdk/client-ecs';
import type { Faults } from './faults.ts';
import type { Ledger, RunCall } from './ledger.ts';

/** Of this run alone: on a real Kubernetes it names a namespace. */
const cluster = `reliability-${process.pid}`;
const stopReason = 'stopped by the reliability run';
const family = 'reliability';

/** Of a call that was not answered nobody knows whether it was heard, unless nobody listened. */
export type Outcome = 'answered' | 'unanswered' | 'unheard';

/** Calls one KECS process and enters each answer into the ledger. */
export interface Client {
  setUp(container: ContainerDefinition): Promise<void>;
  answers(): Promise<boolean>;
  run(call: RunCall): Promise<Outcome>;
  stop(taskArn: string): Promise<Outcome>;
  /** Those of the tasks that KECS knows. @throws Error where no answer came. */
  describe(taskArns: readonly string[]): Promise<Task[]>;
  /** The ARNs of every task of the cluster, stopped ones included. */
  list(): Promise<string[]>;
  removeCluster(): Promise<void>;
  close(): void;
}

export function createClient(port: number, ledger: Ledger, faults: Faults): Client {
  const ecs = new ECSClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: '000000000000', secretAccessKey: 'local' },
  });
  const noted = (tasks: readonly Task[], sentAt: number): void => tasks.forEach((task) => ledger.note(task, sentAt));
  const answered = async (what: string, call: () => Promise<void>): Promise<Outcome> => {
    try {
      await call();
      return 'answered';
    } catch (error) {
      if (error instanceof ECSServiceException) faults.add('refused', `${what}: ${error.name}: ${error.message}`);
      return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? 'unheard' : 'unanswered';
    }
  };
  const describe = async (taskArns: readonly string[]): Promise<Task[]> => {
    const found: Task[] = [];
    for (let start = 0; start < taskArns.length; start += 100) {
      const sentAt = performance.now();
      const input = { cluster, tasks: taskArns.slice(start, start + 100), include: ['TAGS' as const] };
      const { tasks = [] } = await ecs.send(new DescribeTasksCommand(input));
      noted(tasks, sentAt);
      found.push(...tasks);
    }
    return found;
  };
  return {
    setUp: async (container) => {
      await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
      await ecs.send(new RegisterTaskDefinitionCommand({ family, containerDefinitions: [container] }));
    },
    answers: () =>
      ecs.send(new ListClustersCommand()).then(
        () => true,
        () => false,
      ),
    run: (call) =>
      answered(`RunTask ${call.startedBy}`, async () => {
        const sentAt = performance.now();
        const { tasks = [], failures = [] } = await ecs.send(new RunTaskCommand(runTaskInput(call)));
        call.taskArns = tasks.map(({ taskArn = '' }) => taskArn);
        noted(tasks, sentAt);
        for (const { reason, detail } of failures)
          faults.add('refused', `RunTask ${call.startedBy}: ${reason}: ${detail}`);
      }),
    stop: (task) =>
      answered(`StopTask ${task}`, async () => {
        const sentAt = performance.now();
        const stopped = await ecs.send(new StopTaskCommand({ cluster, task, reason: stopReason }));
        noted(stopped.task ? [stopped.task] : [], sentAt);
        if (stopped.task?.desiredStatus !== 'STOPPED')
          faults.add('changed', `${task}: StopTask was answered with desiredStatus ${stopped.task?.desiredStatus}`);
      }),
    describe,
    list: async () => {
      const arns: string[] = [];
      for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
        const pages = paginateListTasks({ client: ecs }, { cluster, desiredStatus });
        for await (const { taskArns = [] } of pages) arns.push(...taskArns);
      }
      return [...new Set(arns)];
    },
    removeCluster: async () => void (await ecs.send(new DeleteClusterCommand({ cluster }))),
    close: () => ecs.destroy(),
  };
}

const runTaskInput = ({ token, count, startedBy }: RunCall) => ({
  cluster,
  taskDefinition: family,
  count,
  startedBy,
  clientToken: token,
  tags: [{ key: 'token', value: token }],
  overrides: { containerOverrides: [{ name: 'web', environment: [{ name: 'TOKEN', value: token }] }] },
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-12345678'], assignPublicIp: 'ENABLED' as const } },
});
