import { expect } from 'chai';
import { useFakeTimers } from 'sinon';
import { k3dNameOf } from '../../../lib/kubernetes/k3d/kubeconfig.ts';
import { k3dMappings } from '../../../lib/kubernetes/k3d/port-mappings.ts';
import { mappingsOfK3d } from '../../../lib/kubernetes/k3d/published-ports.ts';
import { silentLog } from '../../../lib/util/log.ts';
import { fakeK3d } from '../../support/fake-k3d.ts';

describe('the port mappings of k3d', () => {
  const listed = JSON.stringify([
    {
      name: 'other',
      nodes: [{ name: 'k3d-other-server-0', portMappings: { '30000/tcp': [{ HostIp: '', HostPort: '1' }] } }],
    },
    {
      name: 'kecs',
      nodes: [
        { name: 'k3d-kecs-server-0', portMappings: { '30001/tcp': [{ HostIp: '127.0.0.1', HostPort: '32001' }] } },
        {
          name: 'k3d-kecs-serverlb',
          portMappings: { '30000/tcp': [{ HostIp: '0.0.0.0', HostPort: '32000' }], '30002/udp': null },
        },
        { name: 'k3d-kecs-tools' },
      ],
    },
  ]);
  const tcp = (hostPort: number, nodePort: number, address = '127.0.0.1') => ({
    address,
    hostPort,
    nodePort,
    protocol: 'tcp' as const,
  });

  it('are those of the server node and of the load balancer', () => {
    const mappings = k3dMappings(listed, 'kecs');
    expect(mappings.has(tcp(32000, 30000))).to.equal(true);
    expect(mappings.has(tcp(32001, 30001))).to.equal(true);
  });

  it('hold for their NodePort, protocol and cluster only', () => {
    const mappings = k3dMappings(listed, 'kecs');
    expect(mappings.has(tcp(32000, 30001))).to.equal(false);
    expect(mappings.has({ ...tcp(32000, 30000), protocol: 'udp' })).to.equal(false);
    expect(mappings.has(tcp(1, 30000))).to.equal(false);
    expect(k3dMappings(listed, 'none').has(tcp(32000, 30000))).to.equal(false);
  });

  describe('on an address of the host', () => {
    const of = (...hostIps: (string | undefined)[]) => {
      const bindings = hostIps.map((HostIp) => ({ ...(HostIp !== undefined && { HostIp }), HostPort: '32000' }));
      const nodes = [{ name: 'k3d-kecs-server-0', portMappings: { '30000/tcp': bindings } }];
      return k3dMappings(JSON.stringify([{ name: 'kecs', nodes }]), 'kecs');
    };
    const cases: readonly (readonly [announced: string, hostIps: (string | undefined)[], mapped: boolean])[] = [
      ['127.0.0.1', ['127.0.0.1'], true],
      ['localhost', ['127.0.0.1'], true],
      ['127.0.0.1', ['0.0.0.0'], true],
      ['127.0.0.1', [''], true],
      ['127.0.0.1', [undefined], true],
      ['127.0.0.1', ['127.0.0.2'], false],
      ['127.0.0.2', ['127.0.0.1'], false],
      ['127.0.0.2', ['127.0.0.1', '127.0.0.2'], true],
      ['192.0.2.7', ['127.0.0.1'], false],
      ['0.0.0.0', ['127.0.0.1'], false],
      ['0.0.0.0', ['0.0.0.0'], true],
      ['::1', ['0.0.0.0'], false],
      ['::1', ['0.0.0.0', '::'], true],
    ];
    for (const [announced, hostIps, mapped] of cases) {
      it(`${mapped ? 'hold' : 'do not hold'} for ${announced} with HostIp ${hostIps.map((ip) => `"${ip ?? 'none'}"`).join(' and ')}`, () => {
        expect(of(...hostIps).has(tcp(32000, 30000, announced))).to.equal(mapped);
      });
    }
  });

  it('are read anew when they are asked for so, once in a second', async () => {
    const none = JSON.stringify([{ name: 'kecs', nodes: [] }]);
    const fake = await fakeK3d({ 'cluster list': [{ out: none }, { out: listed }] });
    const clock = useFakeTimers({ now: 0, toFake: ['Date'] });
    try {
      const mappings = await mappingsOfK3d('kecs', silentLog, fake);
      expect(await mappings.has(tcp(32000, 30000), 'fresh')).to.equal(false);
      clock.tick(1_000);
      expect(await mappings.has(tcp(32000, 30000), 'kept')).to.equal(false);
      expect(await mappings.has(tcp(32000, 30000), 'fresh')).to.equal(true);
      expect(await mappings.has(tcp(32000, 30000), 'kept')).to.equal(true);
      expect(await fake.calls()).to.have.length(2);
    } finally {
      clock.restore();
      await fake.remove();
    }
  });

  it('are looked for where the context or a node is named as k3d names them', () => {
    expect(k3dNameOf('k3d-kecs', [])).to.equal('kecs');
    expect(k3dNameOf('mine', ['k3d-my-own-server-0'])).to.equal('my-own');
    expect(k3dNameOf('default', ['node-1'])).to.equal(undefined);
  });
});
