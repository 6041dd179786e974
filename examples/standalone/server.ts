/** KECS under an express app of one's own, which keeps its own routes. Run: npx tsx examples/standalone/server.ts [port] */
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import express from 'express';
// Outside this checkout: from 'kecs'.
import { type EmulatorOptions, createEmulator } from '../../lib/index.ts';

export async function startStandalone(port: number, options: EmulatorOptions = {}) {
  const kecs = createEmulator(options);
  await kecs.start();

  const app = express();
  app.get('/hello', (_request, response) => {
    response.send('The routes of the app stay its own.');
  });
  app.use(kecs.router);

  // Commands in tasks (kecs exec) travel over websockets.
  const server = app.listen(port, '127.0.0.1').on('upgrade', (...request) => kecs.upgrade(...request));
  await once(server, 'listening');
  return { server, kecs };
}

async function main(): Promise<void> {
  const port = Number(process.argv[2] ?? 8080);
  const { server, kecs } = await startStandalone(port);
  console.log(`ECS answers on http://127.0.0.1:${port}, and so does /hello.`);
  process.once('SIGINT', () => {
    server.close();
    void kecs.stop();
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) void main();
