import { invalidParameter, unsupportedFeature } from '../errors.ts';
import type { ServiceSettings } from './service.ts';

type DeploymentConfiguration = NonNullable<ServiceSettings['deploymentConfiguration']>;
type Strategy = ServiceSettings['schedulingStrategy'];

/** The percentages that API_DeploymentConfiguration.html gives as defaults for API callers. */
const percentages = {
  REPLICA: { maximumPercent: 200, minimumHealthyPercent: 100 },
  DAEMON: { maximumPercent: 100, minimumHealthyPercent: 0 },
} as const;

/** The configuration with its defaults. @throws AwsError when it cannot be, or cannot be here. */
export function planDeployment(given: DeploymentConfiguration = {}, strategy: Strategy): DeploymentConfiguration {
  const configuration: DeploymentConfiguration = {
    deploymentCircuitBreaker: { enable: false, rollback: false },
    ...percentages[strategy],
    strategy: 'ROLLING',
    bakeTimeInMinutes: 0,
    ...given,
  };
  checkSupported(configuration);
  checkPercentages(configuration, strategy);
  checkCircuitBreaker(configuration);
  return configuration;
}

function checkSupported({ strategy, ...configuration }: DeploymentConfiguration): void {
  if (strategy !== 'ROLLING') {
    throw unsupportedFeature(
      `KECS deploys services with the strategy ROLLING only, but deploymentConfiguration.strategy was ${strategy}.`,
    );
  }
  const { bakeTimeInMinutes = 0, lifecycleHooks = [], earlySuccessCriteria } = configuration;
  const refused = [
    bakeTimeInMinutes > 0 && 'bakeTimeInMinutes',
    lifecycleHooks.length > 0 && 'lifecycleHooks',
    configuration.linearConfiguration && 'linearConfiguration',
    configuration.canaryConfiguration && 'canaryConfiguration',
    earlySuccessCriteria?.enable && 'earlySuccessCriteria',
  ].filter(Boolean);
  if (refused.length > 0) {
    throw unsupportedFeature(
      `KECS does not honour ${refused.join(' and ')} of a deploymentConfiguration yet: leave it out.`,
    );
  }
}

/** Texts: cdk-preflight's rules, which recorded what AWS answers. */
function checkPercentages(
  { maximumPercent = 0, minimumHealthyPercent = 0 }: DeploymentConfiguration,
  strategy: Strategy,
): void {
  if (minimumHealthyPercent < 0) {
    throw invalidParameter(`minimumHealthyPercent must be at least 0, but was ${minimumHealthyPercent}.`);
  }
  if (minimumHealthyPercent > 100) throw invalidParameter('minimumHealthyPercent must be at most 100');
  if (maximumPercent < 100) throw invalidParameter(`maximumPercent must be at least 100, but was ${maximumPercent}.`);
  if (strategy === 'DAEMON' && maximumPercent > 100) {
    throw invalidParameter('The daemon scheduling strategy does not support values above 100 for maximumPercent');
  }
  if (maximumPercent === 100 && minimumHealthyPercent === 100) {
    throw invalidParameter(
      'Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.',
    );
  }
}

/** The ranges of API_ThresholdConfiguration.html are those of its kinds: a number of tasks, or percents of the desired count. */
function checkCircuitBreaker({ deploymentCircuitBreaker: breaker }: DeploymentConfiguration): void {
  const { type, value } = breaker?.thresholdConfiguration ?? {};
  if (value !== undefined && value < 1) {
    throw invalidParameter(`The value of a ${type} threshold must be at least 1, but was ${value}.`);
  }
}
