import type { ContainerDefinition, TaskDefinition } from '../../lib/model/task-definition.ts';
import type { TaskLaunch } from '../../lib/runtime/task-runtime.ts';

interface Given extends Partial<Pick<TaskLaunch, 'overrides' | 'volumeConfigurations'>> {
  /** Of the first of two containers, which are named `app` and `other`. */
  readonly container?: Partial<ContainerDefinition>;
  readonly task?: Partial<TaskDefinition>;
}

/** What becomes of a parameter on Kubernetes, with a task that has it. */
export type Fate =
  | { readonly given: Given; readonly without?: Given }
  | { readonly given: Given; readonly refused: string }
  | { readonly given: Given; readonly warned: string }
  | { readonly kept: string };

const ecsOnly = { kept: 'ECS acts on it itself' };
const role = { kept: 'nothing of the Pod depends on roles' };
const withOthers = (given: Given): Fate => ({ given });

const container = (given: Partial<ContainerDefinition>, without: Partial<ContainerDefinition> = {}): Fate => ({
  given: { container: given },
  without: { container: without },
});
const task = (given: Partial<TaskDefinition>, without: Partial<TaskDefinition> = {}): Fate => ({
  given: { task: given },
  without: { task: without },
});
type Volume = NonNullable<TaskDefinition['volumes']>[number];
const volume = (given: Volume, without: Volume = { name: 'v' }): Fate =>
  task({ volumes: [{ name: 'v', ...given }] }, { volumes: [{ name: 'v', ...without }] });
const refusedContainer = (given: Partial<ContainerDefinition>, refused: string): Fate => ({
  given: { container: given },
  refused,
});
const refusedVolume = (given: Volume, refused: string): Fate => ({
  given: { task: { volumes: [{ name: 'v', ...given }] } },
  refused,
});
const warnedContainer = (given: Partial<ContainerDefinition>, warned: string): Fate => ({
  given: { container: given },
  warned,
});
const warnedTask = (given: Partial<TaskDefinition>, warned: string): Fate => ({ given: { task: given }, warned });
const warnedVolume = (given: Volume, warned: string): Fate =>
  warnedTask({ volumes: [{ name: 'v', ...given }] }, warned);

const efs = (more: object): Volume => ({ name: 'v', efsVolumeConfiguration: { fileSystemId: 'fs-1', ...more } });
const fsx = refusedVolume(
  {
    name: 'v',
    fsxWindowsFileServerVolumeConfiguration: {
      fileSystemId: 'fs-1',
      rootDirectory: 'share',
      authorizationConfig: { credentialsParameter: 'arn', domain: 'd' },
    },
  },
  'FSx',
);
const s3files = refusedVolume({ name: 'v', s3filesVolumeConfiguration: { fileSystemArn: 'arn' } }, 'S3 Files');
const check = { command: ['CMD', 'check'], interval: 30, timeout: 5, retries: 3 };
const healthCheck = (more: object): Fate =>
  container({ healthCheck: { ...check, ...more } }, { healthCheck: { ...check } });
const proxy = warnedTask({ proxyConfiguration: { containerName: 'app' } }, 'proxyConfiguration');
const ulimits = warnedContainer({ ulimits: [{ name: 'nofile', softLimit: 1, hardLimit: 2 }] }, 'ulimits');
const logs = warnedContainer({ logConfiguration: { logDriver: 'awslogs' } }, 'logConfiguration');
const restarts = (policy: object, without?: object): Fate =>
  container(
    { restartPolicy: { enabled: true, ...policy } },
    without ? { restartPolicy: { enabled: true, ...without } } : {},
  );
