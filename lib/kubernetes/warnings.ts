import type * as ecs from '@aws-sdk/client-ecs';
import { orderContainers } from '../model/container-order.ts';
import type { ContainerDefinition, TaskDefinition } from '../model/task-definition.ts';
import type { Wire } from '../model/wire.ts';
import { restartPlan } from './restart-plan.ts';

/** What a task that has its Pod does without on Kubernetes, for the log. */
export function warningsOf(definition: TaskDefinition): string[] {
  return [
    ...present([
      [definition.proxyConfiguration, 'proxyConfiguration has no effect: there is no App Mesh.'],
      [definition.ipcMode === 'none', 'ipcMode none has no effect: the containers of a Pod share IPC.'],
      [definition.enableFaultInjection, 'enableFaultInjection has no effect: no faults can be injected.'],
    ]),
    ...restartWarnings(definition.containerDefinitions ?? []),
    ...(definition.volumes ?? []).flatMap(volumeWarnings),
    ...(definition.containerDefinitions ?? []).flatMap(containerWarnings),
  ];
}

function containerWarnings(container: ContainerDefinition): string[] {
  const { name, linuxParameters = {}, versionConsistency } = container;
  const words = present([
    [container.ulimits?.length, 'ulimits have no effect: Kubernetes has none.'],
    [container.logConfiguration, 'logConfiguration has no effect: read the output with kecs or kubectl logs.'],
    [container.firelensConfiguration, 'firelensConfiguration has no effect.'],
    [versionConsistency === 'enabled', 'versionConsistency has no effect: each task pulls its image by the tag.'],
    [linuxParameters.maxSwap ?? linuxParameters.swappiness, 'maxSwap and swappiness have no effect.'],
  ]);
  const all = [...words, ...tmpfsWarnings(linuxParameters), ...deviceWarnings(linuxParameters)];
  return all.map((text) => `Container ${name}: ${text}`);
}

function restartWarnings(containers: readonly ContainerDefinition[]): string[] {
  if (!containers.some(({ restartPolicy }) => restartPolicy?.enabled)) return [];
  return restartPlan(orderContainers(containers)).without.map(
    (name) =>
      `Container ${name}: restartPolicy has no effect beside dependencies and containers without one: it stays stopped when it exits.`,
  );
}

/** An emptyDir knows read-only and nothing else of mount(8)'s options. */
function tmpfsWarnings({ tmpfs = [] }: Wire<ecs.LinuxParameters>): string[] {
  return tmpfs.flatMap(({ containerPath, mountOptions = [] }) => {
    const unknown = mountOptions.filter((option) => !['defaults', 'rw', 'ro'].includes(option));
    return unknown.length > 0
      ? [`the mountOptions ${unknown.join(', ')} of tmpfs ${containerPath} have no effect.`]
      : [];
  });
}

const deviceWarnings = ({ devices = [] }: Wire<ecs.LinuxParameters>): string[] =>
  devices.flatMap(({ hostPath, permissions = [] }) =>
    permissions.length > 0
      ? [`the permissions of device ${hostPath} have no effect: a privileged container has them all.`]
      : [],
  );

function volumeWarnings({ name, dockerVolumeConfiguration: docker, efsVolumeConfiguration: efs }: Wire<ecs.Volume>) {
  const words = present([
    [docker?.labels, 'its labels have no effect: no Docker volume is made.'],
    [efs?.transitEncryption === 'ENABLED', 'transitEncryption has no effect: a directory of the node stands for EFS.'],
    [efs?.transitEncryptionPort, 'transitEncryptionPort has no effect: a directory of the node stands for EFS.'],
    [
      efs?.authorizationConfig?.iam === 'ENABLED',
      'its IAM authorization has no effect: nobody is asked who may mount.',
    ],
  ]);
  return words.map((text) => `Volume ${name}: ${text}`);
}

const present = (words: readonly (readonly [condition: unknown, text: string])[]): string[] =>
  words.flatMap(([condition, text]) => (condition ? [text] : []));
