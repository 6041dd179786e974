import { expect } from 'chai';
import {
  type PlacementCandidate,
  type PlacementRequest,
  checkPlacement,
  placeTasks,
} from '../../lib/model/place-tasks.ts';

interface Instance {
  readonly cpu?: number;
  readonly memory?: number;
  readonly peers?: number;
  readonly zone?: string;
}

const candidate = (
  arn: string,
  { cpu = 1024, memory = 2048, peers = 0, zone = 'a' }: Instance,
): PlacementCandidate => ({
  arn,
  subject: {
    agentConnected: true,
    agentVersion: '1.0.0',
    ec2InstanceId: `i-${arn}`,
    registeredAt: '2026-01-01T00:00:00Z',
    runningTasksCount: peers,
    attributes: new Map([['ecs.availability-zone', zone]]),
    taskGroups: new Set(),
  },
  remaining: { cpu, memory },
  peers,
});

const place = (instances: Record<string, Instance>, request: Partial<PlacementRequest>): string[] =>
  placeTasks(
    Object.entries(instances).map(([arn, instance]) => candidate(arn, instance)),
    {
      count: 1,
      constraints: [],
      strategies: [],
      needs: { cpu: 256, memory: 512 },
      mustFit: true,
      random: () => 0,
      ...request,
    },
  ).map((one) => ('failure' in one ? one.failure : one.instanceArn));

describe('placing tasks on container instances', () => {
  it('spreads over instances, the one with the fewest tasks of the group first', () => {
    const strategies = [{ type: 'spread' as const, field: 'instanceId' }];
    expect(place({ x: { peers: 2 }, y: {}, z: { peers: 1 } }, { count: 4, strategies })).to.deep.equal([
      'y',
      'y',
      'z',
      'x',
    ]);
  });

  it('spreads over zones before it looks at instances', () => {
    const strategies = [
      { type: 'spread' as const, field: 'attribute:ecs.availability-zone' },
      { type: 'spread' as const, field: 'host' },
    ];
    const instances = { a1: { zone: 'a' }, a2: { zone: 'a' }, b1: { zone: 'b' } };
    expect(place(instances, { count: 4, strategies })).to.deep.equal(['a1', 'b1', 'a2', 'b1']);
  });

  it('packs by memory: where the least is left that suffices', () => {
    const strategies = [{ type: 'binpack' as const, field: 'memory' }];
    const instances = { x: { memory: 4096 }, y: { memory: 600 }, z: { memory: 500 } };
    expect(place(instances, { count: 3, strategies })).to.deep.equal(['y', 'x', 'x']);
  });

  it('packs by cpu, in whatever case the field is written', () => {
    const strategies = [{ type: 'binpack' as const, field: 'CPU' }];
    expect(place({ x: { cpu: 1024 }, y: { cpu: 512 } }, { count: 3, strategies })).to.deep.equal(['y', 'y', 'x']);
  });

  it('chooses at random without a strategy', () => {
    const picks = [0.9, 0.1, 0.5];
    const random = () => picks.shift() ?? 0;
    expect(place({ x: {}, y: {}, z: {} }, { random })).to.deep.equal(['y']);
  });

  it('places one task on each instance under distinctInstance', () => {
    const constraints = [{ type: 'distinctInstance' as const }];
    const placed = place({ x: {}, y: { peers: 1 }, z: {} }, { count: 3, constraints });
    expect(placed.slice(0, 2).toSorted()).to.deep.equal(['x', 'z']);
    expect(placed[2]).to.equal('DistinctInstance placement constraint unsatisfied.');
  });

  it('places on members only', () => {
    const constraints = [{ type: 'memberOf' as const, expression: 'attribute:ecs.availability-zone == b' }];
    expect(place({ x: {}, y: { zone: 'b' } }, { count: 2, constraints })).to.deep.equal(['y', 'y']);
    expect(place({ x: {} }, { constraints })).to.deep.equal(['MemberOf placement constraint unsatisfied.']);
  });

  it('says what is short, and ignores it where nothing need fit', () => {
    expect(place({ x: { cpu: 255 } }, {})).to.deep.equal(['RESOURCE:CPU']);
    expect(place({ x: { memory: 511 } }, {})).to.deep.equal(['RESOURCE:MEMORY']);
    expect(place({ x: { cpu: 0, memory: 0 } }, { mustFit: false })).to.deep.equal(['x']);
  });

  it('takes what earlier tasks took into account', () => {
    expect(place({ x: { cpu: 600 } }, { count: 3 })).to.deep.equal(['x', 'x', 'RESOURCE:CPU']);
  });

  const faults: readonly (readonly [title: string, check: () => void, text: RegExp])[] = [
    ['more than ten constraints', () => checkPlacement(Array(11).fill({ type: 'distinctInstance' })), /at most 10/],
    ['more than five strategies', () => checkPlacement([], Array(6).fill({ type: 'random' })), /at most 5/],
    ['memberOf without an expression', () => checkPlacement([{ type: 'memberOf' }]), /needs an expression/],
    [
      'distinctInstance with an expression',
      () => checkPlacement([{ type: 'distinctInstance', expression: 'agentConnected == true' }]),
      /cannot have an expression/,
    ],
    ['an expression that cannot be read', () => checkPlacement([{ type: 'memberOf', expression: 'x' }]), /no subject/],
    ['random with a field', () => checkPlacement([], [{ type: 'random', field: 'cpu' }]), /random has no field/],
    ['binpack by something else', () => checkPlacement([], [{ type: 'binpack', field: 'gpu' }]), /cpu or memory/],
    ['spread over something else', () => checkPlacement([], [{ type: 'spread', field: 'cpu' }]), /instanceId or/],
  ];
  for (const [title, check, text] of faults) {
    it(`refuses ${title}`, () => {
      expect(check).to.throw(text);
    });
  }
});
