/** KECS under an express app of one's own, which keeps its own routes. */
import express from 'express';
import { createEmulator } from '../../lib/index.ts';

export async function startStandalone(port: number) {
  const kecs = createEmulator();
  await kecs.start();

  const app = express();
  app.get('/hello', (_request, response) => {
    response.send('The routes of the app stay its own.');
  });
  app.use(kecs.router);

  const server = app.listen(port, '127.0.0.1');
  return { server, kecs };
}
