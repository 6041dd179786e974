/** ECS and DynamoDB on one port: a host that loads two plugins. Run: npx tsx examples/in-a-host/host.ts [port] */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { createGateway } from '../../lib/host/index.ts';
// Outside this checkout: import.meta.resolve('kecs/plugin.json'), whose entry is the built module.
import kecs from '../../lib/plugin.ts';

/** What else no plugin claims goes to `upstream`, when there is one. */
export async function startHost(port: number, kecsOptions: Record<string, unknown> = {}, upstream?: string) {
  const gateway = createGateway({
    plugins: [
      { manifest: new URL('../../plugin.json', import.meta.url), entry: kecs, options: kecsOptions },
      { manifest: new URL('dynamodb/plugin.json', import.meta.url) },
    ],
    hostConfig: { version: '1.0.0', environment: process.env },
    ...(upstream && { upstream }),
  });
  const server = createServer(gateway.handler).on('upgrade', gateway.upgrade);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  await gateway.start();
  return { server, gateway };
}

async function main(): Promise<void> {
  const port = Number(process.argv[2] ?? 4566);
  const { server, gateway } = await startHost(port, {}, process.env['UPSTREAM']);
  console.log(`ECS and DynamoDB answer on http://127.0.0.1:${port}, see /_localstack/health.`);
  process.once('SIGINT', () => {
    server.close();
    void gateway.stop();
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) void main();
