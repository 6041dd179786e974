import { expect } from 'chai';
import { describeNetworkInterfaces } from '../../lib/ec2/describe-network-interfaces.ts';
import type { NetworkInterface } from '../../lib/ec2/network-interface.ts';

const scope = { account: '000000000000', region: 'us-east-1' };

function eni(number: number, publicIp?: string): NetworkInterface {
  return {
    ...scope,
    id: `eni-${number}`,
    description: `arn:aws:ecs:us-east-1:000000000000:attachment/${number}`,
    subnetId: 'subnet-1',
    availabilityZone: 'us-east-1a',
    macAddress: '02:00:00:00:00:01',
    privateDnsName: `ip-10-0-0-${number}.ec2.internal`,
    privateIp: `10.0.0.${number}`,
    ...(publicIp !== undefined && { publicIp }),
  };
}

const ours = [eni(1, '127.0.0.1'), eni(2), eni(3, '127.0.0.9')];

interface Described {
  readonly networkInterfaceSet: readonly { networkInterfaceId: string; association?: object }[];
  readonly nextToken?: string;
}

function describeWith(query: string, interfaces = ours): Described | undefined {
  return describeNetworkInterfaces(new URLSearchParams(query), interfaces) as Described | undefined;
}

const idsOf = (query: string): string[] | undefined =>
  describeWith(query)?.networkInterfaceSet.map(({ networkInterfaceId }) => networkInterfaceId);

describe('DescribeNetworkInterfaces', () => {
  it('finds by id', () => {
    expect(idsOf('NetworkInterfaceId.1=eni-3&NetworkInterfaceId.2=eni-1')).to.deep.equal(['eni-1', 'eni-3']);
  });

  const found: readonly [string, string[]][] = [
    ['Filter.1.Name=network-interface-id&Filter.1.Value.1=eni-2', ['eni-2']],
    ['Filter.1.Name=network-interface-id&Filter.1.Value.1=eni-2&Filter.1.Value.2=eni-stranger', ['eni-2']],
    ['Filter.1.Name=private-ip-address&Filter.1.Value.1=10.0.0.3', ['eni-3']],
    ['Filter.1.Name=addresses.private-ip-address&Filter.1.Value.1=10.0.0.3', ['eni-3']],
    ['Filter.1.Name=association.public-ip&Filter.1.Value.1=127.0.0.1', ['eni-1']],
    ['Filter.1.Name=description&Filter.1.Value.1=*attachment/2', ['eni-2']],
    ['Filter.1.Name=description&Filter.1.Value.1=*attachment/?', ['eni-1', 'eni-2', 'eni-3']],
    ['Filter.1.Name=status&Filter.1.Value.1=in-use', ['eni-1', 'eni-2', 'eni-3']],
    [
      'Filter.1.Name=subnet-id&Filter.1.Value.1=subnet-1&Filter.2.Name=association.public-ip&Filter.2.Value.1=*',
      ['eni-1', 'eni-3'],
    ],
    ['NetworkInterfaceId.1=eni-1&Filter.1.Name=status&Filter.1.Value.1=available', []],
  ];
  for (const [query, ids] of found) {
    it(`finds ${ids.join(', ') || 'nothing'} by ${query}`, () => {
      expect(idsOf(query)).to.deep.equal(ids);
    });
  }

  const passedOn = [
    '',
    'NetworkInterfaceId.1=eni-stranger',
    'NetworkInterfaceId.1=eni-1&NetworkInterfaceId.2=eni-stranger',
    'Filter.1.Name=private-ip-address&Filter.1.Value.1=10.9.9.9',
    'Filter.1.Name=private-ip-address&Filter.1.Value.1=10.0.0.',
    'Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-1',
    'Filter.1.Name=constructor&Filter.1.Value.1=*',
    'Filter.1.Name=status',
  ];
  for (const query of passedOn) {
    it(`leaves "${query}" to others`, () => {
      expect(describeWith(query)).to.equal(undefined);
    });
  }

  it('shows an association only where there is a public address', () => {
    const described = describeWith('Filter.1.Name=status&Filter.1.Value.1=in-use');
    expect(described?.networkInterfaceSet.map(({ association }) => association)).to.deep.equal([
      { publicIp: '127.0.0.1', publicDnsName: 'localhost', ipOwnerId: 'amazon' },
      undefined,
      { publicIp: '127.0.0.9', publicDnsName: '', ipOwnerId: 'amazon' },
    ]);
  });

  it('shows the name of a load balancer that has no address as the public name, too', () => {
    const [described] =
      describeWith('NetworkInterfaceId.1=eni-1', [eni(1, 'lb.example.test')])?.networkInterfaceSet ?? [];
    expect(described?.association).to.include({ publicIp: 'lb.example.test', publicDnsName: 'lb.example.test' });
  });

  it('answers page by page', () => {
    const many = Array.from({ length: 12 }, (_, index) => eni(index));
    const query = 'Filter.1.Name=status&Filter.1.Value.1=in-use&MaxResults=5';
    const seen: string[] = [];
    let page = describeWith(query, many);
    while (page) {
      seen.push(...page.networkInterfaceSet.map(({ networkInterfaceId }) => networkInterfaceId));
      page = page.nextToken ? describeWith(`${query}&NextToken=${page.nextToken}`, many) : undefined;
    }
    expect(seen).to.deep.equal(many.map(({ id }) => id));
  });

  it('refuses a page size and a token that cannot be', () => {
    const query = 'NetworkInterfaceId.1=eni-1';
    expect(() => describeWith(`${query}&MaxResults=4`))
      .to.throw()
      .with.property('code', 'InvalidParameterValue');
    expect(() => describeWith(`${query}&NextToken=x`))
      .to.throw()
      .with.property('code', 'InvalidNextToken');
  });
});
