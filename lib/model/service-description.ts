import { present } from '../util/present.ts';
import { membersOf } from './revision-members.ts';
import type { ServiceTaskCounts } from './service-counts.ts';
import type { DeploymentRecord, Service, ServiceRecord, ServiceRevision, TaskSetRecord } from './service.ts';
import { type TaskSet, describeTaskSet } from './task-set.ts';

type Deployment = NonNullable<Service['deployments']>[number];

/** What a description needs beside the service's own record. */
export interface ServiceSight {
  readonly now: number;
  /** By the deployment's id; deployments without tasks are not among them. */
  readonly counts: ReadonlyMap<string, ServiceTaskCounts>;
  revisionOf(revisionArn: string): ServiceRevision;
}

const noTasks: ServiceTaskCounts = { runningCount: 0, pendingCount: 0 };

/** A service as the API shows it, tags aside (API_Service.html). */
export function describeService(record: ServiceRecord, sight: ServiceSight): Service {
  const { arn, name, clusterArn, status, settings, events, createdAt, createdBy } = record;
  const revisionArn = currentRevisionArn(record);
  const revision = revisionArn === undefined ? undefined : sight.revisionOf(revisionArn);
  // An INACTIVE service keeps its last deployment only to tell of what it ran.
  const deployments = status === 'INACTIVE' ? [] : record.deployments;
  return {
    serviceArn: arn,
    serviceName: name,
    clusterArn,
    status,
    ...settings,
    ...sum(sight.counts.values()),
    loadBalancers: [],
    serviceRegistries: [],
    ...(revision && membersOf(revision)),
    ...(settings.platformVersion !== undefined && { platformVersion: settings.platformVersion }),
    deployments: deployments.map((deployment) => describeDeployment(deployment, settings.desiredCount, sight)),
    ...(record.taskSets && { taskSets: status === 'INACTIVE' ? [] : describeTaskSets(record, record.taskSets, sight) }),
    events: [...events],
    createdAt,
    ...(createdBy !== undefined && { createdBy }),
    ...(deployments.length > 0 && current(record, sight)),
    resourceManagementType: 'CUSTOMER',
  };
}

/** What the PRIMARY deployment or task set runs, or what it ran last when the service is INACTIVE. */
export function currentRevisionArn({ deployments, taskSets = [] }: ServiceRecord): string | undefined {
  const primary = deployments[0] ?? taskSets.find(({ status }) => status === 'PRIMARY');
  return primary?.revisionArn;
}

const describeTaskSets = (record: ServiceRecord, taskSets: readonly TaskSetRecord[], sight: ServiceSight): TaskSet[] =>
  taskSets.map((taskSet) =>
    describeTaskSet(
      record,
      taskSet,
      sight.revisionOf(taskSet.revisionArn),
      sight.counts.get(taskSet.id) ?? noTasks,
      sight.now,
    ),
  );

function describeDeployment(record: DeploymentRecord, desiredCount: number, sight: ServiceSight): Deployment {
  const { id, status, createdAt, updatedAt, failedTasks, rolloutState, rolloutStateReason } = record;
  const revision = sight.revisionOf(record.revisionArn);
  const counts = sight.counts.get(id) ?? noTasks;
  return {
    id,
    status,
    desiredCount: status === 'PRIMARY' ? desiredCount : counts.runningCount + counts.pendingCount,
    ...counts,
    failedTasks,
    createdAt,
    updatedAt,
    rolloutState,
    rolloutStateReason,
    ...present({
      taskDefinition: revision.taskDefinition,
      launchType: revision.launchType,
      capacityProviderStrategy: revision.capacityProviderStrategy,
      platformVersion: revision.platformVersion,
      platformFamily: revision.platformFamily,
      networkConfiguration: revision.networkConfiguration,
      serviceConnectConfiguration: revision.serviceConnectConfiguration,
      volumeConfigurations: revision.volumeConfigurations,
      vpcLatticeConfigurations: revision.vpcLatticeConfigurations,
    }),
  };
}

/** The deployment under way, or else the last one, and the revisions that have tasks or are to have them. */
function current({ deployments, settings }: ServiceRecord, { counts }: ServiceSight): Service {
  const [primary] = deployments;
  return {
    ...(primary && { currentServiceDeployment: primary.serviceDeploymentArn }),
    currentServiceRevisions: deployments.map(({ id, revisionArn, status }) => {
      const { runningCount, pendingCount } = counts.get(id) ?? noTasks;
      return {
        arn: revisionArn,
        requestedTaskCount: status === 'PRIMARY' ? settings.desiredCount : runningCount + pendingCount,
        runningTaskCount: runningCount,
        pendingTaskCount: pendingCount,
      };
    }),
  };
}

function sum(all: Iterable<ServiceTaskCounts>): ServiceTaskCounts {
  let [runningCount, pendingCount] = [0, 0];
  for (const counts of all) {
    runningCount += counts.runningCount;
    pendingCount += counts.pendingCount;
  }
  return { runningCount, pendingCount };
}
