import { type Log, silentLog } from '../util/log.ts';
import type { PortBinding, PortForwarder } from './port-forwarder.ts';
import { bindTcp } from './tcp-forwarder.ts';
import { bindUdp } from './udp-forwarder.ts';

/**
 * Binds a host port; undefined where another program has it or this user may not have it. Binding at once is the
 * only check that stays true until the port is used.
 */
export async function bindPort(
  binding: Omit<PortBinding, 'log'> & { readonly log?: Log },
): Promise<PortForwarder | undefined> {
  const { address, protocol, log = silentLog } = binding;
  try {
    return await listenOn({ ...binding, log });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' || code === 'EACCES') return undefined;
    throw new Error(
      `No ${protocol} port can be opened on the address ${address}: ${message}. Set the option publicIp.address to an address of this host.`,
      { cause: error },
    );
  }
}

/** @throws the system's error, for callers who tell its codes apart. */
export const listenOn = (binding: PortBinding): Promise<PortForwarder> =>
  (binding.protocol === 'tcp' ? bindTcp : bindUdp)(binding);
