import { expect } from 'chai';
import { type PublicIpAssignment, type PublicIpProvider, bindPort } from '../../lib/index.ts';
import { createFixedAddressProvider } from '../../examples/provider-swap/fixed-address-provider.ts';
import { type EcsTasks, createEcsTasks, hostPortsOf } from '../support/ecs-tasks.ts';
import { freePortRange, nodePortRange } from '../support/free-port-range.ts';
import { type StartedEmulator, startEmulator } from '../support/start-emulator.ts';
import { waitFor } from '../support/wait-for.ts';

const web = { name: 'web', image: 'nginx:latest', portMappings: [{ containerPort: 80 }] };

describe('A public IP provider that a program swaps', () => {
  let started: StartedEmulator;
  let tasks: EcsTasks;
  let first: number;

  beforeEach(async () => {
    ({ first } = await freePortRange(1));
    const { first: firstNodePort } = await freePortRange(1, nodePortRange);
    started = await startEmulator({ publicIp: { hostPorts: { first, last: first }, firstNodePort } });
    await started.emulator.whenReady();
    tasks = await createEcsTasks(started.ecs, 'swap');
    await tasks.register('web', web);
  });

  afterEach(async () => {
    await tasks?.remove();
    await started?.close();
  });

  const run = async () => tasks.running(await tasks.runOne('web'));
  const isHeld = async (address: string, port: number): Promise<boolean> => {
    const bound = await bindPort({ address, port, protocol: 'tcp' });
    await bound?.close();
    return bound === undefined;
  };

  it('serves the tasks to come, while older ones keep theirs until they stop, and both take back what they gave', async () => {
    const older = await run();
    const { first: other } = await freePortRange(1);
    started.emulator.setPublicIpProvider(createFixedAddressProvider('127.0.0.7', other, 1));
    const newer = await run();
    const binding = newer.containers?.[0]?.networkBindings?.[0];
    expect(binding).to.include({ bindIP: '127.0.0.7', hostPort: other });
    expect((await fetch(`http://127.0.0.7:${other}/`)).status).to.equal(200);
    expect(hostPortsOf(await tasks.describe(older.taskArn ?? ''))).to.deep.equal([first]);
    expect((await fetch(`http://127.0.0.1:${first}/`)).status).to.equal(200);
    expect((await tasks.run('web')).failures[0]?.reason).to.equal('RESOURCE:PORTS');
    await tasks.stop(older.taskArn ?? '');
    expect(await isHeld('127.0.0.1', first)).to.equal(false);
    expect(await isHeld('127.0.0.7', other)).to.equal(true);
    await tasks.stop(newer.taskArn ?? '');
    expect(await isHeld('127.0.0.7', other)).to.equal(false);
    expect(hostPortsOf(await run())).to.deep.equal([other]);
  });

  it('can be the one that a program gives at the start', async () => {
    const { first: port } = await freePortRange(1);
    const own = await startEmulator({ publicIpProvider: createFixedAddressProvider('127.0.0.8', port, 1) });
    try {
      const ownTasks = await createEcsTasks(own.ecs, 'swap');
      await ownTasks.register('web', web);
      const task = await ownTasks.running(await ownTasks.runOne('web'));
      expect(task.containers?.[0]?.networkBindings?.[0]).to.include({ bindIP: '127.0.0.8', hostPort: port });
      expect((await fetch(`http://127.0.0.8:${port}/`)).status).to.equal(200);
      await ownTasks.remove();
    } finally {
      await own.close();
    }
  });

  it('gives no task when its allocation breaks, and keeps nothing of the call', async () => {
    const provider = brokenProvider('allocate', 2);
    started.emulator.setPublicIpProvider(provider);
    const refused = await tasks.run('web', { count: 3 }).catch((error: Error) => error);
    expect(refused).to.be.an('error').with.property('name', 'ServerException');
    expect(provider.held).to.deep.equal(new Set());
  });

  it('ends the task in words when it cannot open the ports', async () => {
    const provider = brokenProvider('open', 1);
    started.emulator.setPublicIpProvider(provider);
    const task = await tasks.stopped(await tasks.runOne('web'));
    expect(task.stopCode).to.equal('TaskFailedToStart');
    expect(task.stoppedReason).to.match(/^The public ports 1 could not be opened: open is broken for the spec\.$/);
    expect(provider.held).to.deep.equal(new Set());
    expect((await run()).lastStatus).to.equal('RUNNING');
  });

  for (const call of ['publish', 'release'] as const) {
    it(`is asked again when ${call} breaks for a while, and keeps nothing in the end`, async () => {
      const provider = brokenProvider(call, 1);
      started.emulator.setPublicIpProvider(provider);
      const task = await run();
      await tasks.stop(task.taskArn ?? '');
      expect(provider.failures).to.equal(1);
      await waitFor('a provider that holds nothing', () => provider.held.size === 0);
    });
  }
});

interface BrokenProvider extends PublicIpProvider {
  readonly held: ReadonlySet<string>;
  readonly failures: number;
}

/** Throws at the nth call of one of its methods. */
function brokenProvider(broken: 'allocate' | 'publish' | 'open' | 'release', nth: number): BrokenProvider {
  const held = new Set<string>();
  const calls = { allocate: 0, publish: 0, open: 0, release: 0 };
  let failures = 0;
  const called = (call: keyof typeof calls) => {
    calls[call] += 1;
    if (call !== broken || calls[call] !== nth) return;
    failures += 1;
    throw new Error(`${call} is broken for the spec.`);
  };
  return {
    name: 'broken',
    held,
    get failures() {
      return failures;
    },
    async allocate({ taskArn, ports }): Promise<PublicIpAssignment> {
      called('allocate');
      held.add(taskArn);
      return { taskArn, publicIp: '127.0.0.1', ports: ports.map((port) => ({ ...port, hostPort: 1 })) };
    },
    async publish(assignment) {
      called('publish');
      return assignment;
    },
    async open() {
      called('open');
    },
    async release(taskArn) {
      called('release');
      held.delete(taskArn);
    },
  };
}