const mps = refusedContainer(
  { resourceRequirements: [{ type: 'GPU', value: undefined, sharingStrategy: { nvidiaMps: { memory: 1 } } }] },
  'part of a GPU',
);
const waiting = (of: object): Given => ({
  task: {
    containerDefinitions: [
      { name: 'app', image: 'app', dependsOn: [{ containerName: 'other', condition: 'SUCCESS' }] },
      { name: 'other', image: 'other', ...of },
    ],
  },
});
const mount = { sourceVolume: 'v', containerPath: '/v' };
const mounted = (point: object, without?: object): Fate => ({
  given: { task: { volumes: [{ name: 'v' }, { name: 'w' }] }, container: { mountPoints: [point] } },
  without: { task: { volumes: [{ name: 'v' }, { name: 'w' }] }, container: { mountPoints: without ? [without] : [] } },
});
const otherMounts: TaskDefinition['containerDefinitions'] = [{ name: 'other', image: 'other', mountPoints: [mount] }];
const borrowed = (from: NonNullable<ContainerDefinition['volumesFrom']>): Given => ({
  task: {
    volumes: [{ name: 'v' }],
    containerDefinitions: [{ name: 'app', image: 'app', volumesFrom: from }, ...otherMounts],
  },
});
const override = (more: object): Fate => withOthers({ overrides: { containerOverrides: [{ name: 'app', ...more }] } });
const disk: Given = {
  task: { volumes: [{ name: 'v', configuredAtLaunch: true }] },
  volumeConfigurations: [{ name: 'v', managedEBSVolume: { roleArn: 'arn', sizeInGiB: 10 } }],
};
const ofTheDisk = { kept: 'it is shown in the attachment; a directory of the node has none of it' };
const secret = container({ secrets: [{ name: 'A', valueFrom: 'arn' }] });
const files = refusedContainer({ environmentFiles: [{ type: 's3', value: 'arn' }] }, 'ResourceInitializationError');
const accelerators = { given: { task: { inferenceAccelerators: [{ deviceName: 'd', deviceType: 't' }] } } };

