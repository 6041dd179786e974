import type * as ecs from '@aws-sdk/client-ecs';
import type { Wire } from '../model/wire.ts';

type Volume = Wire<ecs.Volume>;

/** Why a volume has nothing on a node that could stand for it. */
export function volumeRefusal(volume: Volume): string | undefined {
  const { name } = volume;
  const instead = 'Use a volume with host.sourcePath, or one with a name alone, which lives as long as the task.';
  if (volume.fsxWindowsFileServerVolumeConfiguration)
    return `Volume ${name} is on FSx for Windows File Server, which is not emulated. ${instead}`;
  if (volume.s3filesVolumeConfiguration)
    return `Volume ${name} is on S3 Files, and no directory of a node follows a bucket. ${instead}`;
  return dockerRefusal(volume) ?? efsRefusal(volume);
}

function dockerRefusal({ name, dockerVolumeConfiguration: docker }: Volume): string | undefined {
  const { driver = 'local', driverOpts = {} } = docker ?? {};
  if (driver !== 'local')
    return `Volume ${name} has the Docker volume driver ${driver}, and Kubernetes knows none of Docker's. Use the driver local.`;
  if (Object.keys(driverOpts).length > 0)
    return `Volume ${name} has driverOpts (${Object.keys(driverOpts).join(', ')}), which only Docker reads. Use a volume with host.sourcePath.`;
  return undefined;
}

/** The names become a path of the node: nothing may lead out of the directory that is kept for them. */
function efsRefusal({ name, efsVolumeConfiguration: efs }: Volume): string | undefined {
  const { fileSystemId = 'fs-0', rootDirectory = '/', authorizationConfig } = efs ?? {};
  const { accessPointId = 'fsap-0' } = authorizationConfig ?? {};
  const wrong = [fileSystemId, accessPointId].find((id) => !/^[\w-]+$/.test(id));
  if (wrong !== undefined)
    return `Volume ${name} names "${wrong}", which is no id of EFS such as fs-0123 or fsap-0123.`;
  if (rootDirectory.split('/').includes('..'))
    return `Volume ${name} has the rootDirectory ${rootDirectory}, which leads out of its file system. Leave ".." out.`;
  return undefined;
}
