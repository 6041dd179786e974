import { clientException } from '../errors.ts';
import type { ContainerDefinition } from './task-definition.ts';

/** dependsOn as API_ContainerDependency.html has it. @throws ClientException */
export function checkDependencies(containers: readonly ContainerDefinition[]): void {
  const byName = new Map(containers.map((container) => [container.name, container]));
  for (const { name, dependsOn = [] } of containers) {
    for (const { containerName, condition } of dependsOn) {
      const dependency = byName.get(containerName);
      if (!dependency) {
        throw clientException(
          `Container '${name}' depends on container '${containerName}', which the task definition does not have.`,
        );
      }
      checkCondition(dependency, condition);
    }
  }
  const cycle = findCycle(byName);
  if (cycle) throw clientException(`Containers depend on each other in a circle: ${cycle.join(' → ')}.`);
}

function checkCondition(dependency: ContainerDefinition, condition: string | undefined): void {
  // boto/boto3#2436
  if ((condition === 'SUCCESS' || condition === 'COMPLETE') && dependency.essential) {
    throw clientException(
      'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container.',
    );
  }
  if (condition === 'HEALTHY' && !dependency.healthCheck) {
    throw clientException(
      `A dependency container with HEALTHY condition must have a health check, but container '${dependency.name}' has none.`,
    );
  }
}

type Containers = ReadonlyMap<string | undefined, ContainerDefinition>;

/** The names along a circle of dependencies, the first one repeated at the end. */
function findCycle(containers: Containers): string[] | undefined {
  const done = new Set<string>();
  for (const name of containers.keys()) {
    const cycle = walk(name ?? '', containers, [], done);
    if (cycle) return cycle;
  }
  return undefined;
}

function walk(name: string, containers: Containers, path: string[], done: Set<string>): string[] | undefined {
  if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
  if (done.has(name)) return undefined;
  for (const { containerName = '' } of containers.get(name)?.dependsOn ?? []) {
    const cycle = walk(containerName, containers, [...path, name], done);
    if (cycle) return cycle;
  }
  done.add(name);
  return undefined;
}
