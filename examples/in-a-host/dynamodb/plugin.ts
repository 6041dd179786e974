/** dynalite, a DynamoDB emulator from npm, as a plugin. */
import dynalite from 'dynalite';
import type { Plugin, PluginContext } from '../../../lib/host/index.ts';

export default function dynamodb({ options }: PluginContext): Plugin {
  // It makes an HTTP server, which need not listen: the gateway hands it its requests.
  const server = dynalite(options);
  return {
    updateGatewayRoutes: (router) =>
      void router.addServices((request, response) => server.emit('request', request, response)),
  };
}
