import { bindPort } from '../../public-ip/bind-port.ts';
import { type K3dSettings, mappedRange } from './k3d-plan.ts';

/** Docker would find out after it has made the rest. @throws Error that names the first port that is taken, and the way out. */
export async function checkHostPorts(settings: K3dSettings): Promise<void> {
  const { first, last } = settings.publicIp.hostPorts;
  if (last < first) {
    throw new Error(
      `The host ports end at ${last}, before they begin at ${first}: give --public-ip-host-ports-last, too.`,
    );
  }
  const range = mappedRange(settings);
  if (!range) return;
  const { address } = settings.publicIp;
  for (let port = range.first; port <= range.last; port++) {
    const bound = await bindPort({ address, port, protocol: 'tcp' });
    if (!bound) throw new Error(takenPort(address, port));
    await bound.close();
  }
}

const takenPort = (address: string, port: number): string =>
  `Host port ${port} of ${address} is taken by another program or k3d cluster: stop that, or map other ports with ` +
  '--public-ip-host-ports-first and --k3d-ports.';
