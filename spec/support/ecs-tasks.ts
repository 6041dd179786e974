import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeTasksCommand,
  type ContainerDefinition,
  type ECSClient,
  type Failure,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { waitFor } from './wait-for.ts';

/** Tasks of one cluster through the SDK's client, for specs that say what happens to them. */
export interface EcsTasks {
  readonly cluster: string;
  register(family: string, ...containers: ContainerDefinition[]): Promise<string>;
  /** With a public IP, unless the call says otherwise. */
  run(taskDefinition: string, more?: Partial<RunTaskCommandInput>): Promise<{ arns: string[]; failures: Failure[] }>;
  /** One task; fails where RunTask answers a failure. */
  runOne(taskDefinition: string, more?: Partial<RunTaskCommandInput>): Promise<string>;
  describe(taskArn: string): Promise<Task>;
  running(taskArn: string): Promise<Task>;
  stopped(taskArn: string): Promise<Task>;
  stop(taskArn: string): Promise<Task>;
  /** Ends every task and deletes the cluster. */
  remove(): Promise<void>;
}

const limitMs = 90_000;

export async function createEcsTasks(ecs: ECSClient, cluster: string): Promise<EcsTasks> {
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));

  const describe = async (task: string): Promise<Task> => {
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [task] }));
    if (!tasks[0]) throw new Error(`DescribeTasks does not know ${task}.`);
    return tasks[0];
  };
  const reached = async (taskArn: string, status: string): Promise<Task> => {
    let last: Task = {};
    try {
      return await waitFor(
        `the status ${status} of ${taskArn}`,
        async () => {
          last = await describe(taskArn);
          return last.lastStatus === status || last.lastStatus === 'STOPPED' ? last : undefined;
        },
        limitMs,
      );
    } catch (error) {
      throw new Error(`${(error as Error).message} It is: ${JSON.stringify(last)}`, { cause: error });
    }
  };
  const running = async (taskArn: string): Promise<Task> => {
    const task = await reached(taskArn, 'RUNNING');
    if (task.lastStatus === 'RUNNING') return task;
    throw new Error(`Task ${taskArn} stopped: ${task.stopCode}, ${task.stoppedReason}`);
  };
  const run: EcsTasks['run'] = async (taskDefinition, more = {}) => {
    const { tasks = [], failures = [] } = await ecs.send(
      new RunTaskCommand({
        cluster,
        taskDefinition,
        networkConfiguration: { awsvpcConfiguration: { subnets: [], assignPublicIp: 'ENABLED' } },
        ...more,
      }),
    );
    return { arns: tasks.map(({ taskArn = '' }) => taskArn), failures };
  };
  const stop = async (task: string): Promise<Task> => {
    await ecs.send(new StopTaskCommand({ cluster, task }));
    return reached(task, 'STOPPED');
  };
  return {
    cluster,
    register: async (family, ...containerDefinitions) => {
      const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand({ family, containerDefinitions }));
      return taskDefinition?.taskDefinitionArn ?? '';
    },
    run,
    runOne: async (taskDefinition, more) => {
      const { arns, failures } = await run(taskDefinition, more);
      if (arns[0] === undefined) throw new Error(`No task was started: ${JSON.stringify(failures)}`);
      return arns[0];
    },
    describe,
    running,
    stopped: (taskArn) => reached(taskArn, 'STOPPED'),
    stop,
    remove: async () => {
      const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster }));
      await Promise.all(taskArns.map(stop));
      await ecs.send(new DeleteClusterCommand({ cluster }));
    },
  };
}

export const taskIdOf = ({ taskArn }: Task): string => taskArn?.split('/').at(-1) ?? '';

/** The host ports of a task, container by container. */
export const hostPortsOf = ({ containers = [] }: Task): number[] =>
  containers.flatMap(({ networkBindings = [] }) => networkBindings.map(({ hostPort = 0 }) => hostPort));
