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
  const ownAddresses = ['127.0.0.1', '::1', '192.168.1.5', '10.45.2.1'];

  it('is reached by the nodes at the address that this host has in their network', () => {
    expect(apiMappingOf(cluster('8080/tcp', '8080'), 8080, ownAddresses)).to.deep.equal({
      hostIp: '',
      hostAddress: '10.45.2.1',
    });
  });

  it('is none where the cluster maps others, or datagrams', () => {
    expect(apiMappingOf(cluster('8080/tcp', '8080'), 8081, ownAddresses)).to.equal(undefined);
    expect(apiMappingOf(cluster('8080/udp', '8080'), 8080, ownAddresses)).to.equal(undefined);
  });

  it('is left to the cluster that maps it to another port of its nodes', () => {
    expect(() => apiMappingOf(cluster('80/tcp', '8080'), 8080, ownAddresses)).to.throw(
      'Port 8080 of this host belongs to k3d cluster kecs-cluster, which maps it to port 80 of its nodes. Choose another with --port.',
    );
  });

  it('cannot be used where Docker runs in a machine of its own', () => {
    for (const iprange of ['172.18.0.0/16', '', 'fd00::/64']) {
      expect(() => apiMappingOf(cluster('8080/tcp', '8080', iprange), 8080, ownAddresses)).to.throw(
        "none of this host's addresses is in their network. Choose another with --port.",
      );
    }
  });
});
