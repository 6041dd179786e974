import type { ServiceRecord, ServiceRevisionRecord } from '../../lib/model/service.ts';
import type { Store } from '../../lib/store/store.ts';
import { cluster } from './task-records.ts';

const scope = 'us-east-1:000000000000';

/** Puts a service that was created and has no tasks, as it is without a scheduler. */
export function putService(store: Store, name: string, more: Partial<ServiceRecord> = {}): ServiceRecord {
  const clusterName = more.clusterName ?? cluster.name;
  const revision = revisionOf(name, clusterName);
  const record: ServiceRecord = {
    arn: `arn:aws:ecs:${scope}:service/${clusterName}/${name}`,
    name,
    clusterArn: `arn:aws:ecs:${scope}:cluster/${clusterName}`,
    clusterName,
    region: 'us-east-1',
    account: '000000000000',
    status: 'ACTIVE',
    settings: { desiredCount: 1, schedulingStrategy: 'REPLICA' },
    deployments: [
      {
        id: `ecs-svc/${'1'.repeat(19)}`,
        revisionArn: revision.arn,
        serviceDeploymentArn: `arn:aws:ecs:${scope}:service-deployment/${clusterName}/${name}/${'d'.repeat(21)}`,
        status: 'PRIMARY',
        failedTasks: 0,
        rolloutState: 'IN_PROGRESS',
        rolloutStateReason: 'in progress',
        createdAt: 1000,
        updatedAt: 1000,
      },
    ],
    events: [],
    tags: [],
    createdAt: 1000,
    inputDigest: '',
    ...more,
  };
  store.serviceRevisions.put(revision);
  store.services.put(record);
  return record;
}

function revisionOf(name: string, clusterName: string): ServiceRevisionRecord {
  const arn = `arn:aws:ecs:${scope}:service-revision/${clusterName}/${name}/${'2'.repeat(19)}`;
  return {
    arn,
    serviceArn: `arn:aws:ecs:${scope}:service/${clusterName}/${name}`,
    revision: {
      serviceRevisionArn: arn,
      taskDefinition: `arn:aws:ecs:${scope}:task-definition/web:1`,
      launchType: 'FARGATE',
    },
    launch: {
      network: { subnetId: undefined, assignPublicIp: false },
      placement: { strategy: [], launchType: 'FARGATE', platformVersion: '1.4.0' },
    },
  };
}
