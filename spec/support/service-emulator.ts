import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DeleteServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  type Service,
  type ServiceDeployment,
  type Task,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import type { TaskDefinitionRecord } from '../../lib/model/task-definition.ts';
import { ManualClock } from './manual-clock.ts';
import { type TaskEmulator, startTaskEmulator } from './task-emulator.ts';
import { taskDefinition } from './task-records.ts';
import { waitFor } from './wait-for.ts';

/** Operations, scheduler and a scripted runtime on a clock that goes on while a spec waits. */
export interface ServiceEmulator extends TaskEmulator {
  readonly clock: ManualClock;
  /** The service `web` of `web:1` with two tasks, unless the call says otherwise. */
  create(more?: Partial<CreateServiceCommandInput>): Promise<Service>;
  update(more: Partial<UpdateServiceCommandInput>): Promise<Service>;
  remove(): Promise<void>;
  describe(): Promise<Service>;
  tasks(desiredStatus?: 'RUNNING' | 'STOPPED'): Promise<Task[]>;
  /** Newest first. */
  history(): Promise<ServiceDeployment[]>;
  /** What the service told of itself, oldest first. */
  messages(): Promise<string[]>;
  /** Goes on with the clock until the service is as it is asked for. */
  until(what: string, probe: (service: Service) => unknown): Promise<Service>;
  steady(): Promise<Service>;
  /** Another definition of the family `web`. */
  register(revision: number, more?: Partial<TaskDefinitionRecord['definition']>): void;
}

export async function startServiceEmulator(): Promise<ServiceEmulator> {
  const clock = new ManualClock(Date.now() / 1000);
  const emulator = await startTaskEmulator({}, clock);
  const { ecs, store } = emulator;
  const describe = async (): Promise<Service> => {
    const { services = [] } = await ecs.send(new DescribeServicesCommand({ services: ['web'] }));
    return services[0] ?? {};
  };
  const until: ServiceEmulator['until'] = (what, probe) =>
    waitFor(what, async () => {
      clock.advance(0.25);
      const service = await describe();
      return (await probe(service)) ? service : undefined;
    });
  const own: Omit<ServiceEmulator, keyof TaskEmulator> = {
    clock,
    describe,
    until,
    steady: () => until('a steady service', isSteady),
    create: async (more) => {
      const input = { serviceName: 'web', taskDefinition: 'web:1', desiredCount: 2, ...more };
      return (await ecs.send(new CreateServiceCommand(input))).service ?? {};
    },
    update: async (more) => (await ecs.send(new UpdateServiceCommand({ service: 'web', ...more }))).service ?? {},
    remove: async () => void (await ecs.send(new DeleteServiceCommand({ service: 'web', force: true }))),
    tasks: async (desiredStatus = 'RUNNING') => {
      const { taskArns: tasks = [] } = await ecs.send(new ListTasksCommand({ serviceName: 'web', desiredStatus }));
      if (tasks.length === 0) return [];
      return (await ecs.send(new DescribeTasksCommand({ tasks, include: ['TAGS'] }))).tasks ?? [];
    },
    history: async () => {
      const { serviceDeployments = [] } = await ecs.send(new ListServiceDeploymentsCommand({ service: 'web' }));
      const serviceDeploymentArns = serviceDeployments.map(({ serviceDeploymentArn = '' }) => serviceDeploymentArn);
      const answer = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
      return answer.serviceDeployments ?? [];
    },
    messages: async () => ((await describe()).events ?? []).map(({ message = '' }) => message).reverse(),
    register: (revision, more = {}) => {
      const { definition, family } = taskDefinition(more);
      const arn = `arn:aws:ecs:us-east-1:000000000000:task-definition/${family}:${revision}`;
      const revised = { ...definition, taskDefinitionArn: arn, revision };
      store.taskDefinitions.put({ arn, family, revision, definition: revised, tags: [] });
      store.families.put({ arn: `000000000000/us-east-1/${family}`, latestRevision: revision });
    },
  };
  return Object.assign(emulator, own);
}

/** As the waiter of the SDK has it, and the service says so itself. */
const isSteady = ({ deployments = [], events = [], runningCount, desiredCount }: Service): boolean =>
  deployments.length === 1 &&
  runningCount === desiredCount &&
  events[0]?.message?.endsWith('has reached a steady state.') === true;

export const idsOf = (tasks: readonly Task[]): string[] =>
  tasks.map(({ taskArn = '' }) => taskArn.split('/').at(-1) ?? '');
