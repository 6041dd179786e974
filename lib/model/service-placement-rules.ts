import { invalidParameter } from '../errors.ts';
import type { ServiceWish } from './service-plan.ts';
import type { TaskDefinition } from './task-definition.ts';

type Constraint = NonNullable<ServiceWish['placementConstraints']>[number];
type Strategy = NonNullable<ServiceWish['placementStrategy']>[number];

/** Texts on strategies and on distinctInstance: cdk-preflight's rules, which recorded what AWS answers. */
export function checkPlacement(
  { placementConstraints: constraints = [], placementStrategy: strategies = [], schedulingStrategy }: ServiceWish,
  launchType: string | undefined,
  definition: TaskDefinition,
): void {
  if (launchType === 'FARGATE' && constraints.length > 0) {
    throw invalidParameter('Placement constraints are not supported with FARGATE launch type.');
  }
  if (launchType === 'FARGATE' && strategies.length > 0) {
    throw invalidParameter('Placement strategies are not supported with FARGATE launch type.');
  }
  if (schedulingStrategy === 'DAEMON' && strategies.length > 0) {
    throw invalidParameter('The daemon scheduling strategy does not support placement strategies');
  }
  if (strategies.length > 5) throw invalidParameter('Maximum number of strategies is 5');
  // "This limit includes constraints in the task definition and those specified at runtime" (API_CreateService.html).
  const inAll = constraints.length + (definition.placementConstraints?.length ?? 0);
  if (inAll > 10) throw invalidParameter(`A task can have at most 10 placement constraints, but would have ${inAll}.`);
  constraints.forEach(checkConstraint);
  strategies.forEach(checkStrategy);
}

function checkConstraint({ type, expression }: Constraint): void {
  if (type === 'distinctInstance' && expression !== undefined) {
    throw invalidParameter('distinctInstance expression should not be specified');
  }
  if (type === 'memberOf' && !expression) {
    throw invalidParameter('A memberOf placement constraint needs an expression.');
  }
}

/** The fields that API_PlacementStrategy.html allows. */
function checkStrategy({ type, field }: Strategy): void {
  if (type === 'binpack' && !['cpu', 'memory'].includes(field?.toLowerCase() ?? '')) {
    throw invalidParameter(`binpack field '${field ?? ''}' is invalid`);
  }
  if (type === 'spread' && !field) throw invalidParameter('A spread placement strategy needs a field.');
}
