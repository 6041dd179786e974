import type { ClusterRecord } from '../../lib/model/cluster.ts';
import type { TaskDefinitionRecord } from '../../lib/model/task-definition.ts';
import { type NewTask, newTaskRecord } from '../../lib/model/task-record.ts';
import type { TaskRecord } from '../../lib/model/task.ts';

const scope = 'us-east-1:000000000000';

export const cluster: ClusterRecord = {
  arn: `arn:aws:ecs:${scope}:cluster/default`,
  name: 'default',
  status: 'ACTIVE',
  settings: [],
  capacityProviders: [],
  defaultCapacityProviderStrategy: [],
  tags: [],
};

export function taskDefinition(more: Partial<TaskDefinitionRecord['definition']> = {}): TaskDefinitionRecord {
  const family = more.family ?? 'web';
  const arn = `arn:aws:ecs:${scope}:task-definition/${family}:1`;
  return {
    arn,
    family,
    revision: 1,
    tags: [],
    definition: {
      taskDefinitionArn: arn,
      family,
      revision: 1,
      status: 'ACTIVE',
      containerDefinitions: [
        { name: 'web', image: 'nginx:latest', portMappings: [{ containerPort: 80, protocol: 'tcp' }] },
      ],
      ...more,
    },
  };
}

/** A task that was just accepted. */
export const acceptedTask = (more: Partial<NewTask> = {}): TaskRecord => {
  const { definition } = taskDefinition();
  return newTaskRecord({
    id: '0123456789abcdef0123456789abcdef',
    account: '000000000000',
    region: 'us-east-1',
    cluster,
    definition,
    containerIds: ['4c1c6a1e-0000-4000-8000-000000000000'],
    networkInterface: {
      attachmentId: 'a5e1f2d0-0000-4000-8000-000000000000',
      subnetId: 'subnet-0',
      random: '0123456789abcdef0123456789abcdef',
    },
    placement: { launchType: 'FARGATE', platformVersion: '1.4.0' },
    overrides: {},
    enableExecuteCommand: false,
    tags: [],
    createdAt: 1000,
    ...more,
  });
};

export const publicPort = {
  provider: 'scripted',
  publicIp: '127.0.0.1',
  ports: [{ container: 'web', containerPort: 80, hostPort: 32_000, protocol: 'tcp' }],
} as const;
