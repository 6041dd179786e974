import { expect } from 'chai';
import { type listenOn, bindPort } from '../../lib/public-ip/bind-port.ts';
import { ask } from '../../lib/public-ip/contract/ask.ts';
import { type EchoServer, startEchoServer } from '../../lib/public-ip/contract/echo-server.ts';
import { type LoopbackOptions, createLoopbackProvider } from '../../lib/public-ip/loopback.ts';
import { createLoopbackPorts } from '../../lib/public-ip/loopback-ports.ts';
import { loopbackRange } from '../../lib/public-ip/loopback-range.ts';
import type { PublicIpProvider, RequestedPort } from '../../lib/public-ip/public-ip-provider.ts';
import { silentLog } from '../../lib/util/log.ts';
import { freeLoopbackRange } from '../support/free-loopback-range.ts';
import { type MemoryLoopbackNetwork, createMemoryLoopbackNetwork } from '../support/memory-loopback-network.ts';
import { waitFor } from '../support/wait-for.ts';

const arn = (id: string) => `arn:aws:ecs:us-east-1:000000000000:task/web/${id}`;

describe('the loopback provider', () => {
  let network: MemoryLoopbackNetwork;
  let range: string;
  let container: EchoServer;
  let provider: PublicIpProvider;
  const started: PublicIpProvider[] = [];

  const start = (options: Partial<LoopbackOptions> = {}) => {
    const made = createLoopbackProvider({
      loopbackRange: range,
      network: async () => network,
      log: silentLog,
      ...options,
    });
    started.push(made);
    return made;
  };
  const web = (): RequestedPort => ({ container: 'web', containerPort: container.port, protocol: 'tcp' });
  const allocate = (id: string) => provider.allocate({ taskArn: arn(id), ports: [web()] });
  const publish = async (id: string) => {
    const assignment = await allocate(id);
    return (await provider.publish?.(assignment)) ?? assignment;
  };
  const address = (n: number) => range.replace(/(\d+)\/\d+$/, (_, last: string) => String(Number(last) + n));
  const listen = (at: string) => bindPort({ address: at, port: container.port, protocol: 'tcp' });
  const failing =
    (code: string): typeof listenOn =>
    async () => {
      throw Object.assign(new Error(code), { code });
    };
  const refusal = async (code: string): Promise<Error> => {
    provider = start({ ports: createLoopbackPorts(silentLog, failing(code)) });
    return allocate('a').then(
      () => new Error('An address was given.'),
      (error: Error) => error,
    );
  };

  beforeEach(async () => {
    network = createMemoryLoopbackNetwork();
    range = freeLoopbackRange(29);
    container = await startEchoServer();
    provider = start();
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map(async (one) => one.close?.()));
    await container.close();
  });

  describe('the option loopbackRange', () => {
    it('is a block of addresses within 127.0.0.0/8', () => {
      const first = 0x7f4d0000;
      expect(loopbackRange('127.77.0.0/16')).to.deep.equal({ first: first + 1, last: first + 0xfffe });
    });

    for (const wrong of ['10.0.0.0/16', '127.77.0.0', '127.77.0.1/16', '127.0.0.300/24', '127.0.0.0/7', '127.0.0.0/31'])
      it(`is refused when it is ${wrong}`, () => {
        expect(() => loopbackRange(wrong)).to.throw(`The option publicIp.loopbackRange is "${wrong}"`);
      });
  });

  describe('allocating', () => {
    it("gives each task an address of its own with the containers' own ports, without asking for the cluster", async () => {
      provider = start({ network: () => Promise.reject(new Error('The Kubernetes client was asked for.')) });
      const tasks = await Promise.all([allocate('a'), allocate('b')]);
      expect(tasks.map(({ publicIp }) => publicIp)).to.deep.equal([address(1), address(2)]);
      for (const { ports } of tasks) expect(ports).to.deep.equal([{ ...web(), hostPort: container.port }]);
      expect(provider.usage?.()).to.deep.equal({ used: 2, total: 6 });
    });

    it('does not give a freed address again at once', async () => {
      await allocate('a');
      await provider.release(arn('a'));
      expect((await allocate('b')).publicIp).to.equal(address(2));
    });

    it('says when no address is left, and gives one again that was released', async () => {
      for (let n = 1; n <= 6; n++) await allocate(`task-${n}`);
      const error = await allocate('seventh').catch((thrown: Error) => thrown);
      expect(error).to.have.property('name', 'PublicPortsExhausted');
      expect(error)
        .to.have.property('message')
        .that.includes(`of the 6 from ${address(1)} to ${address(6)}`);
      await provider.release(arn('task-3'));
      expect((await allocate('seventh')).publicIp).to.equal(address(3));
    });

    it('skips an address on which a program listens on the port', async () => {
      const other = await listen(address(1));
      expect((await allocate('a')).publicIp).to.equal(address(2));
      await other?.close();
    });

    it('says that a program listens on every address', async () => {
      await container.close();
      const everywhere = await listen('0.0.0.0');
      const error = await allocate('a').catch((thrown: Error) => thrown);
      await everywhere?.close();
      container = await startEchoServer();
      expect(error).to.have.property('name', 'PublicPortsExhausted');
      expect(error).to.have.property('message').that.includes('listens on 0.0.0.0');
    });

    it('says how a port of root may be had', async () => {
      const { name, message } = await refusal('EACCES');
      expect(name).to.equal('PublicPortsExhausted');
      expect(message).to.include(`sudo sysctl net.ipv4.ip_unprivileged_port_start=${container.port}`);
    });

    it('says what to do on a host that has 127.0.0.1 alone', async () => {
      const { name, message } = await refusal('EADDRNOTAVAIL');
      expect(name).to.equal('PublicPortsExhausted');
      expect(message).to.include(`sudo ifconfig lo0 alias ${address(1)}`);
    });

    it('keeps nothing of an allocation that failed', async () => {
      await refusal('EACCES');
      expect(provider.usage?.().used).to.equal(0);
    });
  });

  describe('publishing', () => {
    it('creates a Service with the ports of the task', async () => {
      await publish('a');
      expect(network.services.get(arn('a'))?.ports).to.deep.equal([web()]);
    });

    it('creates none for a task without ports', async () => {
      await provider.publish?.(await provider.allocate({ taskArn: arn('a'), ports: [] }));
      expect(network.services.size).to.equal(0);
    });
  });

  describe('when somebody deletes the Service', () => {
    const changed: string[] = [];
    beforeEach(() => {
      changed.length = 0;
      provider.watch?.((taskArn) => changed.push(taskArn));
    });

    it('tells of it, and makes it again', async () => {
      const assignment = await publish('a');
      network.deleteUnderUs(arn('a'));
      expect(changed).to.deep.equal([arn('a')]);
      expect(await provider.publish?.(assignment)).to.deep.equal(assignment);
      expect([...network.services.keys()]).to.deep.equal([arn('a')]);
    });

    it('tells of nothing where the task was released', async () => {
      await publish('a');
      await provider.release(arn('a'));
      expect(changed).to.deep.equal([]);
    });

    it('has a task published again whose Service is not known after a restart', async () => {
      const task = await publish('a');
      await provider.close?.();
      provider = start();
      provider.watch?.((taskArn) => changed.push(taskArn));
      network.away = true;
      await provider.restore?.([task]);
      expect(changed).to.deep.equal([arn('a')]);
    });
  });

  describe('releasing', () => {
    it('frees the address at once and deletes the Service as soon as the API server answers', async () => {
      const { publicIp } = await publish('a');
      network.away = true;
      await provider.release(arn('a'));
      expect(provider.usage?.().used).to.equal(0);
      const free = await listen(publicIp ?? '');
      expect(free?.port).to.equal(container.port);
      await free?.close();
      network.away = false;
      await waitFor('the deletion of the Service', () => network.services.size === 0);
    });

    it('asks the cluster for nothing when the task was never published', async () => {
      network.away = true;
      await allocate('a');
      await provider.release(arn('a'));
      expect(provider.usage?.().used).to.equal(0);
    });
  });

  describe('after a restart', () => {
    const restart = async () => {
      await provider.close?.();
      provider = start();
    };

    it('gives another address where a program took the port meanwhile', async () => {
      const task = await publish('a');
      await restart();
      const other = await listen(address(1));
      const [restored] = (await provider.restore?.([task])) ?? [];
      expect(restored).to.deep.equal({ ...task, publicIp: address(2) });
      await provider.open(restored ?? task, {
        taskArn: arn('a'),
        address: '127.0.0.1',
        route: async () => ({ host: '127.0.0.1', port: 9 }),
      });
      expect(await ask({ publicIp: address(2), hostPort: container.port, protocol: 'tcp' }, 'hello')).to.equal('hello');
      await other?.close();
    });

    it('makes a Service again that somebody deleted', async () => {
      const task = await publish('a');
      network.services.clear();
      await restart();
      expect(await provider.restore?.([task])).to.deep.equal([task]);
      expect([...network.services.keys()]).to.deep.equal([arn('a')]);
    });

    it('deletes the Service of a task that ended meanwhile', async () => {
      await publish('ended');
      await restart();
      await provider.restore?.([]);
      await waitFor('the deletion of the Service', () => network.services.size === 0);
    });

    it('takes the address up as recorded while the API server is away', async () => {
      const task = await publish('a');
      await restart();
      network.away = true;
      expect(await provider.restore?.([task])).to.deep.equal([task]);
      expect((await allocate('b')).publicIp).to.equal(address(2));
    });
  });
});
