import { invalidParameter } from '../errors.ts';
import type { ServiceWish } from './service-plan.ts';
import type { ServiceSettings } from './service.ts';

type Scheduling = Pick<ServiceSettings, 'desiredCount' | 'schedulingStrategy'>;

/** "Tasks per service: 5,000" (Amazon ECS service quotas): a slip of the finger must not fill the host. */
const mostTasks = 5000;

/** The texts on the daemon strategy are AWS's, as cdk-preflight's rules recorded them. */
export function planScheduling({ schedulingStrategy = 'REPLICA', desiredCount, launchType }: ServiceWish): Scheduling {
  if (schedulingStrategy === 'REPLICA') return { schedulingStrategy, desiredCount: checkCount(desiredCount) };
  if (desiredCount !== undefined) {
    throw invalidParameter(
      'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again',
    );
  }
  if (launchType === 'FARGATE') throw noDaemonOnFargate();
  return { schedulingStrategy, desiredCount: 0 };
}

export const noDaemonOnFargate = () =>
  invalidParameter(
    'The daemon scheduling strategy does not support the FARGATE launch type. Change the launch type and try again',
  );

function checkCount(desiredCount: number | undefined): number {
  if (desiredCount === undefined) throw invalidParameter('DesiredCount is missing');
  if (desiredCount < 0) throw invalidParameter('DesiredCount can not be lesser than 0');
  if (desiredCount > mostTasks) {
    throw invalidParameter(`A service can have at most ${mostTasks} tasks, but desiredCount was ${desiredCount}.`);
  }
  return desiredCount;
}

type Rebalancing = NonNullable<ServiceSettings['availabilityZoneRebalancing']>;

/**
 * "Amazon ECS defaults the value to ENABLED" (API_CreateService.html), but for services that cannot be rebalanced: see
 * "Balancing an Amazon ECS service across Availability Zones" (Developer Guide).
 */
export function planRebalancing(
  { availabilityZoneRebalancing: wanted, launchType, loadBalancers = [] }: ServiceWish,
  strategy: Scheduling['schedulingStrategy'],
  { maximumPercent = 200 }: NonNullable<ServiceSettings['deploymentConfiguration']>,
): Rebalancing {
  const hindrances = [
    strategy === 'DAEMON' && 'Availability Zone Rebalancing does not support DAEMON services',
    maximumPercent <= 100 && 'Availability Zone Rebalancing needs a maximumPercent greater than 100.',
    launchType === 'EXTERNAL' && 'Availability Zone Rebalancing does not support the EXTERNAL launch type.',
    loadBalancers.some(({ loadBalancerName }) => loadBalancerName !== undefined) &&
      'Availability Zone Rebalancing does not support Classic Load Balancers.',
  ];
  const hindrance = hindrances.find((text) => text !== false);
  if (hindrance === undefined) return wanted ?? 'ENABLED';
  if (wanted === 'ENABLED') throw invalidParameter(hindrance);
  return 'DISABLED';
}
