import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { startHost } from '../../examples/in-a-host/host.ts';
import { startStandalone } from '../../examples/standalone/server.ts';
import { execChannels } from '../../lib/protocol/task-streams/exec-channels.ts';
import { freePortRange } from '../support/free-port-range.ts';
import { runWebTask } from '../support/run-web-task.ts';
import { startEmulator } from '../support/start-emulator.ts';

interface Mounted {
  readonly url: string;
  stop(): Promise<void>;
}

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const mounts: Readonly<Record<string, () => Promise<Mounted>>> = {
  'a server of its own': async () => {
    const { url, close } = await startEmulator(await options());
    return { url, stop: close };
  },
  'an express app': async () => {
    const { server, kecs } = await startStandalone(0, await options());
    return { url: urlOf(server), stop: () => stopped(server, () => kecs.stop()) };
  },
  'a host': async () => {
    const { server, gateway } = await startHost(0, await options());
    return { url: urlOf(server), stop: () => stopped(server, () => gateway.stop()) };
  },
};

const options = async () => ({ lifecycle: 'instant' as const, publicIp: { hostPorts: await freePortRange(5) } });

/** As their mains do at Ctrl-C: what still streams must not hold up the end. */
async function stopped(server: Server, stop: () => Promise<unknown>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await stop();
  server.closeIdleConnections();
  await closed;
}

for (const [name, mount] of Object.entries(mounts)) {
  describe(`the output of tasks and commands in them, in ${name}`, () => {
    let mounted: Mounted;
    let streams: string;
    before(async () => {
      mounted = await mount();
      streams = `${mounted.url}/_kecs/tasks/${(await runWebTask(mounted.url)).taskArn}`;
    });
    after(() => mounted.stop());

    it('are served', async () => {
      const logs = await fetch(`${streams}/logs`);
      expect(await logs.text()).to.contain('Simulated container web');
      const socket = new WebSocket(`${streams}/exec?command=echo&command=hello`);
      const messages: Buffer[] = [];
      socket.on('message', (message: Buffer) => messages.push(message));
      await once(socket, 'close');
      expect(messages.map((message) => [message[0], message.subarray(1).toString()])).to.deep.equal([
        [execChannels.stdout, 'hello\n'],
        [execChannels.result, '{"exitCode":0}'],
      ]);
    });

    it('are guarded', async () => {
      const origin = 'https://pages.example.test';
      expect((await fetch(`${streams}/logs`, { headers: { origin } })).status).to.equal(403);
      const socket = new WebSocket(`${streams}/exec?command=true`, { origin });
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
      expect(response.statusCode).to.equal(403);
      socket.on('error', () => undefined).terminate();
    });

    it('end with it', async () => {
      const logs = (await fetch(`${streams}/logs?follow`)).body?.getReader();
      await logs?.read();
      const socket = new WebSocket(`${streams}/exec?command=cat&stdin`);
      await once(socket, 'open');
      const closed = once(socket, 'close');
      const brokeOff = logs?.read().then(
        () => false,
        () => true,
      );
      await mounted.stop();
      mounted.stop = async () => undefined;
      await closed;
      expect(await brokeOff).to.equal(true);
    });
  });
}
