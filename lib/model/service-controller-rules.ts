import { invalidParameter, unsupportedFeature } from '../errors.ts';
import type { ServiceWish } from './service-plan.ts';
import type { ServiceUpdate } from './service-update.ts';
import type { ServiceSettings } from './service.ts';

type Controller = NonNullable<ServiceSettings['deploymentController']>;

/** Who deploys a service: ECS itself, unless the wish says otherwise. Quoted texts are AWS's, as cdk-preflight's rules recorded them. */
export function planController(wish: ServiceWish): Controller {
  const { type = 'ECS' } = wish.deploymentController ?? {};
  if (type === 'ECS') return { type };
  if (wish.schedulingStrategy === 'DAEMON') {
    throw invalidParameter(`The daemon scheduling strategy does not support the deployment controller ${type}.`);
  }
  if (wish.deploymentConfiguration?.deploymentCircuitBreaker?.enable) {
    throw invalidParameter(`The deployment circuit breaker needs the deployment controller ECS, but it was ${type}.`);
  }
  if (type === 'EXTERNAL') checkExternal(wish);
  return { type };
}

/** What the task sets of such a service have, and not the service. */
const ofTaskSets = [
  'networkConfiguration',
  'platformVersion',
  'capacityProviderStrategy',
  'serviceRegistries',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
] as const satisfies (keyof ServiceWish)[];

function checkExternal(wish: ServiceWish): void {
  if (wish.taskDefinition) throw invalidParameter('TaskDefinition must be blank');
  if (wish.loadBalancers?.length) throw invalidParameter('LoadBalancers must be empty or null');
  const given = ofTaskSets.find((member) => wish[member] !== undefined);
  if (given === undefined) return;
  throw invalidParameter(`${given} is given to the task sets of a service with the deployment controller EXTERNAL.`);
}

/** "The service requires an Application Load Balancer or Network Load Balancer" (API_CreateService.html, `loadBalancers`). */
export function checkLoadBalanced({ deploymentController, loadBalancers = [] }: ServiceWish): void {
  if (deploymentController?.type !== 'CODE_DEPLOY' || loadBalancers.length > 0) return;
  throw invalidParameter(
    'A service with the deployment controller CODE_DEPLOY requires an Application Load Balancer or Network Load Balancer.',
  );
}

/** What an update cannot do to a service that ECS does not deploy. Texts: aws/aws-cdk#1559 and hashicorp/terraform-provider-aws#6802. */
export function checkControllerAllows(update: ServiceUpdate, { type = 'ECS' }: Partial<Controller>): void {
  const wanted = update.deploymentController?.type ?? type;
  if (wanted !== type) {
    throw unsupportedFeature(`KECS does not change the deployment controller of a service from ${type} to ${wanted}.`);
  }
  if (type === 'ECS') return;
  const wayOut =
    type === 'CODE_DEPLOY' ? 'Use AWS CodeDeploy to trigger a new deployment.' : 'Create a task set instead.';
  const services = `services with a ${type} deployment controller. ${wayOut}`;
  if (update.taskDefinition !== undefined) throw invalidParameter(`Unable to update task definition on ${services}`);
  if (update.networkConfiguration) throw invalidParameter(`Unable to update network parameters on ${services}`);
  if (update.forceNewDeployment) throw invalidParameter(`Cannot force a new deployment on ${services}`);
  const given = [...ofTaskSets, 'loadBalancers' as const].find((member) => update[member] !== undefined);
  if (given !== undefined) throw invalidParameter(`Unable to update ${given} on ${services}`);
}
