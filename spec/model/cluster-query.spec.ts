import { expect } from 'chai';
import { type QuerySubject, parseQuery } from '../../lib/model/cluster-query.ts';

const subject: QuerySubject = {
  agentConnected: true,
  agentVersion: '1.10.2',
  ec2InstanceId: 'i-0abc',
  registeredAt: '2026-02-18T22:28:28.000Z',
  runningTasksCount: 3,
  attributes: new Map([
    ['ecs.instance-type', 't2.small'],
    ['ecs.availability-zone', 'us-east-1a'],
    ['stack', ''],
  ]),
  taskGroups: new Set(['service:production', 'family:db']),
};

/** The examples of "Create expressions to define container instances for Amazon ECS tasks", and what surrounds them. */
const cases: readonly (readonly [expression: string, holds: boolean])[] = [
  ['attribute:ecs.instance-type == t2.small', true],
  ['attribute:ecs.instance-type==t2.small', true],
  ['attribute:ecs.instance-type equals t2.micro', false],
  ['attribute:ecs.instance-type != t2.micro', true],
  ['attribute:none != t2.micro', true],
  ['attribute:ecs.availability-zone in [us-east-1a, us-east-1b]', true],
  ['attribute:ecs.availability-zone in [us-east-1c]', false],
  ['attribute:ecs.availability-zone not_in [us-east-1c]', true],
  ['attribute:ecs.availability-zone !in [us-east-1a]', false],
  ["ec2InstanceId in ['i-0abc','i-wxyx7890']", true],
  ['attribute:stack exists', true],
  ['attribute:stack !exists', false],
  ['attribute:none not_exists', true],
  ['attribute:ecs.instance-type =~ t2.*', true],
  ['attribute:ecs.instance-type =~ t', false],
  ['attribute:ecs.instance-type !~ g2.*', true],
  ['attribute:ecs.instance-type matches (t2|t3).small', true],
  ['(attribute:ecs.instance-type =~ t2.*)', true],
  ['attribute:ecs.instance-type == t2.small or attribute:ecs.availability-zone == us-east-1d', true],
  ['attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1d', false],
  ['attribute:ecs.instance-type == g or attribute:stack exists and agentConnected == true', true],
  ['(attribute:stack exists || agentConnected == false) && runningTasksCount > 3', false],
  ['task:group == service:production', true],
  ['not(task:group == database)', true],
  ['!(task:group == family:db)', false],
  ['runningTasksCount >= 3', true],
  ['runningTasksCount less_than 10', true],
  ['agentVersion > 1.9.0', true],
  ['agentVersion < 1.9.0', false],
  ['registeredAt >= 2026-02-18T00:00:00Z', true],
  ['attribute:ecs.instance-type == "t2.small"', true],
];

describe('the cluster query language', () => {
  for (const [expression, holds] of cases) {
    it(`${holds ? 'finds' : 'does not find'} ${expression}`, () => {
      expect(parseQuery(expression)(subject)).to.equal(holds);
    });
  }

  const faults: readonly (readonly [expression: string, fault: string])[] = [
    ['', 'ends too early'],
    ['attribute:a ==', 'ends too early'],
    ['attribute:a', 'has no operator after its subject'],
    ['colour == red', "asks for 'colour', which is no subject"],
    ['attribute:a == b c', "has 'c' where its end should be"],
    ['(attribute:a == b', "lacks a ')'"],
    ['attribute:a in [b', "lacks a ']'"],
    ['attribute:a in b', 'needs a list in brackets after its operator'],
    ["attribute:a == 'b", "cannot be read from ''b' on"],
  ];
  for (const [expression, fault] of faults) {
    it(`refuses '${expression}'`, () => {
      expect(() => parseQuery(expression)).to.throw(`Invalid expression: '${expression}' ${fault}.`);
    });
  }

  it('refuses a pattern that is none', () => {
    expect(() => parseQuery('attribute:a =~ [b')).to.throw(/has a pattern that cannot be read/);
  });
});
