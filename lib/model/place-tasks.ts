import type * as ecs from '@aws-sdk/client-ecs';
import { invalidParameter } from '../errors.ts';
import { type Query, type QuerySubject, parseQuery } from './cluster-query.ts';
import type { Wire } from './wire.ts';

export type PlacementConstraint = Wire<ecs.PlacementConstraint>;
export type PlacementStrategy = Wire<ecs.PlacementStrategy>;

/** A container instance that tasks can be placed on. */
export interface PlacementCandidate {
  readonly arn: string;
  readonly subject: QuerySubject;
  /** What tasks have left of it: cpu units and MiB. */
  readonly remaining: Resources;
  /** The tasks of the same service, or of the same group, that are on it. */
  readonly peers: number;
}

export interface Resources {
  readonly cpu: number;
  readonly memory: number;
}

export interface PlacementRequest {
  readonly count: number;
  readonly constraints: readonly PlacementConstraint[];
  readonly strategies: readonly PlacementStrategy[];
  /** What each of the tasks takes. */
  readonly needs: Resources;
  /** Whether a task only goes where what it takes is left. */
  readonly mustFit: boolean;
  /** Between 0 and 1, as Math.random. */
  readonly random: () => number;
}

export type Placed = { readonly instanceArn: string } | { readonly failure: string };

/** Chooses an instance for each task, one after the other, as each changes what is left for the next ("How Amazon ECS places tasks on container instances"). */
export function placeTasks(candidates: readonly PlacementCandidate[], request: PlacementRequest): Placed[] {
  const rules = rulesOf(request);
  const placed: Placed[] = [];
  let open = candidates;
  for (let i = 0; i < request.count; i++) {
    const chosen = choose(open, rules, request);
    placed.push(typeof chosen === 'string' ? { failure: chosen } : { instanceArn: chosen.arn });
    open = open.map((one) => (one === chosen ? withTask(one, request.needs) : one));
  }
  return placed;
}

/** @throws InvalidParameterException when a constraint or strategy is none ("PlacementConstraint", "PlacementStrategy", API reference). */
export function checkPlacement(
  constraints: readonly PlacementConstraint[] = [],
  strategies: readonly PlacementStrategy[] = [],
): void {
  if (constraints.length > 10) throw invalidParameter('A task can have at most 10 placement constraints.');
  if (strategies.length > 5) throw invalidParameter('A task can have at most 5 placement strategies.');
  rulesOf({ constraints, strategies, random: () => 0 });
}

/** Whether the memberOf constraints allow tasks on an instance. */
export const mayHost = (subject: QuerySubject, constraints: readonly PlacementConstraint[]): boolean =>
  constraints.every((constraint) => queryOf(constraint)?.(subject) ?? true);

interface Rules {
  readonly distinct: boolean;
  readonly queries: readonly Query[];
  readonly orders: readonly Order[];
}

/** The less, the sooner; equal ones are left to the next strategy. */
type Order = (candidate: PlacementCandidate, all: readonly PlacementCandidate[]) => number;

function rulesOf({
  constraints,
  strategies,
  random,
}: Pick<PlacementRequest, 'constraints' | 'strategies' | 'random'>): Rules {
  return {
    distinct: constraints.some(({ type }) => type === 'distinctInstance'),
    queries: constraints.flatMap((constraint) => queryOf(constraint) ?? []),
    orders: [...strategies.map((strategy) => orderOf(strategy, random)), random],
  };
}

function queryOf({ type, expression }: PlacementConstraint): Query | undefined {
  if (type === 'distinctInstance') {
    if (expression === undefined) return undefined;
    throw invalidParameter('The placement constraint distinctInstance cannot have an expression.');
  }
  if (!expression) throw invalidParameter('The placement constraint memberOf needs an expression.');
  return parseQuery(expression);
}

function orderOf({ type, field = '' }: PlacementStrategy, random: () => number): Order {
  if (type === 'binpack') return packed(field.toLowerCase());
  if (type === 'spread') return spread(field);
  if (field !== '') throw invalidParameter(`The placement strategy random has no field, but was given '${field}'.`);
  return random;
}

function packed(field: string): Order {
  if (field === 'cpu') return ({ remaining }) => remaining.cpu;
  if (field === 'memory') return ({ remaining }) => remaining.memory;
  throw invalidParameter(`The placement strategy binpack has the field cpu or memory, but was given '${field}'.`);
}

function spread(field: string): Order {
  const valueOf = spreadValue(field);
  return (candidate, all) => {
    const value = valueOf(candidate);
    return all.reduce((peers, one) => (valueOf(one) === value ? peers + one.peers : peers), 0);
  };
}

function spreadValue(field: string): (candidate: PlacementCandidate) => string {
  if (/^(?:instanceId|host)$/i.test(field)) return ({ arn }) => arn;
  const [, attribute] = /^attribute:(.+)$/.exec(field) ?? [];
  if (attribute === undefined) {
    throw invalidParameter(
      `The placement strategy spread has the field instanceId or attribute:<name>, but was given '${field}'.`,
    );
  }
  return ({ subject }) => subject.attributes.get(attribute) ?? '';
}

/** The reasons of "API failures messages" (Developer Guide), the first that leaves no instance. */
function choose(
  candidates: readonly PlacementCandidate[],
  { distinct, queries, orders }: Rules,
  { needs, mustFit }: PlacementRequest,
): PlacementCandidate | string {
  const members = candidates.filter(({ subject }) => queries.every((query) => query(subject)));
  if (members.length === 0) return 'MemberOf placement constraint unsatisfied.';
  const free = distinct ? members.filter(({ peers }) => peers === 0) : members;
  if (free.length === 0) return 'DistinctInstance placement constraint unsatisfied.';
  const withCpu = mustFit ? free.filter(({ remaining }) => remaining.cpu >= needs.cpu) : free;
  if (withCpu.length === 0) return 'RESOURCE:CPU';
  const fitting = mustFit ? withCpu.filter(({ remaining }) => remaining.memory >= needs.memory) : withCpu;
  return best(fitting, candidates, orders) ?? 'RESOURCE:MEMORY';
}

function best(
  fitting: readonly PlacementCandidate[],
  all: readonly PlacementCandidate[],
  [order, ...others]: readonly Order[],
): PlacementCandidate | undefined {
  if (!order || fitting.length < 2) return fitting[0];
  const ranks = fitting.map((candidate) => order(candidate, all));
  const least = Math.min(...ranks);
  return best(
    fitting.filter((_, i) => ranks[i] === least),
    all,
    others,
  );
}

const withTask = (candidate: PlacementCandidate, { cpu, memory }: Resources): PlacementCandidate => ({
  ...candidate,
  remaining: { cpu: candidate.remaining.cpu - cpu, memory: candidate.remaining.memory - memory },
  peers: candidate.peers + 1,
});
