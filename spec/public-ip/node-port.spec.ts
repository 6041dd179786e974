import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect } from 'chai';
import type { PortRange } from '../../lib/config.ts';
import { ask } from '../../lib/public-ip/contract/ask.ts';
import { type EchoServer, startEchoServer } from '../../lib/public-ip/contract/echo-server.ts';
import { bindPort } from '../../lib/public-ip/bind-port.ts';
import { createNodePortProvider, type NodePortOptions } from '../../lib/public-ip/node-port.ts';
import {
  type PublicIpProvider,
  PublicIpUnavailable,
  type RequestedPort,
} from '../../lib/public-ip/public-ip-provider.ts';
import { silentLog } from '../../lib/util/log.ts';
import { freePortRange } from '../support/free-port-range.ts';
import { createMemoryNodePortNetwork, type MemoryNodePortNetwork } from '../support/memory-node-port-network.ts';
import { waitFor } from '../support/wait-for.ts';

const address = '127.0.0.1';
const firstNodePort = 30_000;
const arn = (id: string) => `arn:aws:ecs:us-east-1:000000000000:task/web/${id}`;

describe('the node-port provider', () => {
  let network: MemoryNodePortNetwork;
  let first: number;
  let container: EchoServer;
  let provider: PublicIpProvider;
  const started: PublicIpProvider[] = [];

  const start = (options: Partial<NodePortOptions> = {}) => {
    const hostPorts = { first, last: first + 9 };
    const made = createNodePortProvider({
      address,
      hostPorts,
      firstNodePort,
      network: async () => network,
      log: silentLog,
      ...options,
    });
    started.push(made);
    return made;
  };
  const web = (): RequestedPort => ({ container: 'web', containerPort: container.port, protocol: 'tcp' });
  const allocate = (id: string, ports: readonly RequestedPort[] = [web()]) =>
    provider.allocate({ taskArn: arn(id), ports });
  const publish = async (id: string, ports?: readonly RequestedPort[]) => {
    const assignment = await allocate(id, ports);
    return (await provider.publish?.(assignment)) ?? assignment;
  };
  const open = (id: string) =>
    provider.open(
      { taskArn: arn(id), publicIp: address, ports: [] },
      { taskArn: arn(id), address, route: async () => ({ host: '127.0.0.1', port: 9 }) },
    );
  const isBusy = async (port: number) => {
    const bound = await bindPort({ address, port, protocol: 'tcp' });
    await bound?.close();
    return !bound;
  };
  const say = (hostPort: number) => ask({ publicIp: address, hostPort, protocol: 'tcp' }, 'hello');

  beforeEach(async () => {
    network = createMemoryNodePortNetwork();
    first = (await freePortRange(10)).first;
    container = await startEchoServer();
    provider = start();
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map(async (one) => one.close?.()));
    await container.close();
  });

  describe('allocating', () => {
    it('does not ask for the cluster', async () => {
      provider = start({ network: () => Promise.reject(new Error('The Kubernetes client was asked for.')) });
      expect((await allocate('a')).ports).to.deep.equal([{ ...web(), hostPort: first }]);
      await provider.release(arn('a'));
      expect(provider.usage?.()).to.deep.equal({ used: 0, total: 10 });
    });

    it('gives TCP and UDP of one container port the same number, and other container ports others', async () => {
      const ports: RequestedPort[] = [web(), { ...web(), protocol: 'udp' }, { ...web(), containerPort: 1 }];
      const assignment = await allocate('a', ports);
      expect(assignment.ports.map(({ hostPort }) => hostPort - first)).to.deep.equal([0, 0, 1]);
    });

    it('skips a host port that another program listens on, in either protocol', async () => {
      const other = await bindPort({ address, port: first, protocol: 'udp' });
      const assignment = await allocate('a', [web(), { ...web(), protocol: 'udp' }]);
      expect(assignment.ports.map(({ hostPort }) => hostPort - first)).to.deep.equal([1, 1]);
      expect(await isBusy(first)).to.equal(false);
      await other?.close();
    });

    it('shows an address that can be dialled when ports listen on every address', async () => {
      provider = start({ address: '0.0.0.0' });
      expect((await allocate('a')).publicIp).to.equal('127.0.0.1');
    });
  });

  describe('publishing', () => {
    it('creates a Service whose NodePorts go 1:1 with the host ports', async () => {
      await publish('a');
      await publish('b', [web(), { ...web(), protocol: 'udp' }]);
      expect(network.services.get(arn('a'))?.ports).to.deep.equal([{ ...web(), nodePort: firstNodePort }]);
      expect(network.services.get(arn('b'))?.ports.map(({ protocol, nodePort }) => [protocol, nodePort])).to.deep.equal(
        [
          ['tcp', firstNodePort + 1],
          ['udp', firstNodePort + 1],
        ],
      );
    });

    it("gives other ports where a stranger's Service owns the NodePort, and gives back the first ones", async () => {
      network.strangers.add(firstNodePort).add(firstNodePort + 1);
      const { ports } = await publish('a');
      expect(ports.map(({ hostPort }) => hostPort - first)).to.deep.equal([2]);
      expect(await isBusy(first)).to.equal(false);
      expect(provider.usage?.().used).to.equal(1);
      await open('a');
      expect(await say(first + 2)).to.equal('hello');
    });

    it("does not offer a stranger's NodePort to the next task, though every other port is taken", async () => {
      network.strangers.add(firstNodePort);
      const all = Array.from({ length: 8 }, (_, n) => ({ ...web(), containerPort: n + 1 }));
      await publish('a');
      await publish('b', all);
      expect(await allocate('c').catch(({ name }) => name)).to.equal('PublicPortsExhausted');
    });

    it('says that a NodePort can never be had', async () => {
      network.createService = () => Promise.reject(new PublicIpUnavailable('NodePort 1 is outside of the range.'));
      const error = await publish('a').catch((thrown: Error) => thrown);
      expect(error).to.be.instanceOf(PublicIpUnavailable);
      await provider.release(arn('a'));
      expect(provider.usage?.().used).to.equal(0);
    });

    it('makes no Service for a task without ports', async () => {
      expect((await publish('a', [])).ports).to.deep.equal([]);
      expect(network.services.size).to.equal(0);
    });
  });

  describe('when somebody deletes the Service', () => {
    const changed: string[] = [];
    const republish = async (id: string) => provider.publish?.({ taskArn: arn(id), ports: [] });
    beforeEach(() => {
      changed.length = 0;
      provider.watch?.((taskArn) => changed.push(taskArn));
    });

    it('tells of it, and makes it again with its NodePort', async () => {
      const assignment = await publish('a');
      const service = network.services.get(arn('a'));
      network.deleteUnderUs(arn('a'));
      expect(changed).to.deep.equal([arn('a')]);
      expect(await republish('a')).to.deep.equal(assignment);
      expect(network.services.get(arn('a'))).to.deep.equal(service);
    });

    it('waits for the API server to free the NodePort, which tells of the deletion before', async () => {
      const assignment = await publish('a');
      network.strangers.add(firstNodePort);
      network.deleteUnderUs(arn('a'));
      const publishing = republish('a');
      await new Promise(setImmediate);
      network.strangers.clear();
      expect(await publishing).to.deep.equal(assignment);
    });

    it('gives another port where a stranger has the NodePort now', async () => {
      await publish('a');
      await open('a');
      network.strangers.add(firstNodePort);
      network.deleteUnderUs(arn('a'));
      expect((await republish('a'))?.ports.map(({ hostPort }) => hostPort)).to.deep.equal([first + 1]);
      await open('a');
      expect(await say(first + 1)).to.equal('hello');
      expect(await isBusy(first)).to.equal(false);
    });

    it('notices it while the Service is still being made', async () => {
      const create = network.createService.bind(network);
      network.createService = async (service) => {
        await create(service);
        network.createService = create;
        network.deleteUnderUs(service.taskArn);
      };
      await publish('a');
      expect(changed).to.deep.equal([arn('a')]);
      await republish('a');
      expect(network.services.size).to.equal(1);
    });

    it('tells of nothing where the task was released, or never published', async () => {
      await publish('a');
      network.away = true;
      await provider.release(arn('a'));
      network.deleteUnderUs(arn('a'));
      await allocate('b');
      network.deleteUnderUs(arn('b'));
      expect(changed).to.deep.equal([]);
      network.away = false;
    });

    it('tells of nothing after it was closed', async () => {
      await publish('a');
      await provider.close?.();
      network.deleteUnderUs(arn('a'));
      expect(changed).to.deep.equal([]);
    });
  });

  describe('the range of host ports', () => {
    const warnings = (hostPorts: PortRange): string[] => {
      const said: string[] = [];
      start({ hostPorts, log: { ...silentLog, warn: (text) => said.push(text) } });
      return said;
    };

    it('is warned about where Linux picks ports for outgoing connections', () => {
      for (const range of [
        { first: 40_000, last: 40_099 },
        { first: 32_000, last: 33_000 },
        { first: 32_768, last: 32_768 },
      ]) {
        const [said] = warnings(range);
        expect(said).to.match(new RegExp(`^Host ports above 32767 \\(here up to ${range.last}\\)`));
      }
    });

    it('is not warned about below, nor as it is by default', () => {
      expect(warnings({ first: 20_000, last: 29_999 })).to.deep.equal([]);
      expect(warnings({ first: 32_000, last: 32_999 })).to.deep.equal([]);
    });

    it('may hold more than a thousand ports', async () => {
      const hostPorts = await freePortRange(1_100);
      provider = start({ hostPorts });
      const ports = Array.from({ length: 1_100 }, (_, n) => ({ ...web(), containerPort: n + 1 }));
      const assignment = await publish('a', ports);
      expect(assignment.ports.at(-1)?.hostPort).to.equal(hostPorts.last);
      expect(network.services.get(arn('a'))?.ports.at(-1)?.nodePort).to.equal(firstNodePort + 1_099);
      expect(provider.usage?.()).to.deep.equal({ used: 1_100, total: 1_100 });
      expect(await allocate('b').catch(({ message }) => message)).to.include(`of the 1100 from ${hostPorts.first}`);
    });
  });

  describe('a port that the cluster publishes', () => {
    it('has no listener here, and is open once the cluster delivers', async () => {
      network.mapped.add(first);
      provider = start({ mappings: (...port) => network.isMapped(...port) });
      const assignment = await publish('a');
      expect(assignment.ports.map(({ hostPort }) => hostPort)).to.deep.equal([first]);
      expect(await isBusy(first)).to.equal(false);
      await open('a');
      expect(network.served).to.deep.equal([arn('a')]);
    });

    it('is found out when it cannot be bound, and is not when another program has it', async () => {
      network.mappedSince.add(first);
      provider = start({ mappings: (...port) => network.isMapped(...port) });
      const taken = [first, first + 1].map((port) => createServer().listen(port, '127.0.0.1'));
      await Promise.all(taken.map((server) => once(server, 'listening')));
      expect((await publish('a')).ports.map(({ hostPort }) => hostPort)).to.deep.equal([first]);
      expect((await publish('b')).ports.map(({ hostPort }) => hostPort)).to.deep.equal([first + 2]);
      for (const server of taken) server.close();
    });
  });

  describe('releasing', () => {
    it('deletes the Service and frees the port', async () => {
      await publish('a');
      await provider.release(arn('a'));
      expect(network.services.size).to.equal(0);
      expect(await isBusy(first)).to.equal(false);
      expect(provider.usage?.().used).to.equal(0);
    });

    it('leaves no Service behind when the task ends while that is being created', async () => {
      const { services } = network;
      let allow = (): void => undefined;
      const allowed = new Promise<void>((resolve) => (allow = resolve));
      network.createService = async (service) => {
        await allowed;
        services.set(service.taskArn, service);
      };
      const publishing = publish('a');
      const releasing = allocate('b').then(() => provider.release(arn('a')));
      await new Promise(setImmediate);
      allow();
      await Promise.all([publishing, releasing]);
      expect(services.size).to.equal(0);
      expect(provider.usage?.().used).to.equal(1);
    });

    it('keeps the port from others while the Service cannot be deleted, and tries again', async () => {
      await publish('a');
      network.away = true;
      await provider.release(arn('a'));
      expect(await isBusy(first)).to.equal(false);
      expect(provider.usage?.().used).to.equal(1);
      network.away = false;
      await waitFor('the deletion of the Service', () => network.services.size === 0);
      await waitFor('the port', () => provider.usage?.().used === 0);
    });

    it('tries again at once when it is asked again', async () => {
      await publish('a');
      network.away = true;
      await provider.release(arn('a'));
      network.away = false;
      await provider.release(arn('a'));
      expect(provider.usage?.().used).to.equal(0);
    });
  });

  describe('after a restart', () => {
    const restart = async () => {
      await provider.close?.();
      provider = start();
    };

    it('leaves intact Services alone', async () => {
      const task = await publish('a');
      const service = network.services.get(arn('a'));
      await restart();
      expect(await provider.restore?.([task])).to.deep.equal([task]);
      expect(network.services.get(arn('a'))).to.equal(service);
    });

    it('gives another host port and another Service where a program took the port meanwhile', async () => {
      const task = await publish('a');
      await restart();
      const other = await bindPort({ address, port: first, protocol: 'tcp' });
      const [restored] = (await provider.restore?.([task])) ?? [];
      expect(restored?.ports).to.deep.equal([{ ...web(), hostPort: first + 1 }]);
      expect(network.services.get(arn('a'))?.ports[0]?.nodePort).to.equal(firstNodePort + 1);
      await open('a');
      expect(await say(first + 1)).to.equal('hello');
      await other?.close();
    });

    it('makes a Service again that somebody deleted', async () => {
      const task = await publish('a');
      network.services.clear();
      await restart();
      expect(await provider.restore?.([task])).to.deep.equal([task]);
      expect([...network.services.keys()]).to.deep.equal([arn('a')]);
    });

    it('moves a task into another configured range, with a Service to match', async () => {
      const task = await publish('a');
      await provider.close?.();
      const hostPorts = await freePortRange(5);
      provider = start({ hostPorts, firstNodePort: 31_000 });
      const [restored] = (await provider.restore?.([task])) ?? [];
      const [given] = restored?.ports ?? [];
      expect(given?.hostPort).to.be.within(hostPorts.first, hostPorts.last);
      const nodePort = network.services.get(arn('a'))?.ports[0]?.nodePort;
      expect(nodePort).to.equal(31_000 + (given?.hostPort ?? 0) - hostPorts.first);
    });

    it('deletes the Service of a task that ended meanwhile, and gives its ports to nobody before', async () => {
      await publish('ended');
      await restart();
      const { services } = network;
      let allow = (): void => undefined;
      const allowed = new Promise<void>((resolve) => (allow = resolve));
      network.deleteService = async (taskArn) => {
        await allowed;
        services.delete(taskArn);
      };
      await provider.restore?.([]);
      expect((await allocate('next')).ports[0]?.hostPort).to.equal(first + 1);
      allow();
      await waitFor('the deletion of the Service', () => network.services.size === 0);
      expect(provider.usage?.().used).to.equal(1);
    });

    it('takes the ports up as recorded while the API server is away', async () => {
      const task = await publish('a');
      await restart();
      network.away = true;
      expect(await provider.restore?.([task])).to.deep.equal([task]);
      expect((await allocate('b')).ports[0]?.hostPort).to.equal(first + 1);
    });
  });
});
