import { randomBytes } from 'node:crypto';
import {
  type ContainerDefinition,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type RunTaskCommandInput,
  type Task,
} from '@aws-sdk/client-ecs';
import type { EmulatorOptions } from '../../lib/index.ts';
import { type EcsTasks, createEcsTasks } from './ecs-tasks.ts';
import { startOnRealCluster } from './real-emulator.ts';

/** Tasks of a busybox on the real cluster, whose shell proves by its exit code what the container sees. */
export interface ShellTasks extends EcsTasks {
  /** Registers `shell` with this script, and what else is given. */
  registerScript(script: string, container?: Partial<ContainerDefinition>, task?: TaskMembers): Promise<string>;
  /** How a task whose only container runs this script ended. */
  outcome(
    script: string,
    container?: Partial<ContainerDefinition>,
    task?: TaskMembers,
    call?: Partial<RunTaskCommandInput>,
  ): Promise<Task>;
  close(): Promise<void>;
}

export type TaskMembers = Partial<RegisterTaskDefinitionCommandInput>;

export const shell = (script: string, container: Partial<ContainerDefinition> = {}): ContainerDefinition => ({
  name: 'shell',
  image: 'busybox:latest',
  command: ['sh', '-c', script],
  stopTimeout: 2,
  ...container,
});

export async function startShellTasks(options: EmulatorOptions = {}): Promise<ShellTasks> {
  const started = await startOnRealCluster(options);
  await started.emulator.whenReady();
  const tasks = await createEcsTasks(started.ecs, `spec-${randomBytes(4).toString('hex')}`);

  const registerScript: ShellTasks['registerScript'] = async (script, container = {}, task = {}) => {
    const containerDefinitions = [shell(script, container), ...(task.containerDefinitions ?? [])];
    const input = { family: 'shell', ...task, containerDefinitions };
    const { taskDefinition } = await started.ecs.send(new RegisterTaskDefinitionCommand(input));
    return taskDefinition?.taskDefinitionArn ?? '';
  };
  return {
    ...tasks,
    registerScript,
    outcome: async (script, container, task, call) => {
      const definition = await registerScript(script, container, task);
      return tasks.stopped(await tasks.runOne(definition, { networkConfiguration: undefined, ...call }));
    },
    close: async () => {
      await tasks.remove();
      await started.close();
    },
  };
}

export const exitCodeOf = ({ containers = [] }: Task, name = 'shell'): number | undefined =>
  containers.find((container) => container.name === name)?.exitCode;
