import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DeleteServiceCommand,
  DescribeServicesCommand,
  type NetworkConfiguration,
  type Service,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import type { Config } from '../../lib/config.ts';
import type { TaskDefinitionRecord } from '../../lib/model/task-definition.ts';
import type { Context } from '../../lib/operations/operation.ts';
import { type EmulatorClient, startEmulatorClient } from './emulator-client.ts';
import { cluster, taskDefinition } from './task-records.ts';

/** Operations of services whose scheduler does nothing: what they put can be looked at as it was put. */
export interface ServiceClient extends EmulatorClient {
  /** The ARNs of services that the scheduler was told of. */
  readonly woken: string[];
  /** The service `web` of the definition `web:1` with one task, unless the call says otherwise. */
  create(more?: Partial<CreateServiceCommandInput>): Promise<Service>;
  update(more: Partial<UpdateServiceCommandInput>): Promise<Service>;
  remove(service?: string, force?: boolean): Promise<Service>;
  describe(service?: string): Promise<Service>;
  /** Another revision of `web`, or of another family. */
  register(revision: number, more?: Partial<TaskDefinitionRecord['definition']>): string;
}

export async function startServiceClient(values: Partial<Config> = {}): Promise<ServiceClient> {
  const woken: string[] = [];
  const scheduler = { wakeService: (arn: string) => woken.push(arn) } as unknown as Context['scheduler'];
  const client = await startEmulatorClient(values, () => ({ publicIps: {} as Context['publicIps'], scheduler }));
  const { ecs, store } = client;
  store.clusters.put(cluster);
  const register: ServiceClient['register'] = (revision, more = {}) => {
    const { definition, family } = taskDefinition(more);
    const arn = `arn:aws:ecs:us-east-1:000000000000:task-definition/${family}:${revision}`;
    const revised = { ...definition, taskDefinitionArn: arn, revision };
    store.taskDefinitions.put({ arn, family, revision, definition: revised, tags: [] });
    store.families.put({ arn: `000000000000/us-east-1/${family}`, latestRevision: revision });
    return arn;
  };
  register(1);
  const answered = ({ service }: { service?: Service | undefined }): Service => service ?? {};
  return {
    ...client,
    woken,
    register,
    create: async (more) =>
      answered(
        await ecs.send(
          new CreateServiceCommand({ serviceName: 'web', taskDefinition: 'web:1', desiredCount: 1, ...more }),
        ),
      ),
    update: async (more) => answered(await ecs.send(new UpdateServiceCommand({ service: 'web', ...more }))),
    remove: async (service = 'web', force) =>
      answered(await ecs.send(new DeleteServiceCommand({ service, ...(force !== undefined && { force }) }))),
    describe: async (service = 'web') => {
      const { services = [] } = await ecs.send(new DescribeServicesCommand({ services: [service] }));
      if (!services[0]) throw new Error(`DescribeServices does not know ${service}.`);
      return services[0];
    },
  };
}

/** The network configuration of a public service. */
export const publicNetwork: NetworkConfiguration = {
  awsvpcConfiguration: { subnets: ['subnet-1'], assignPublicIp: 'ENABLED' },
};
