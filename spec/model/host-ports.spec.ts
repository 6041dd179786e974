import { expect } from 'chai';
import { hostPortWishes, instanceNetworkOf } from '../../lib/model/host-ports.ts';
import type { PortMapping } from '../../lib/model/task-definition.ts';

describe('the ports of the instance that a task wants', () => {
  const wishes = (networkMode: 'bridge' | 'host', ...portMappings: PortMapping[]) =>
    hostPortWishes({ networkMode, containerDefinitions: [{ name: 'a', portMappings }] });

  const table: [what: string, found: unknown, wanted: unknown][] = [
    [
      'is the one that is mapped',
      wishes('bridge', { containerPort: 80, hostPort: 8080 }),
      [{ container: 'a', containerPort: 80, hostPort: 8080, protocol: 'tcp' }],
    ],
    [
      'is any one for 0',
      wishes('bridge', { containerPort: 53, hostPort: 0, protocol: 'udp' }),
      [{ container: 'a', containerPort: 53, protocol: 'udp' }],
    ],
    [
      "is the container's own in mode host",
      wishes('host', { containerPort: 80 }),
      [{ container: 'a', containerPort: 80, hostPort: 80, protocol: 'tcp' }],
    ],
    [
      'is one for each port of a range',
      wishes('bridge', { containerPortRange: '8000-8001' }),
      [8000, 8001].map((containerPort) => ({ container: 'a', containerPort, protocol: 'tcp' })),
    ],
    ['are of a bridge where nothing is said', instanceNetworkOf({}), 'bridge'],
    ['are none with an interface of its own', instanceNetworkOf({ networkMode: 'awsvpc' }), undefined],
  ];
  for (const [what, found, wanted] of table) it(what, () => expect(found).to.deep.equal(wanted));
});
