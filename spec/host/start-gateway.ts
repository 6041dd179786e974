import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGateway, type Gateway, type GatewayOptions } from '../../lib/host/index.ts';

export interface StartedGateway {
  readonly url: string;
  readonly gateway: Gateway;
  stop(): Promise<void>;
}

/** A gateway that listens on a free port. */
export async function startGateway(options: GatewayOptions): Promise<StartedGateway> {
  const gateway = createGateway(options);
  await gateway.start();
  const server = createServer(gateway.handler).on('upgrade', gateway.upgrade).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await gateway.stop();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, gateway, stop };
}
