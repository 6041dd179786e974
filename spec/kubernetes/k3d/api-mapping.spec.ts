import { expect } from 'chai';
import { apiMappingOf } from '../../../lib/kubernetes/k3d/api-mapping.ts';

describe('the host port of the API, where a k3d cluster has it', () => {
  /** As the founding command makes them: `--port "8080:8080@server:0"`. */
  const cluster = (port: string, HostPort: string, iprange = '10.45.2.0/24') => ({
    name: 'kecs-cluster',
    nodes: [
      { role: 'loadbalancer', portMappings: { [port]: [{ HostIp: '', HostPort }] } },
      { role: 'server', runtimeLabels: { 'k3d.cluster.network.iprange': iprange } },
    ],
  });
  const isOwn = async (address: string) => ['127.0.0.1', '10.45.2.1'].includes(address);
  const refusal = (made: ReturnType<typeof cluster>) => apiMappingOf(made, 8080, isOwn).catch(({ message }) => message);

  it('is reached by the nodes at the address that this host has in their network', async () => {
    expect(await apiMappingOf(cluster('8080/tcp', '8080'), 8080, isOwn)).to.deep.equal({
      hostIp: '',
      hostAddress: '10.45.2.1',
    });
  });

  it('is none where the cluster maps others, or datagrams', async () => {
    expect(await apiMappingOf(cluster('8080/tcp', '8080'), 8081, isOwn)).to.equal(undefined);
    expect(await apiMappingOf(cluster('8080/udp', '8080'), 8080, isOwn)).to.equal(undefined);
  });

  it('is left to the cluster that maps it to another port of its nodes', async () => {
    expect(await refusal(cluster('80/tcp', '8080'))).to.equal(
      'Port 8080 of this host belongs to k3d cluster kecs-cluster, which maps it to port 80 of its nodes. Choose another with --port.',
    );
  });

  it('cannot be used where Docker runs in a machine of its own', async () => {
    for (const iprange of ['172.18.0.0/16', '', 'fd00::/64']) {
      expect(await refusal(cluster('8080/tcp', '8080', iprange))).to.include(
        'this host is not the gateway of their network. Choose another with --port.',
      );
    }
  });
});
