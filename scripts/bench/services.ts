import { setTimeout as delay } from 'node:timers/promises';
import { type Endpoint, call } from './ecs-call.ts';
import { clusterName, webApp } from './requests.ts';

export interface ServiceSeen {
  readonly status: string;
  readonly runningCount: number;
  readonly pendingCount: number;
  readonly desiredCount: number;
  readonly deployments: readonly { readonly rolloutState?: string }[];
  readonly events: readonly { readonly message?: string }[];
}

const limitMs = 180_000;

export async function createService(endpoint: Endpoint, serviceName: string, desiredCount: number): Promise<void> {
  const awsvpcConfiguration = { subnets: ['subnet-12345678'], assignPublicIp: 'DISABLED' };
  await call(endpoint, 'CreateService', {
    cluster: clusterName,
    serviceName,
    taskDefinition: webApp.family,
    launchType: 'FARGATE',
    desiredCount,
    networkConfiguration: { awsvpcConfiguration },
  });
}

export const updateService = (endpoint: Endpoint, service: string, change: object): Promise<unknown> =>
  call(endpoint, 'UpdateService', { cluster: clusterName, service, ...change });

/** Any number of services, ten per call as the API has it. */
async function describeServices(endpoint: Endpoint, names: readonly string[]): Promise<ServiceSeen[]> {
  const seen: ServiceSeen[] = [];
  for (let start = 0; start < names.length; start += 10) {
    const input = { cluster: clusterName, services: names.slice(start, start + 10) };
    seen.push(...(await call<{ services: ServiceSeen[] }>(endpoint, 'DescribeServices', input)).services);
  }
  return seen;
}

/** Resolves when all services are as they should be, and say so. */
export async function untilSteady(
  endpoint: Endpoint,
  names: readonly string[],
  pauseMs: number,
  look: (service: ServiceSeen) => void = () => undefined,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const services = await describeServices(endpoint, names);
    for (const service of services) look(service);
    if (services.length === names.length && services.every(isSteady)) return;
    if (Date.now() > deadline) throw new Error(`Not steady: ${JSON.stringify(services.find((one) => !isSteady(one)))}`);
    await delay(pauseMs);
  }
}

const isSteady = ({ runningCount, pendingCount, desiredCount, deployments, events }: ServiceSeen): boolean =>
  runningCount === desiredCount &&
  pendingCount === 0 &&
  deployments.length === 1 &&
  deployments[0]?.rolloutState === 'COMPLETED' &&
  events[0]?.message?.endsWith('has reached a steady state.') === true;
