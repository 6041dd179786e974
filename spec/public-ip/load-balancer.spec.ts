import { expect } from 'chai';
import { chooseAddress } from '../../lib/public-ip/choose-address.ts';
import { createLoadBalancerProvider } from '../../lib/public-ip/load-balancer.ts';
import type { PublicIpAssignment, PublicIpProvider } from '../../lib/public-ip/public-ip-provider.ts';
import type { BalancedService, LoadBalancerNetwork, NoAddress } from '../../lib/public-ip/service-network.ts';
import { silentLog } from '../../lib/util/log.ts';
import { type MemoryServices, createMemoryServices } from '../support/memory-services.ts';
import { waitFor } from '../support/wait-for.ts';

const arn = (id: string) => `arn:aws:ecs:us-east-1:000000000000:task/web/${id}`;
const web = { container: 'web', containerPort: 80, protocol: 'tcp' } as const;

describe('the load-balancer provider', () => {
  let network: MemoryServices<BalancedService>;
  let provider: PublicIpProvider;
  let changed: string[];
  let noAddress: NoAddress;
  const served: string[] = [];
  const started: PublicIpProvider[] = [];

  const start = (seconds = 60): PublicIpProvider => {
    const whole: LoadBalancerNetwork = Object.assign(network, {
      whenServed: async (taskArn: string) => void served.push(taskArn),
      whyNoAddress: async () => noAddress,
    });
    const made = createLoadBalancerProvider({ seconds, network: async () => whole, log: silentLog });
    changed = [];
    made.watch?.((taskArn) => changed.push(taskArn));
    started.push(made);
    return made;
  };
  const allocate = (id: string) => provider.allocate({ taskArn: arn(id), ports: [web] });
  const publish = (id: string): Promise<PublicIpAssignment> =>
    provider.publish?.({ taskArn: arn(id), ports: [] }) ?? Promise.reject(new Error('It publishes nothing.'));
  const give = (id: string, ...addresses: string[]) => network.change({ taskArn: arn(id), ports: [web], addresses });
  const open = (id: string) =>
    provider.open(
      { taskArn: arn(id), ports: [] },
      { taskArn: arn(id), address: '10.42.0.1', route: async () => ({ host: '10.42.0.1', port: 80 }) },
    );
  const refusal = (id: string): Promise<Error> =>
    publish(id).then(
      () => new Error('It was published.'),
      (error: Error) => error,
    );

  beforeEach(() => {
    network = createMemoryServices<BalancedService>((service) => ({ ...service, addresses: [] }));
    noAddress = { service: 'task-a in the namespace web-us-east-1' };
    served.length = 0;
    provider = start();
  });
  afterEach(() => Promise.all(started.splice(0).map(async (one) => one.close?.())));

  describe('of several addresses', () => {
    const cases: readonly (readonly [string, string[], string | undefined, string | undefined])[] = [
      ['takes none where there is none', [], undefined, undefined],
      ['takes the only one', ['192.0.2.1'], undefined, '192.0.2.1'],
      ['keeps what the task has', ['192.0.2.1', '192.0.2.2'], '192.0.2.2', '192.0.2.2'],
      ['takes another where that is gone', ['192.0.2.1'], '192.0.2.2', '192.0.2.1'],
      ['prefers IPv4', ['2001:db8::1', 'lb.example.test', '192.0.2.1'], undefined, '192.0.2.1'],
      ['prefers an address to a name', ['lb.example.test', '2001:db8::1'], undefined, '2001:db8::1'],
      ['takes a name where there is no address', ['lb.example.test'], undefined, 'lb.example.test'],
    ];
    for (const [title, addresses, current, expected] of cases) {
      it(title, () => expect(chooseAddress(addresses, current)).to.equal(expected));
    }
  });

  it("allocates the containers' own ports without an address, and without asking for the cluster", async () => {
    network.away = true;
    expect(await allocate('a')).to.deep.equal({ taskArn: arn('a'), ports: [{ ...web, hostPort: 80 }] });
    expect(network.services.size).to.equal(0);
  });

  it('publishes without an address, tells when it has come, and answers it then', async () => {
    await allocate('a');
    expect(await publish('a')).not.to.have.property('publicIp');
    expect(changed).to.deep.equal([]);
    give('a', '192.0.2.1');
    expect(changed).to.deep.equal([arn('a')]);
    expect(await publish('a')).to.have.property('publicIp', '192.0.2.1');
    give('a', '192.0.2.1');
    expect(changed).to.deep.equal([arn('a')]);
  });

  it('opens when the Service has its endpoint', async () => {
    await allocate('a');
    await publish('a');
    await open('a');
    expect(served).to.deep.equal([arn('a')]);
  });

  it('makes no Service for a task without ports, and does not end its wait', async () => {
    provider = start(0.01);
    await provider.allocate({ taskArn: arn('a'), ports: [] });
    await publish('a');
    await allocate('b');
    await publish('b');
    await waitFor('the end of the wait of the other', () => changed.includes(arn('b')));
    expect(changed).not.to.include(arn('a'));
    expect([...network.services.keys()]).to.deep.equal([arn('b')]);
  });

  describe('when no address comes', () => {
    const overdue = async () => {
      provider = start(0.01);
      await allocate('a');
      await publish('a');
      await waitFor('the end of the wait', () => changed.includes(arn('a')));
    };

    it('refuses the task with the Service, what is probably missing and the way out', async () => {
      await overdue();
      const { name, message } = await refusal('a');
      expect(name).to.equal('PublicIpUnavailable');
      expect(message).to.match(
        /^The Service task-a in the namespace web-us-east-1 was given no address .* within 0.01 s\./,
      );
      expect(message).to.include('no load balancer controller').and.include('"node-port"');
    });

    it("cites what the cluster's controller says", async () => {
      noAddress = { service: 'task-a', reason: 'Its load balancer says: no address is left.' };
      await overdue();
      expect((await refusal('a')).message)
        .to.include('Its load balancer says: no address is left. Or set')
        .and.not.include('Nothing in Kubernetes');
    });

    it('goes on waiting while the API server is away, and looks before it gives up', async () => {
      await overdue();
      network.away = true;
      expect((await refusal('a')).message).to.equal('The API server does not answer.');
      network.away = false;
      // Unseen: nobody is told.
      network.services.set(arn('a'), { taskArn: arn('a'), ports: [web], addresses: ['192.0.2.9'] });
      expect(await publish('a')).to.have.property('publicIp', '192.0.2.9');
    });

    it('lets a task that was reached wait for its next address', async () => {
      provider = start(0.01);
      await allocate('a');
      await publish('a');
      give('a', '192.0.2.1');
      await publish('a');
      await open('a');
      give('a');
      await publish('a');
      await allocate('b');
      await publish('b');
      await waitFor('the end of the wait of the other', () => changed.includes(arn('b')));
      expect(changed).to.deep.equal([arn('a'), arn('a'), arn('b')]);
      expect(await publish('a')).not.to.have.property('publicIp');
    });
  });

  describe('when the Service is deleted', () => {
    it('tells of it, and makes it again', async () => {
      await allocate('a');
      await publish('a');
      give('a', '192.0.2.1');
      changed = [];
      network.deleteUnderUs(arn('a'));
      expect(new Set(changed)).to.deep.equal(new Set([arn('a')]));
      expect(await publish('a')).not.to.have.property('publicIp');
      expect([...network.services.keys()]).to.deep.equal([arn('a')]);
    });

    it('tells of nothing where it was released', async () => {
      await allocate('a');
      await publish('a');
      await provider.release(arn('a'));
      expect(network.services.size).to.equal(0);
      expect(changed).to.deep.equal([]);
    });
  });

  describe('after a restart', () => {
    const restart = async () => {
      await provider.close?.();
      provider = start();
    };
    const published = async (id: string) => {
      await allocate(id);
      await publish(id);
      give(id, '192.0.2.1');
      return publish(id);
    };

    it('answers what tasks had', async () => {
      const task = await published('a');
      await restart();
      expect(await provider.restore?.([task])).to.deep.equal([task]);
      expect(changed).to.deep.equal([]);
    });

    it('answers the address that came meanwhile', async () => {
      await allocate('a');
      const waiting = await publish('a');
      await restart();
      give('a', '192.0.2.7');
      expect(await provider.restore?.([waiting])).to.deep.equal([{ ...waiting, publicIp: '192.0.2.7' }]);
    });

    it('answers no address where the Service was deleted, and makes that again', async () => {
      const task = await published('a');
      network.services.clear();
      await restart();
      const [restored] = (await provider.restore?.([task])) ?? [];
      expect(restored).not.to.have.property('publicIp');
      expect([...network.services.keys()]).to.deep.equal([arn('a')]);
    });

    it('takes what is recorded while the API server is away, and has it published once more', async () => {
      const task = await published('a');
      await restart();
      network.away = true;
      expect(await provider.restore?.([task])).to.deep.equal([task]);
      expect(changed).to.deep.equal([arn('a')]);
    });

    it('ends the wait of a task that had no address yet', async () => {
      await allocate('a');
      const waiting = await publish('a');
      await provider.close?.();
      provider = start(0.01);
      await provider.restore?.([waiting]);
      await waitFor('the end of the wait', () => changed.includes(arn('a')));
      expect((await refusal('a')).name).to.equal('PublicIpUnavailable');
    });

    it('deletes the Service of a task that ended meanwhile', async () => {
      await published('ended');
      await restart();
      await provider.restore?.([]);
      await waitFor('the deletion of the Service', () => network.services.size === 0);
      expect(changed).to.deep.equal([]);
    });
  });
});
