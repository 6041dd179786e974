import { clientException } from '../errors.ts';
import type { ContainerDefinition, TaskDefinition } from './task-definition.ts';

/** What each container needs, and what containers of one task may not share. @throws ClientException */
export function checkContainers({ containerDefinitions: containers = [], networkMode }: TaskDefinition): void {
  // awsdocs/aws-cloudformation-user-guide#454, aws/amazon-ecs-cli#184; ten containers: "Amazon ECS service quotas".
  if (containers.length === 0) throw clientException('Container list cannot be empty.');
  if (containers.length > 10) throw clientException('Too many containers.');
  for (const container of containers) checkContainer(container);
  // Shippable/support#2946
  if (new Set(containers.map(({ name }) => name)).size < containers.length) {
    throw clientException('Container names must be unique within a Task Definition.');
  }
  // eagletmt/hako#68
  if (!containers.some(({ essential }) => essential)) {
    throw clientException("Task definition doesn't have any essential container.");
  }
  if (networkMode === 'awsvpc') containers.forEach(checkAwsvpc);
}

function checkContainer(container: ContainerDefinition): void {
  const { name, image } = container;
  // hashicorp/terraform#2888, ansible/ansible#22860, aws/aws-cli#5924
  if (!name) throw clientException('Container.name should not be null or empty.');
  if (!/^[\w-]{1,255}$/.test(name)) throw clientException('Container.name contains invalid characters.');
  if (!image) throw clientException('Container.image should not be null or empty.');
  checkEnvironment(container);
  if (container.healthCheck) checkHealthCheck(name, container.healthCheck);
  checkRange(name, 'startTimeout', container.startTimeout, 2, Infinity);
  checkRange(name, 'stopTimeout', container.stopTimeout, 0, Infinity);
  if (container.restartPolicy) checkRestartPolicy(name, container.restartPolicy);
}

/** The text is what users of RegisterTaskDefinition quote from AWS; no issue of AWS's own repositories holds it. */
function checkEnvironment({ secrets = [], environment = [] }: ContainerDefinition): void {
  const taken = new Set(environment.map(({ name }) => name));
  for (const { name } of secrets) {
    if (taken.has(name)) {
      throw clientException(
        `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${name}'.`,
      );
    }
    taken.add(name);
  }
}

/** The ranges of API_HealthCheck.html. */
function checkHealthCheck(name: string, check: NonNullable<ContainerDefinition['healthCheck']>): void {
  const [kind, ...rest] = check.command ?? [];
  if ((kind !== 'CMD' && kind !== 'CMD-SHELL') || rest.length === 0) {
    throw clientException(
      `Invalid 'healthCheck.command' setting for container '${name}'. It must start with CMD or CMD-SHELL, and a command must follow.`,
    );
  }
  checkRange(name, 'healthCheck.interval', check.interval, 5, 300);
  checkRange(name, 'healthCheck.timeout', check.timeout, 2, 60);
  checkRange(name, 'healthCheck.retries', check.retries, 1, 10);
  checkRange(name, 'healthCheck.startPeriod', check.startPeriod, 0, 300);
}

/** "You can specify a maximum of 50 container exit codes", "a minimum … of 60 seconds and a maximum … of 1800 seconds" (API_ContainerRestartPolicy.html). */
function checkRestartPolicy(name: string, policy: NonNullable<ContainerDefinition['restartPolicy']>): void {
  checkRange(name, 'restartPolicy.restartAttemptPeriod', policy.restartAttemptPeriod, 60, 1800);
  checkRange(name, 'restartPolicy.ignoredExitCodes', policy.ignoredExitCodes?.length, 0, 50);
}

/** hostname: labd/ecs-deplojo#26; the others in the same form, from API_ContainerDefinition.html. */
function checkAwsvpc({ hostname, links = [], extraHosts = [] }: ContainerDefinition): void {
  const unsupported = { hostname: hostname !== undefined, links: links.length > 0, extraHosts: extraHosts.length > 0 };
  for (const [member, given] of Object.entries(unsupported)) {
    if (given) throw clientException(`${member} is not supported on container when networkMode=awsvpc.`);
  }
}

/** "Invalid 'X' setting for container 'Y'." is how ECS refuses a number (aws/aws-cli#7288); the range is added. */
export function checkRange(
  container: string,
  member: string,
  value: number | undefined,
  lowest: number,
  highest: number,
): void {
  if (value === undefined || (value >= lowest && value <= highest)) return;
  const range = highest === Infinity ? `at least ${lowest}` : `between ${lowest} and ${highest}`;
  throw clientException(`Invalid '${member}' setting for container '${container}'. It must be ${range}.`);
}
