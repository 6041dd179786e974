import type { MappedPort } from '../../public-ip/node-port-network.ts';
import type { Log } from '../../util/log.ts';
import { type K3dRun, runK3d } from './k3d-command.ts';
import { type PortMappings, k3dMappings, noMappings } from './port-mappings.ts';

/** The host ports that Docker publishes for a cluster. */
export interface PublishedPorts {
  /** From what is known, or `fresh` from k3d: `k3d node edit --port-add` adds mappings while KECS runs. */
  has(port: MappedPort, knowledge: 'kept' | 'fresh'): Promise<boolean>;
}

/** Whoever walks over a range that others have taken asks for every port of it. */
const freshForMs = 1_000;

/** Those of a k3d cluster; none if it is not one, or the k3d command is not there to ask. */
export async function mappingsOfK3d(
  clusterName: string | undefined,
  log: Log,
  options: K3dRun = {},
): Promise<PublishedPorts> {
  if (clusterName === undefined) return { has: async () => false };
  let mappings = await read(clusterName, options).catch((error: Error) => {
    log.info(
      `The port mappings of k3d cluster ${clusterName} are not known (${error.message}); host ports are forwarded by KECS instead.`,
    );
    return noMappings;
  });
  let readAt = Date.now();
  return {
    has: async (port, knowledge) => {
      if (knowledge === 'fresh' && Date.now() - readAt >= freshForMs) {
        mappings = await read(clusterName, options).catch(() => mappings);
        readAt = Date.now();
      }
      return mappings.has(port);
    },
  };
}

const read = async (clusterName: string, options: K3dRun): Promise<PortMappings> =>
  k3dMappings(await runK3d(['cluster', 'list', '-o', 'json'], options), clusterName);
