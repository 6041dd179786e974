import { setTimeout as delay } from 'node:timers/promises';
import { type Endpoint, call } from './ecs-call.ts';

/** Of this run alone: on a real Kubernetes it names a namespace, which is deleted afterwards. */
export const clusterName = `bench-${process.pid}`;

/** The task definition of the founding document, with what Fargate and moto (the container's memory) ask for. */
export const webApp = {
  family: 'web-app',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  containerDefinitions: [
    {
      name: 'nginx',
      image: 'nginx:latest',
      essential: true,
      cpu: 256,
      memory: 512,
      portMappings: [{ containerPort: 80, protocol: 'tcp' }],
    },
  ],
};

export const runWebApp = (subnet: string, assignPublicIp: 'ENABLED' | 'DISABLED', count = 1): object => ({
  cluster: clusterName,
  taskDefinition: webApp.family,
  launchType: 'FARGATE',
  count,
  networkConfiguration: { awsvpcConfiguration: { subnets: [subnet], securityGroups: [], assignPublicIp } },
});

export interface TaskSeen {
  readonly taskArn: string;
  readonly lastStatus: string;
  readonly stoppedReason?: string;
  readonly containers?: readonly { readonly networkBindings?: readonly { readonly hostPort?: number }[] }[];
}

export async function setUp(endpoint: Endpoint): Promise<void> {
  await call(endpoint, 'CreateCluster', { clusterName });
  await call(endpoint, 'RegisterTaskDefinition', webApp);
}

export async function runTasks(endpoint: Endpoint, input: object): Promise<string[]> {
  const { tasks, failures } = await call<{ tasks: TaskSeen[]; failures?: object[] }>(endpoint, 'RunTask', input);
  if (tasks.length === 0) throw new Error(`${endpoint.name} ran no task: ${JSON.stringify(failures)}`);
  return tasks.map((task) => task.taskArn);
}

/** Any number of tasks, a hundred per call as the API has it. */
export async function describe(endpoint: Endpoint, taskArns: readonly string[]): Promise<TaskSeen[]> {
  const seen: TaskSeen[] = [];
  for (let start = 0; start < taskArns.length; start += 100) {
    const tasks = taskArns.slice(start, start + 100);
    seen.push(...(await call<{ tasks: TaskSeen[] }>(endpoint, 'DescribeTasks', { cluster: clusterName, tasks })).tasks);
  }
  return seen;
}

/** @throws Error when a task stops that should run, or after a minute. */
export async function untilStatus(
  endpoint: Endpoint,
  taskArns: readonly string[],
  status: 'RUNNING' | 'STOPPED',
): Promise<TaskSeen[]> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const tasks = await describe(endpoint, taskArns);
    if (tasks.length === taskArns.length && tasks.every((task) => task.lastStatus === status)) return tasks;
    const stopped = tasks.find((task) => task.lastStatus === 'STOPPED');
    if (stopped && status === 'RUNNING') throw new Error(`${stopped.taskArn} stopped: ${stopped.stoppedReason}`);
    if (Date.now() > deadline) {
      const waiting = tasks.filter((task) => task.lastStatus !== status);
      throw new Error(
        `${waiting.length} of ${taskArns.length} tasks are not ${status}, e.g. ${JSON.stringify(waiting[0])}`,
      );
    }
    await delay(10);
  }
}

export async function stopTasks(endpoint: Endpoint, taskArns: readonly string[]): Promise<void> {
  await Promise.all(taskArns.map((task) => call(endpoint, 'StopTask', { cluster: clusterName, task })));
  await untilStatus(endpoint, taskArns, 'STOPPED');
}

export function hostPortOf(task: TaskSeen | undefined): number | undefined {
  return task?.containers?.[0]?.networkBindings?.[0]?.hostPort;
}
