import type { ServiceSettings } from './service.ts';

/** How many tasks of a service may be there while it is deployed. */
export interface DeploymentWindow {
  /** So many must be RUNNING, and HEALTHY where they have a health check. */
  readonly minimum: number;
  /** No more may be RUNNING or on their way there. */
  readonly maximum: number;
}

type Settings = Pick<ServiceSettings, 'deploymentConfiguration' | 'desiredCount' | 'schedulingStrategy'>;

/** The lower limit is rounded up and the upper one down "to the nearest integer" (API reference, DeploymentConfiguration). */
export function deploymentWindow(settings: Settings): DeploymentWindow {
  const { desiredCount, deploymentConfiguration = {} } = settings;
  const defaults = defaultsOf(settings);
  const { minimumHealthyPercent = defaults.minimum, maximumPercent = defaults.maximum } = deploymentConfiguration;
  return {
    minimum: Math.ceil((desiredCount * minimumHealthyPercent) / 100),
    maximum: Math.floor((desiredCount * maximumPercent) / 100),
  };
}

/** In percent, of each scheduling strategy for the API (API reference, DeploymentConfiguration). */
const defaultsOf = ({ schedulingStrategy }: Settings): DeploymentWindow =>
  schedulingStrategy === 'DAEMON' ? { minimum: 0, maximum: 100 } : { minimum: 100, maximum: 200 };
