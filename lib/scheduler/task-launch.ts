import type { TaskDefinition } from '../model/task-definition.ts';
import type { TaskRecord } from '../model/task.ts';
import type { TaskLaunch } from '../runtime/task-runtime.ts';

export const taskLaunch = (record: TaskRecord, definition: TaskDefinition): TaskLaunch => ({
  taskArn: record.arn,
  taskId: record.id,
  clusterName: record.clusterName,
  region: record.region,
  account: record.account,
  ...(record.task.group !== undefined && { group: record.task.group }),
  definition,
  overrides: record.task.overrides ?? {},
  ...(record.nodeName !== undefined && { nodeName: record.nodeName }),
  ...(record.volumeConfigurations && { volumeConfigurations: record.volumeConfigurations }),
});

/** "If this parameter is omitted, a container is assumed to be essential" (API reference, ContainerDefinition). */
export const essentialContainers = ({ containerDefinitions = [] }: TaskDefinition): string[] =>
  containerDefinitions.filter(({ essential }) => essential !== false).map(({ name }) => name ?? '');
