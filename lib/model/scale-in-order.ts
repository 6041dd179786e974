import type { ServiceTask } from './service-task.ts';

/**
 * The `count` tasks that go first. What does not serve yet goes before what does; among equals the one from the
 * Availability Zone, then from the instance with the most tasks ("Amazon ECS service deployment", Developer Guide: the
 * scheduler "attempts to maintain balance across the Availability Zones"), then the newest. Protected ones stay.
 */
export function firstToGo(tasks: readonly ServiceTask[], count: number): ServiceTask[] {
  const left = tasks.filter(({ isProtected }) => !isProtected);
  if (count >= left.length) return left;
  const load = countBy(tasks);
  const chosen: ServiceTask[] = [];
  while (chosen.length < count) {
    const next = left.reduce((first, other) => (compare(other, first, load) < 0 ? other : first));
    left.splice(left.indexOf(next), 1);
    for (const key of placesOf(next)) load.set(key, (load.get(key) ?? 0) - 1);
    chosen.push(next);
  }
  return chosen;
}

type Load = Map<string, number>;

const readiness = { ENDED: 0, ENDING: 0, PENDING: 1, UNHEALTHY: 2, STARTING: 3, HEALTHY: 4 } as const;

function compare(a: ServiceTask, b: ServiceTask, load: Load): number {
  const [zoneOfA = 0, instanceOfA = 0] = placesOf(a).map((place) => load.get(place));
  const [zoneOfB = 0, instanceOfB = 0] = placesOf(b).map((place) => load.get(place));
  return (
    readiness[a.state] - readiness[b.state] ||
    zoneOfB - zoneOfA ||
    instanceOfB - instanceOfA ||
    b.createdAt - a.createdAt
  );
}

const placesOf = ({ zone, instance }: ServiceTask): string[] => [`zone ${zone}`, `instance ${instance}`];

function countBy(tasks: readonly ServiceTask[]): Load {
  const load: Load = new Map();
  for (const place of tasks.flatMap(placesOf)) load.set(place, (load.get(place) ?? 0) + 1);
  return load;
}
