import assert from 'node:assert/strict';
import type { PublicIpAssignment } from '../public-ip-provider.ts';
import { ask } from './ask.ts';
import type { PublicIpSetup } from './setup.ts';
import { assertReachable, assertSilent, inWorld, newTaskArn, type World } from './world.ts';

/** The runner's own globals: mocha, jest and vitest have them. */
declare const describe: (title: string, body: () => void) => void;
declare const it: (title: string, body: () => Promise<void>) => void;

type Specs = Readonly<Record<string, (world: World) => Promise<void>>>;

/** Describes what every `PublicIpProvider` must do. `create` is called once for each spec. */
export function describePublicIpProvider(name: string, create: () => Promise<PublicIpSetup>): void {
  describe(`the PublicIpProvider ${name}`, () => {
    for (const [group, specs] of Object.entries({ allocating, reaching, releasing, restarting } satisfies Record<
      string,
      Specs
    >)) {
      describe(group, () => {
        for (const [title, spec] of Object.entries(specs)) it(title, () => inWorld(create, spec));
      });
    }
  });
}

const allocating: Specs = {
  'answers each requested port with a host port': async ({ provider }) => {
    const taskArn = newTaskArn();
    const ports = [
      { container: 'web', containerPort: 8_080, protocol: 'tcp' },
      { container: 'web', containerPort: 8_443, protocol: 'tcp' },
      { container: 'dns', containerPort: 5_353, protocol: 'udp' },
    ] as const;
    const assignment = await provider.allocate({ taskArn, ports });
    assert.equal(assignment.taskArn, taskArn);
    assert.deepEqual(
      assignment.ports,
      ports.map((port, index) => ({ ...port, hostPort: assignment.ports[index]?.hostPort })),
    );
    assertOwnPorts([assignment]);
  },
  'gives no two tasks the same address and port, however many ask at once': async (world) => {
    const count = Math.min(20, world.setup.capacity ?? 20);
    const allocated = await Promise.all(Array.from({ length: count }, () => world.allocate()));
    const published = allocated.map(async (one) => (one.publicIp === undefined ? world.publish(one) : one));
    assertOwnPorts(await Promise.all(published));
  },
  'gives ports until none is left, says so, and gives again what was released': async (world) => {
    const { capacity } = world.setup;
    if (capacity === undefined) return;
    const all = await Promise.all(Array.from({ length: capacity }, () => world.allocate()));
    assertOwnPorts(all);
    await assert.rejects(world.allocate(), { name: 'PublicPortsExhausted' });
    await world.provider.release(all[0]?.taskArn ?? '');
    await assert.rejects(world.allocate([['tcp'], ['tcp']]), { name: 'PublicPortsExhausted' });
    await world.allocate();
    if (world.provider.usage) assert.deepEqual(world.provider.usage(), { used: capacity, total: capacity });
  },
};

const reaching: Specs = {
  'carries TCP both ways': async (world) => assertReachable(await world.run([['tcp']])),
  'carries UDP both ways': async (world) => assertReachable(await world.run([['udp']])),
  'carries TCP and UDP of one container port': async (world) => assertReachable(await world.run([['tcp', 'udp']])),
  'reaches each of several containers': async (world) => assertReachable(await world.run([['tcp'], ['tcp'], ['udp']])),
  'reaches each of several tasks': async (world) => {
    const tasks = await Promise.all([world.run(), world.run(), world.run()]);
    await Promise.all(tasks.map(assertReachable));
  },
  'brings all of a long answer to a client that has ended its own direction': async (world) => {
    const { publicIp = '', ports } = await world.run();
    const text = 'A line that is long enough.\n'.repeat(50_000);
    for (const port of ports) assert.ok((await ask({ publicIp, ...port }, text)) === text, 'The answer differs.');
  },
  'takes a task that publishes twice and opens twice': async (world) => {
    const published = await world.publish(await world.allocate());
    const again = await world.publish(published);
    assert.deepEqual(again, published);
    const endpoint = await world.endpoint(again);
    await world.provider.open(again, endpoint);
    await world.provider.open(again, endpoint);
    await assertReachable(again);
  },
};

const releasing: Specs = {
  'is silent on ports of a released task, and goes on serving others': async (world) => {
    const [stopped, running] = [await world.run([['tcp', 'udp']]), await world.run()];
    await world.provider.release(stopped.taskArn);
    await assertSilent(stopped);
    await assertReachable(running);
  },
  'takes back at any moment, and more than once': async (world) => {
    const allocated = await world.allocate([['tcp', 'udp']]);
    const published = await world.publish(await world.allocate());
    for (const { taskArn } of [allocated, published, allocated]) await world.provider.release(taskArn);
    await Promise.all([world.provider.release(published.taskArn), world.provider.release(published.taskArn)]);
    if (world.provider.usage) assert.equal(world.provider.usage().used, 0);
    await assertReachable(await world.run());
  },
  'takes no offence at a task it never saw': async ({ provider }) => provider.release(newTaskArn()),
  'listens on nothing after it was closed': async (world) => {
    if (!world.provider.close || world.setup.servedOutside) return;
    const tasks = [await world.run([['tcp', 'udp']]), await world.allocate()];
    await world.provider.close();
    for (const task of tasks) await assertSilent(task);
  },
};

const restarting: Specs = {
  'gives running tasks what they had, and nobody else': async (world) => {
    if (!world.setup.restart) return;
    const tasks = [await world.run([['tcp', 'udp']]), await world.run()];
    const endpoints = await Promise.all(tasks.map((task) => world.endpoint(task)));
    await world.provider.close?.();
    world.use(await world.setup.restart());
    assert.deepEqual(await world.provider.restore?.(tasks), tasks);
    assertOwnPorts([...tasks, await world.allocate(), await world.allocate()]);
    for (const [index, task] of tasks.entries()) {
      const endpoint = endpoints[index];
      assert.ok(endpoint);
      await world.provider.open(task, endpoint);
      await assertReachable(task);
      await world.provider.release(task.taskArn);
      await assertSilent(task);
    }
  },
};

function assertOwnPorts(assignments: readonly PublicIpAssignment[]): void {
  const seen = assignments.flatMap(({ publicIp, ports }) =>
    ports.map(({ hostPort, protocol }) => `${protocol} ${publicIp}:${hostPort}`),
  );
  for (const { ports } of assignments) {
    for (const { hostPort } of ports) assert.ok(hostPort >= 1 && hostPort <= 65_535, `${hostPort} is no port.`);
  }
  assert.equal(new Set(seen).size, seen.length, `A port was given twice: ${seen.join(', ')}`);
}
