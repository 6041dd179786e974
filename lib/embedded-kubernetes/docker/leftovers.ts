import type Docker from 'dockerode';
import type { Log } from '../../util/log.ts';
import { isStatus, wordsOf } from './docker-error.ts';

/** Removes what a process that was killed has left under these labels. */
export async function removeLeftovers(
  docker: Docker,
  labels: Readonly<Record<string, string>>,
  log: Log,
): Promise<void> {
  const filters = { label: Object.entries(labels).map(([name, value]) => `${name}=${value}`) };
  const containers = await docker.listContainers({ all: true, filters });
  await Promise.all(containers.map(({ Id }) => removeContainer(docker, Id, log)));
  const { Volumes: volumes } = await docker.listVolumes({ filters });
  await Promise.all((volumes ?? []).map(({ Name }) => removeVolume(docker, Name, log)));
  if (containers.length > 0) {
    log.info(`Removed ${containers.length} containers from Docker that an earlier KECS had left.`);
  }
}

/** With its anonymous volumes. What is gone already is as good as removed. */
export async function removeContainer(docker: Docker, id: string, log: Log): Promise<void> {
  await docker
    .getContainer(id)
    .remove({ force: true, v: true })
    .catch((error: unknown) => {
      if (!isStatus(error, 404, 409)) log.warn(`Container ${id} stays in Docker: ${wordsOf(error)}`);
    });
}

export async function removeVolume(docker: Docker, name: string, log: Log): Promise<void> {
  await docker
    .getVolume(name)
    .remove()
    .catch((error: unknown) => {
      if (!isStatus(error, 404)) log.warn(`Volume ${name} stays in Docker: ${wordsOf(error)}`);
    });
}
