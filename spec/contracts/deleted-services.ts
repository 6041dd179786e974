import { randomBytes } from 'node:crypto';
import type { Task } from '@aws-sdk/client-ecs';
import type { CoreV1Api, V1Service } from '@kubernetes/client-node';
import { expect } from 'chai';
import type { PublicIpConfig } from '../../lib/config.ts';
import { type EcsTasks, createEcsTasks, taskIdOf } from '../support/ecs-tasks.ts';
import { freeLoopbackRange } from '../support/free-loopback-range.ts';
import { freePortRange } from '../support/free-port-range.ts';
import type { StartedEmulator } from '../support/start-emulator.ts';
import { waitFor } from '../support/wait-for.ts';

export interface DeletedServicesGround {
  start(publicIp: Partial<PublicIpConfig>): Promise<StartedEmulator>;
  readonly kubernetes: (started: StartedEmulator) => Promise<CoreV1Api>;
  /** The first of so many NodePorts that nobody has. */
  freeNodePorts(size: number): Promise<number>;
}

/** What becomes of tasks whose Service somebody deletes, on whatever Kubernetes the ground has. */
export function describeDeletedServices(on: string, ground: DeletedServicesGround): void {
  const configs: Readonly<Record<string, () => Promise<Partial<PublicIpConfig>>>> = {
    'node-port': async () => ({ hostPorts: await freePortRange(3), firstNodePort: await ground.freeNodePorts(3) }),
    loopback: async () => ({ provider: 'loopback', loopbackRange: freeLoopbackRange(29) }),
  };
  for (const [provider, config] of Object.entries(configs)) {
    describe(`a deleted Service of the provider ${provider} on ${on}`, () => {
      const cluster = `deleted-${randomBytes(4).toString('hex')}`;
      const namespace = `${cluster}-us-east-1`;
      let started: StartedEmulator;
      let kubernetes: CoreV1Api;
      let tasks: EcsTasks;
      let task: Task;
      let before: V1Service;

      beforeEach(async () => {
        const port = (await freePortRange(1)).first;
        started = await ground.start(await config());
        await started.emulator.whenReady();
        kubernetes = await ground.kubernetes(started);
        tasks = await createEcsTasks(started.ecs, cluster);
        await tasks.register('echo', {
          name: 'echo',
          image: 'kecs/echo:latest',
          environment: [{ name: 'PORT', value: String(port) }],
          portMappings: [{ containerPort: port }],
        });
        task = await tasks.running(await tasks.runOne('echo'));
        before = await kubernetes.readNamespacedService({ name: nameOf(task), namespace });
      });
      afterEach(async () => {
        await tasks?.remove();
        await started?.close();
      });

      const nameOf = (one: Task) => `task-${taskIdOf(one)}`;
      const another = (): Promise<V1Service> =>
        waitFor('another Service', async () => {
          const service = await kubernetes.readNamespacedService({ name: nameOf(task), namespace });
          return service.metadata?.uid !== before.metadata?.uid && service;
        });
      const deleteIt = () => kubernetes.deleteNamespacedService({ name: nameOf(task), namespace });
      const answer = async (): Promise<string> => {
        const { bindIP, hostPort } = task.containers?.[0]?.networkBindings?.[0] ?? {};
        return (await fetch(`http://${bindIP}:${hostPort}/`)).text();
      };

      it('comes back as it was, as often as that happens, and its task goes on as it was', async () => {
        for (const _time of [1, 2]) {
          await deleteIt();
          const after = await another();
          expect(after.metadata?.labels).to.deep.equal(before.metadata?.labels);
          expect(after.metadata?.annotations).to.deep.equal(before.metadata?.annotations);
          const ports = ({ spec }: V1Service) =>
            spec?.ports?.map(({ port, nodePort }) => [port, provider === 'node-port' && nodePort]);
          expect(ports(after)).to.deep.equal(ports(before));
          await waitFor('an answer', async () => (await answer()).includes(nameOf(task)));
          expect(await tasks.describe(task.taskArn ?? '')).to.deep.equal(task);
          before = after;
        }
      });

      it('stays away when its task stops', async () => {
        await Promise.all([deleteIt(), tasks.stop(task.taskArn ?? '')]);
        const isGone = await kubernetes.readNamespacedService({ name: nameOf(task), namespace }).then(
          () => false,
          ({ code }: { code?: number }) => code === 404,
        );
        expect(isGone).to.equal(true);
      });
    });
  }
}
