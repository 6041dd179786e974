import type { ServiceEvent, ServiceRecord } from './service.ts';

/** What a service tells of itself. */
export type ServiceNews =
  | { readonly kind: 'started'; readonly taskIds: readonly string[]; readonly replacedUnhealthy: number }
  | { readonly kind: 'stopped'; readonly taskIds: readonly string[] }
  | { readonly kind: 'stoppedPending'; readonly count: number }
  | { readonly kind: 'unhealthy'; readonly taskId: string }
  | { readonly kind: 'cannotPlace' | 'noInstance'; readonly reason: string }
  | { readonly kind: 'launchFailed'; readonly error: string }
  | { readonly kind: 'throttled' }
  | { readonly kind: 'protected'; readonly deploymentId: string; readonly count: number }
  | { readonly kind: 'stuck' }
  | { readonly kind: 'completed' | 'failed' | 'rollingBack'; readonly deploymentId: string }
  | { readonly kind: 'steady' };

/** The words of AWS: "Amazon ECS service event messages" (Developer Guide), and what services in production accounts were seen to say. */
function wordsOf(name: string, news: ServiceNews): string {
  const service = `(service ${name})`;
  switch (news.kind) {
    case 'started':
      return `${service} has started ${tasks(news.taskIds)}.${replaced(news.replacedUnhealthy)}`;
    case 'stopped':
      return `${service} has stopped ${tasks(news.taskIds, 'running ')}.`;
    case 'stoppedPending':
      return `${service} stopped ${news.count} pending tasks.`;
    case 'unhealthy':
      return `${service} (task ${news.taskId}) failed container health checks.`;
    case 'cannotPlace':
      return `${service} was unable to place a task. Reason: ${news.reason}`;
    case 'noInstance':
      return `${service} was unable to place a task because no container instance met all of its requirements. Reason: ${news.reason}`;
    case 'launchFailed':
      return `${service} failed to launch a task with (error ${news.error}).`;
    case 'throttled':
      return `${service} is unable to consistently start tasks successfully.`;
    case 'protected':
      return `${service} was unable to reach steady state because (taskSet ${news.deploymentId}) was unable to scale in due to (reason ${news.count} tasks under protection)`;
    case 'stuck':
      return `${service} was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.`;
    case 'completed':
      return `${service} (deployment ${news.deploymentId}) deployment completed.`;
    case 'failed':
      return `${service} (deployment ${news.deploymentId}) deployment failed: tasks failed to start.`;
    case 'rollingBack':
      return `${service} rolling back to deployment ${news.deploymentId}.`;
    case 'steady':
      return `${service} has reached a steady state.`;
  }
}

const tasks = (ids: readonly string[], kind = ''): string =>
  `${ids.length} ${kind}tasks: ${ids.map((id) => `(task ${id})`).join(' ')}`;

const replaced = (count: number): string =>
  count > 0 ? ` Amazon ECS replaced ${count} tasks due to an unhealthy status.` : '';

/** "We only show the 100 most recent events and duplicate event messages are omitted until either the cause is resolved or six hours passes" (Developer Guide). */
const mostEvents = 100;
const repeatAfterSeconds = 6 * 3600;

/** The service with one more event, unless it tells of a cause that it told of already. */
export function withEvent(
  service: ServiceRecord,
  news: ServiceNews,
  id: string,
  now: number,
  name = service.name,
): ServiceRecord {
  const message = wordsOf(name, news);
  if (causes.has(news.kind) && isKnown(service.events, message, now)) return service;
  const event: ServiceEvent = { id, createdAt: now, message };
  return { ...service, events: [event, ...service.events].slice(0, mostEvents) };
}

const causes = new Set<ServiceNews['kind']>([
  'cannotPlace',
  'noInstance',
  'launchFailed',
  'throttled',
  'protected',
  'stuck',
]);

/** A cause is resolved when the service is steady again. */
function isKnown(events: readonly ServiceEvent[], message: string, now: number): boolean {
  for (const event of events) {
    if (isSteady(event)) return false;
    if (event.message === message) return now - (event.createdAt ?? 0) < repeatAfterSeconds;
  }
  return false;
}

/** Whether an event tells that its service is as it should be. */
export const isSteady = ({ message = '' }: ServiceEvent): boolean => message.endsWith(' has reached a steady state.');
