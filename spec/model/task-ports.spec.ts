import { expect } from 'chai';
import { networkBindings, publicPortsOf, waitsForAddress } from '../../lib/model/task-ports.ts';

describe('ports of a task', () => {
  it('are TCP unless said otherwise', () => {
    expect(publicPortsOf([{ name: 'web', portMappings: [{ containerPort: 80 }] }])).to.deep.equal([
      { container: 'web', containerPort: 80, protocol: 'tcp' },
    ]);
  });

  it('are one for TCP and one for UDP on the same number', () => {
    const portMappings = [
      { containerPort: 53, protocol: 'tcp' as const },
      { containerPort: 53, protocol: 'udp' as const },
    ];
    expect(publicPortsOf([{ name: 'dns', portMappings }]).map(({ protocol }) => protocol)).to.deep.equal([
      'tcp',
      'udp',
    ]);
  });

  it('are every port of a range', () => {
    const ports = publicPortsOf([{ name: 'web', portMappings: [{ containerPortRange: '8000-8002' }] }]);
    expect(ports.map(({ containerPort }) => containerPort)).to.deep.equal([8000, 8001, 8002]);
  });

  it('belong to the first container that names them', () => {
    const portMappings = [{ containerPort: 80 }];
    expect(
      publicPortsOf([
        { name: 'web', portMappings },
        { name: 'copy', portMappings },
      ]).map(({ container }) => container),
    ).to.deep.equal(['web']);
  });

  const ports = [
    { container: 'web', containerPort: 80, hostPort: 32_000, protocol: 'tcp' as const },
    { container: 'dns', containerPort: 53, hostPort: 32_001, protocol: 'udp' as const },
  ];

  it('are shown as the bindings of their container', () => {
    expect(networkBindings({ provider: 'any', publicIp: '127.0.0.1', ports }, 'dns')).to.deep.equal([
      { bindIP: '127.0.0.1', containerPort: 53, hostPort: 32_001, protocol: 'udp' },
    ]);
  });

  it('are not shown while the address is still to come', () => {
    expect(networkBindings({ provider: 'any', ports }, 'dns')).to.deep.equal([]);
  });

  it('wait for an address only where there are some', () => {
    expect(waitsForAddress({ provider: 'any', ports })).to.equal(true);
    expect(waitsForAddress({ provider: 'any', ports, publicIp: '127.0.0.1' })).to.equal(false);
    expect(waitsForAddress({ provider: 'any', ports: [] })).to.equal(false);
  });
});
