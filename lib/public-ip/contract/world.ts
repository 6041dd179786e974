import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { PublicIpAssignment, PublicIpProvider, RequestedPort, TaskEndpoint } from '../public-ip-provider.ts';
import { ask } from './ask.ts';
import { type EchoServer, startEchoServer } from './echo-server.ts';
import type { PublicIpSetup } from './setup.ts';

type Protocol = 'tcp' | 'udp';

const LIMIT_MS = 10_000;

/** What the specs of the suite do with tasks. */
export interface World {
  readonly setup: PublicIpSetup;
  readonly provider: PublicIpProvider;
  /** The specs go on with another provider, as after a restart. */
  use(provider: PublicIpProvider): void;
  allocate(containers?: readonly (readonly Protocol[])[]): Promise<PublicIpAssignment>;
  /** Answers once the task has its address. */
  publish(assignment: PublicIpAssignment): Promise<PublicIpAssignment>;
  endpoint(assignment: PublicIpAssignment): Promise<TaskEndpoint>;
  /** Allocate, publish and open in one. */
  run(containers?: readonly (readonly Protocol[])[]): Promise<PublicIpAssignment>;
}

export const newTaskArn = () => `arn:aws:ecs:us-east-1:000000000000:task/contract/${randomUUID().replaceAll('-', '')}`;

/** Runs a spec in a world of its own and takes that down. */
export async function inWorld(create: () => Promise<PublicIpSetup>, spec: (world: World) => Promise<void>) {
  const setup = await create();
  const servers: EchoServer[] = [];
  const world = createWorld(setup, servers);
  try {
    await spec(world);
  } finally {
    await world.provider.close?.();
    await setup.close();
    await Promise.all(servers.map((server) => server.close()));
  }
}

function createWorld(setup: PublicIpSetup, servers: EchoServer[]): World {
  const containerPort = async (index: number) => {
    if (setup.startContainers) return 7_001 + index;
    const server = await startEchoServer();
    servers.push(server);
    return server.port;
  };
  let provider = setup.provider;
  const changed = new Set<string>();
  const use = (next: PublicIpProvider) => {
    provider = next;
    next.watch?.((taskArn) => changed.add(taskArn));
  };
  use(setup.provider);
  const world: World = {
    setup,
    get provider() {
      return provider;
    },
    use,
    async allocate(containers = [['tcp']]) {
      const ports = await Promise.all(
        containers.map(async (protocols, index): Promise<RequestedPort[]> => {
          const number = await containerPort(index);
          return protocols.map((protocol) => ({ container: `container-${index}`, containerPort: number, protocol }));
        }),
      );
      return world.provider.allocate({ taskArn: newTaskArn(), ports: ports.flat() });
    },
    async publish(assignment) {
      changed.delete(assignment.taskArn);
      const published = (await provider.publish?.(assignment)) ?? assignment;
      if (published.publicIp !== undefined) return published;
      await until(`word of an address for ${assignment.taskArn}`, () => changed.has(assignment.taskArn));
      return world.publish(published);
    },
    endpoint: async (assignment) =>
      (await setup.startContainers?.(assignment)) ?? {
        taskArn: assignment.taskArn,
        address: '127.0.0.1',
        nodeAddress: '127.0.0.1',
        route: async ({ containerPort: port }) => ({ host: '127.0.0.1', port }),
      },
    async run(containers) {
      const assignment = await world.publish(await world.allocate(containers));
      await world.provider.open(assignment, await world.endpoint(assignment));
      return assignment;
    },
  };
  return world;
}

async function until(what: string, met: () => boolean): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  while (!met()) {
    assert.ok(Date.now() < deadline, `There was no ${what} within ${LIMIT_MS / 1000} s.`);
    await delay(20);
  }
}

/** Every port of the assignment answers with what it is sent. */
export async function assertReachable({ publicIp, ports, taskArn }: PublicIpAssignment): Promise<void> {
  assert.ok(publicIp !== undefined, `Task ${taskArn} has no address.`);
  await Promise.all(
    ports.map(async (port) => {
      const text = `${taskArn} ${port.protocol} ${port.hostPort}`;
      assert.equal(await ask({ publicIp, ...port }, text), text);
    }),
  );
}

/** No port of the assignment answers any more. What is outside this process may take a moment to notice. */
export async function assertSilent({ publicIp, ports }: PublicIpAssignment): Promise<void> {
  if (publicIp === undefined) return;
  for (const port of ports) {
    const deadline = Date.now() + LIMIT_MS;
    while (await answers({ publicIp, ...port })) {
      assert.ok(Date.now() < deadline, `${port.protocol} ${publicIp}:${port.hostPort} still answers.`);
      await delay(50);
    }
  }
}

async function answers(address: Parameters<typeof ask>[0]): Promise<boolean> {
  try {
    return (await ask(address, 'anybody?', 300)) === 'anybody?';
  } catch {
    return false;
  }
}
