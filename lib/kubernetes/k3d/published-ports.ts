import type { Log } from '../../util/log.ts';
import { runK3d } from './k3d-command.ts';
import { type PortMappings, k3dMappings, noMappings } from './port-mappings.ts';

/** The port mappings of a k3d cluster; none if the k3d command is not there to ask. */
export async function mappingsOfK3d(clusterName: string | undefined, log: Log): Promise<PortMappings> {
  if (clusterName === undefined) return noMappings;
  try {
    return k3dMappings(await runK3d(['cluster', 'list', '-o', 'json']), clusterName);
  } catch (error) {
    log.info(
      `The port mappings of k3d cluster ${clusterName} are not known (${(error as Error).message}); host ports are forwarded by KECS instead.`,
    );
    return noMappings;
  }
}
