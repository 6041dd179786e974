import type { ClusterRecord, Tag } from './cluster.ts';
import type { TaskDefinition, VolumeConfiguration } from './task-definition.ts';
import type { PlacementConstraint, PlacementStrategy } from './place-tasks.ts';
import type { TaskNetwork } from './task-network.ts';
import type { TaskPlacement } from './task-record.ts';
import type { TaskOverride, TaskRecord } from './task.ts';

/** Tasks that are to be made alike, of a valid call or of a service. */
export interface TaskBatch extends TaskNetwork {
  readonly account: string;
  readonly region: string;
  /** 32 hexadecimal digits, one for each task. */
  readonly ids: readonly string[];
  readonly cluster: ClusterRecord;
  readonly definition: TaskDefinition;
  /** One for each task. */
  readonly placements: readonly TaskPlacement[];
  /** Which container instances those may be on that run on one, and which first. */
  readonly constraints: readonly PlacementConstraint[];
  readonly strategies: readonly PlacementStrategy[];
  readonly overrides: TaskOverride;
  readonly group: string | undefined;
  readonly startedBy: string | undefined;
  readonly enableExecuteCommand: boolean;
  readonly tags: readonly Tag[];
  /** Of the volumes that are configured at launch. */
  readonly volumeConfigurations?: readonly VolumeConfiguration[] | undefined;
}

/** "The default value is the family name of the task definition (for example, family:my-family-name)" (API_RunTask.html). */
export const groupOf = ({
  group,
  definition,
}: Partial<Pick<TaskBatch, 'group'>> & Pick<TaskBatch, 'definition'>): string => group ?? `family:${definition.family}`;

/** What came of a batch: each task that could be given what it asks for is accepted, the others are failures of their own. */
export interface AcceptedTasks {
  readonly records: readonly TaskRecord[];
  readonly failures: readonly { readonly reason: string; readonly detail?: string }[];
}
