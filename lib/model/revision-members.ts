import { present } from '../util/present.ts';
import type { Service, ServiceRevision } from './service.ts';

/** What a service and a task set show of the revision that they run; the platform version they show as it was asked for. */
export const membersOf = (revision: ServiceRevision) =>
  present({
    taskDefinition: revision.taskDefinition,
    loadBalancers: revision.loadBalancers,
    serviceRegistries: revision.serviceRegistries,
    launchType: revision.launchType,
    capacityProviderStrategy: revision.capacityProviderStrategy,
    platformFamily: revision.platformFamily,
    networkConfiguration: revision.networkConfiguration,
  }) satisfies Service;