export const fates: Readonly<Record<string, Fate>> = {
  'RegisterTaskDefinitionRequest.family': ecsOnly,
  'RegisterTaskDefinitionRequest.taskRoleArn': role,
  'RegisterTaskDefinitionRequest.executionRoleArn': role,
  'RegisterTaskDefinitionRequest.networkMode': task({ networkMode: 'host' }),
  'RegisterTaskDefinitionRequest.requiresCompatibilities': ecsOnly,
  'RegisterTaskDefinitionRequest.cpu': task({ cpu: '256' }),
  'RegisterTaskDefinitionRequest.memory': task({ memory: '512' }),
  'RegisterTaskDefinitionRequest.tags': ecsOnly,
  'RegisterTaskDefinitionRequest.pidMode': task({ pidMode: 'task' }),
  'RegisterTaskDefinitionRequest.ipcMode': task({ ipcMode: 'host' }),
  'RegisterTaskDefinitionRequest.enableFaultInjection': warnedTask({ enableFaultInjection: true }, 'FaultInjection'),
  'TaskDefinitionPlacementConstraint.type': ecsOnly,
  'TaskDefinitionPlacementConstraint.expression': ecsOnly,
  'ProxyConfiguration.containerName': proxy,
  'ProxyConfiguration.type': proxy,
  'InferenceAccelerator.deviceName': { ...accelerators, refused: 'inferenceAccelerators (d)' },
  'InferenceAccelerator.deviceType': { ...accelerators, refused: 'inferenceAccelerators (d)' },
  'EphemeralStorage.sizeInGiB': task({ ephemeralStorage: { sizeInGiB: 30 } }),
  'RuntimePlatform.cpuArchitecture': task({ runtimePlatform: { cpuArchitecture: 'ARM64' } }),
  'RuntimePlatform.operatingSystemFamily': {
    given: { task: { runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } } },
    refused: 'WINDOWS',
  },

  'Volume.name': task({ volumes: [{ name: 'v' }] }),
  'Volume.configuredAtLaunch': { given: disk },
  'HostVolumeProperties.sourcePath': volume({ name: 'v', host: { sourcePath: '/srv' } }),
  'DockerVolumeConfiguration.scope': volume({ name: 'v', dockerVolumeConfiguration: { scope: 'shared' } }),
  'DockerVolumeConfiguration.autoprovision': { kept: 'a directory is always made where there is none' },
  'DockerVolumeConfiguration.driver': refusedVolume(
    { name: 'v', dockerVolumeConfiguration: { driver: 'x' } },
    'driver x',
  ),
  'DockerVolumeConfiguration.driverOpts': refusedVolume(
    { name: 'v', dockerVolumeConfiguration: { driverOpts: { type: 'nfs' } } },
    'driverOpts (type)',
  ),
  'DockerVolumeConfiguration.labels': warnedVolume(
    { name: 'v', dockerVolumeConfiguration: { labels: { a: 'b' } } },
    'labels',
  ),
  'EFSVolumeConfiguration.fileSystemId': volume(efs({})),
  'EFSVolumeConfiguration.rootDirectory': volume(efs({ rootDirectory: '/a' }), efs({})),
  'EFSVolumeConfiguration.transitEncryption': warnedVolume(efs({ transitEncryption: 'ENABLED' }), 'transitEncryption '),
  'EFSVolumeConfiguration.transitEncryptionPort': warnedVolume(efs({ transitEncryptionPort: 1 }), 'EncryptionPort'),
  'EFSAuthorizationConfig.accessPointId': volume(efs({ authorizationConfig: { accessPointId: 'fsap-1' } }), efs({})),
  'EFSAuthorizationConfig.iam': warnedVolume(efs({ authorizationConfig: { iam: 'ENABLED' } }), 'IAM'),
  'S3FilesVolumeConfiguration.fileSystemArn': s3files,
  'S3FilesVolumeConfiguration.rootDirectory': s3files,
  'S3FilesVolumeConfiguration.transitEncryptionPort': s3files,
  'S3FilesVolumeConfiguration.accessPointArn': s3files,
  'FSxWindowsFileServerVolumeConfiguration.fileSystemId': fsx,
  'FSxWindowsFileServerVolumeConfiguration.rootDirectory': fsx,
  'FSxWindowsFileServerAuthorizationConfig.credentialsParameter': fsx,
  'FSxWindowsFileServerAuthorizationConfig.domain': fsx,

  'ContainerDefinition.name': container({ name: 'named' }),
  'ContainerDefinition.image': container({ image: 'other' }),
  'ContainerDefinition.cpu': container({ cpu: 10 }),
  'ContainerDefinition.memory': container({ memory: 10 }),
  'ContainerDefinition.memoryReservation': container({ memoryReservation: 10 }),
  'ContainerDefinition.links': container({ links: ['other:alias'] }),
  'ContainerDefinition.essential': ecsOnly,
  'ContainerDefinition.entryPoint': container({ entryPoint: ['x'] }),
  'ContainerDefinition.command': container({ command: ['x'] }),
  'ContainerDefinition.startTimeout': {
    given: waiting({ startTimeout: 10 }),
    without: waiting({}),
  },
  'ContainerDefinition.stopTimeout': container({ stopTimeout: 100 }),
  'ContainerDefinition.versionConsistency': warnedContainer({ versionConsistency: 'enabled' }, 'versionConsistency'),
  'ContainerDefinition.hostname': container({ hostname: 'h' }),
  'ContainerDefinition.user': container({ user: '1:1' }),
  'ContainerDefinition.workingDirectory': container({ workingDirectory: '/w' }),
  'ContainerDefinition.disableNetworking': refusedContainer({ disableNetworking: true }, 'disableNetworking'),
  'ContainerDefinition.privileged': container({ privileged: true }),
  'ContainerDefinition.readonlyRootFilesystem': container({ readonlyRootFilesystem: true }),
  'ContainerDefinition.dnsServers': container({ dnsServers: ['10.0.0.1'] }),
  'ContainerDefinition.dnsSearchDomains': container({ dnsSearchDomains: ['d'] }),
  'ContainerDefinition.dockerSecurityOptions': container({ dockerSecurityOptions: ['no-new-privileges'] }),
  'ContainerDefinition.interactive': container({ interactive: true }),
  'ContainerDefinition.pseudoTerminal': container({ pseudoTerminal: true }),
  'ContainerDefinition.dockerLabels': container({ dockerLabels: { a: 'b' } }),
  'ContainerDefinition.credentialSpecs': refusedContainer({ credentialSpecs: ['x'] }, 'credentialSpecs'),

  'RepositoryCredentials.credentialsParameter': container({ repositoryCredentials: { credentialsParameter: 'arn' } }),
  'PortMapping.containerPort': container({ portMappings: [{ containerPort: 80 }] }),
  'PortMapping.hostPort': { kept: 'KECS itself opens ports of the instance on this host' },
  'PortMapping.protocol': container(
    { portMappings: [{ containerPort: 80, protocol: 'udp' }] },
    { portMappings: [{ containerPort: 80 }] },
  ),
  'PortMapping.name': { kept: 'only Service Connect reads it' },
  'PortMapping.appProtocol': { kept: 'only Service Connect reads it' },
  'PortMapping.containerPortRange': container({ portMappings: [{ containerPortRange: '80-82' }] }),
  'ContainerRestartPolicy.enabled': restarts({}),
  'ContainerRestartPolicy.ignoredExitCodes': restarts({ ignoredExitCodes: [0] }, {}),
  'ContainerRestartPolicy.restartAttemptPeriod': restarts({ restartAttemptPeriod: 60 }, {}),
  'KeyValuePair.name': container({ environment: [{ name: 'A' }] }),
  'KeyValuePair.value': container({ environment: [{ name: 'A', value: 'x' }] }, { environment: [{ name: 'A' }] }),
  'EnvironmentFile.value': files,
  'EnvironmentFile.type': files,
  'MountPoint.sourceVolume': mounted(mount, { ...mount, sourceVolume: 'w' }),
  'MountPoint.containerPath': mounted(mount, { ...mount, containerPath: '/w' }),
  'MountPoint.readOnly': mounted({ ...mount, readOnly: true }, mount),
  'VolumeFrom.sourceContainer': { given: borrowed([{ sourceContainer: 'other' }]), without: borrowed([]) },
  'VolumeFrom.readOnly': {
    given: borrowed([{ sourceContainer: 'other', readOnly: true }]),
    without: borrowed([{ sourceContainer: 'other' }]),
  },
  'KernelCapabilities.add': container({ linuxParameters: { capabilities: { add: ['SYS_PTRACE'] } } }),
  'KernelCapabilities.drop': container({ linuxParameters: { capabilities: { drop: ['ALL'] } } }),
  'LinuxParameters.initProcessEnabled': container({ linuxParameters: { initProcessEnabled: true } }),
  'LinuxParameters.sharedMemorySize': container({ linuxParameters: { sharedMemorySize: 64 } }),
  'LinuxParameters.maxSwap': warnedContainer({ linuxParameters: { maxSwap: 1 } }, 'maxSwap'),
  'LinuxParameters.swappiness': warnedContainer({ linuxParameters: { swappiness: 1 } }, 'swappiness'),
  'Device.hostPath': container(
    { privileged: true, linuxParameters: { devices: [{ hostPath: '/dev/fuse' }] } },
    { privileged: true },
  ),
  'Device.containerPath': container(
    { privileged: true, linuxParameters: { devices: [{ hostPath: '/dev/a', containerPath: '/dev/b' }] } },
    { privileged: true, linuxParameters: { devices: [{ hostPath: '/dev/a' }] } },
  ),
  'Device.permissions': warnedContainer(
    { privileged: true, linuxParameters: { devices: [{ hostPath: '/dev/a', permissions: ['read'] }] } },
    'permissions of device /dev/a',
  ),
  'Tmpfs.containerPath': container({ linuxParameters: { tmpfs: [{ containerPath: '/t', size: 1 }] } }),
  'Tmpfs.size': container(
    { linuxParameters: { tmpfs: [{ containerPath: '/t', size: 1 }] } },
    { linuxParameters: { tmpfs: [{ containerPath: '/t', size: 2 }] } },
  ),
  'Tmpfs.mountOptions': warnedContainer(
    { linuxParameters: { tmpfs: [{ containerPath: '/t', size: 1, mountOptions: ['noexec'] }] } },
    'mountOptions noexec',
  ),
  'Secret.name': secret,
  'Secret.valueFrom': secret,
  'ContainerDependency.containerName': container({ dependsOn: [{ containerName: 'other', condition: 'SUCCESS' }] }),
  'ContainerDependency.condition': container({ dependsOn: [{ containerName: 'other', condition: 'SUCCESS' }] }),
  'HostEntry.hostname': container({ extraHosts: [{ hostname: 'h', ipAddress: '10.0.0.1' }] }),
  'HostEntry.ipAddress': container({ extraHosts: [{ hostname: 'h', ipAddress: '10.0.0.1' }] }),
  'Ulimit.name': ulimits,
  'Ulimit.softLimit': ulimits,
  'Ulimit.hardLimit': ulimits,
  'LogConfiguration.logDriver': logs,
  'LogConfiguration.options': logs,
  'HealthCheck.command': healthCheck({ command: ['CMD', 'other'] }),
  'HealthCheck.interval': healthCheck({ interval: 5 }),
  'HealthCheck.timeout': healthCheck({ timeout: 6 }),
  'HealthCheck.retries': healthCheck({ retries: 4 }),
  'HealthCheck.startPeriod': healthCheck({ startPeriod: 10 }),
  'SystemControl.namespace': container({ systemControls: [{ namespace: 'net.core.somaxconn', value: '9' }] }),
  'SystemControl.value': container(
    { systemControls: [{ namespace: 'net.core.somaxconn', value: '9' }] },
    { systemControls: [{ namespace: 'net.core.somaxconn', value: '8' }] },
  ),
  'ResourceRequirement.type': refusedContainer(
    { resourceRequirements: [{ type: 'NeuronDevice', value: 'ALL' }] },
    'NeuronDevice',
  ),
  'ResourceRequirement.value': container({ resourceRequirements: [{ type: 'GPU', value: '1' }] }),
  'NvidiaMpsAllocation.memory': mps,
  'NvidiaMpsAllocation.maxComputePercent': mps,
  'FirelensConfiguration.type': warnedContainer({ firelensConfiguration: { type: 'fluentbit' } }, 'firelens'),
  'FirelensConfiguration.options': warnedContainer({ firelensConfiguration: { type: 'fluentbit' } }, 'firelens'),

  'TaskOverride.cpu': withOthers({ overrides: { cpu: '512' } }),
  'TaskOverride.memory': withOthers({ overrides: { memory: '512' } }),
  'TaskOverride.executionRoleArn': role,
  'TaskOverride.taskRoleArn': role,
  'InferenceAcceleratorOverride.deviceName': { kept: 'RunTask refuses it' },
  'InferenceAcceleratorOverride.deviceType': { kept: 'RunTask refuses it' },
  'ContainerOverride.name': override({ command: ['x'] }),
  'ContainerOverride.command': override({ command: ['x'] }),
  'ContainerOverride.cpu': override({ cpu: 9 }),
  'ContainerOverride.memory': override({ memory: 9 }),
  'ContainerOverride.memoryReservation': override({ memoryReservation: 9 }),

  'TaskVolumeConfiguration.name': { given: disk },
  'TaskManagedEBSVolumeConfiguration.sizeInGiB': { given: disk },
  'TaskManagedEBSVolumeConfiguration.roleArn': role,
  'TaskManagedEBSVolumeConfiguration.encrypted': ofTheDisk,
  'TaskManagedEBSVolumeConfiguration.kmsKeyId': ofTheDisk,
  'TaskManagedEBSVolumeConfiguration.volumeType': ofTheDisk,
  'TaskManagedEBSVolumeConfiguration.snapshotId': { kept: 'RunTask refuses it' },
  'TaskManagedEBSVolumeConfiguration.volumeInitializationRate': ofTheDisk,
  'TaskManagedEBSVolumeConfiguration.iops': ofTheDisk,
  'TaskManagedEBSVolumeConfiguration.throughput': ofTheDisk,
  'TaskManagedEBSVolumeConfiguration.filesystemType': ofTheDisk,
  'EBSTagSpecification.resourceType': ofTheDisk,
  'EBSTagSpecification.tags': ofTheDisk,
  'EBSTagSpecification.propagateTags': ofTheDisk,
  'TaskManagedEBSVolumeTerminationPolicy.deleteOnTermination': ofTheDisk,
};
