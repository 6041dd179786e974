import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import express, { type RequestHandler } from 'express';
import { startStandalone } from '../../examples/standalone/server.ts';
import { ecsCall } from '../../lib/cli/ecs-call.ts';
import { createEmulator } from '../../lib/index.ts';
import { hasCommand } from '../support/has-command.ts';
import { type KecsProcesses, createKecsProcesses } from '../support/kecs-processes.ts';
import { addressOf, runWebTask } from '../support/run-web-task.ts';
import { type StartedEmulator, startEmulator } from '../support/start-emulator.ts';

describe('npm run demo -- --once', () => {
  let processes: KecsProcesses;

  before(async () => {
    processes = await createKecsProcesses();
  });
  after(() => processes.close());

  it('runs the task of the founding document, shows its answer and ends', async () => {
    const program = ['npm', 'run', '--silent', 'demo', '--', '--once'];
    const { code, stdout, stderr } = await processes.run([], {}, program);
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.match(/RunTask started arn:aws:ecs:us-east-1:000000000000:task\/my-cluster\/[0-9a-f]{32}/);
    expect(stdout).to.match(/\$ curl http:\/\/localhost:\d+\n.+/);
  });
});

describe('examples/standalone', () => {
  let started: Awaited<ReturnType<typeof startStandalone>>;
  let url: string;

  before(async () => {
    started = await startStandalone(0, { lifecycle: 'instant' });
    url = urlOf(started.server);
  });
  after(async () => {
    await closed(started.server);
    await started.kecs.stop();
  });

  it("answers the app's own route", async () => {
    expect(await (await fetch(`${url}/hello`)).text()).to.equal('The routes of the app stay its own.');
  });

  it('leaves to the app what is nobody’s', async () => {
    expect((await fetch(`${url}/nothing`)).status).to.equal(404);
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).to.equal(404);
  });

  it('runs a public task that answers on the host', async () => {
    const task = await runWebTask(url);
    expect((await fetch(addressOf(task))).status).to.equal(200);
  });
});

describe('the router in an express app', () => {
  const parsers: Record<string, RequestHandler> = {
    "express.json({ type: '*/*' })": express.json({ type: '*/*' }),
    "express.text({ type: '*/*' })": express.text({ type: '*/*' }),
    "express.raw({ type: '*/*' })": express.raw({ type: '*/*' }),
    'express.json()': express.json(),
    'express.urlencoded()': express.urlencoded(),
  };

  for (const [name, parser] of Object.entries(parsers)) {
    it(`reads what is left of a body by ${name}`, async () => {
      await withApp(parser, async (url) => {
        const client = new ECSClient({
          endpoint: url,
          region: 'us-east-1',
          credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
        });
        const { cluster } = await ecsCall(url, 'CreateCluster', { clusterName: 'parsed' });
        expect(cluster?.clusterName).to.equal('parsed');
        expect((await client.send(new ListClustersCommand({}))).clusterArns).to.have.length(1);
        client.destroy();
      });
    });
  }
});

describe('examples/test-assignpublicip.sh', () => {
  let processes: KecsProcesses;
  let kecs: StartedEmulator;

  before(async () => {
    processes = await createKecsProcesses();
    kecs = await startEmulator();
  });
  after(async () => {
    await kecs.close();
    await processes.close();
  });

  const script = (variables: Record<string, string>) =>
    processes.run([], { ENDPOINT: kecs.url, ...variables }, ['bash', 'examples/test-assignpublicip.sh']);

  it('reaches the task with curl', async () => {
    const { code, stdout, stderr } = await script({ USE_CURL: '1' });
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.match(/4\. Verifying .*\nThe task answers at http:\/\/localhost:\d+\/\n$/);
  });

  it('reaches the task with the AWS CLI', async function () {
    this.timeout(90_000);
    if (!hasCommand('aws', '--version')) this.skip();
    const { code, stdout, stderr } = await script({});
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.match(/The task answers at http:\/\/localhost:\d+\/\n$/);
  });

  it('leaves no task behind', async () => {
    await script({ USE_CURL: '1' });
    const { taskArns } = await ecsCall(kecs.url, 'ListTasks', { cluster: 'my-cluster' });
    expect(taskArns).to.deep.equal([]);
  });

  it('fails when the image cannot be pulled, and says so', async () => {
    const { code, stderr } = await script({ USE_CURL: '1', IMAGE: 'registry.invalid/nothing' });
    expect(code).to.equal(1);
    expect(stderr).to.contain('The task stopped: CannotPullContainerError');
  });

  it('fails when no KECS answers', async () => {
    const { code, stderr } = await script({ USE_CURL: '1', ENDPOINT: 'http://127.0.0.1:1' });
    expect(code).to.be.greaterThan(0);
    expect(stderr).to.contain('127.0.0.1');
  });

  it('fails when the task has a port at which nothing answers', async () => {
    const kecsOfBrokenTasks = await startEmulator({ images: { broken: { command: ['sleep', '60'] } } });
    try {
      const { code, stderr } = await script({ USE_CURL: '1', IMAGE: 'broken', ENDPOINT: kecsOfBrokenTasks.url });
      expect(code).to.equal(1);
      expect(stderr).to.contain('The task cannot be reached at http://localhost:');
    } finally {
      await kecsOfBrokenTasks.close();
    }
  });
});

async function withApp(parser: RequestHandler, use: (url: string) => Promise<void>): Promise<void> {
  const kecs = createEmulator();
  await kecs.start();
  const server = createServer(express().use(parser).use(kecs.router)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use(urlOf(server));
  } finally {
    await closed(server);
    await kecs.stop();
  }
}

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function closed(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
