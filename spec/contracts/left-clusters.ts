import { randomBytes } from 'node:crypto';
import { CreateClusterCommand, DeleteClusterCommand } from '@aws-sdk/client-ecs';
import type { CoreV1Api } from '@kubernetes/client-node';
import { expect } from 'chai';
import { type EcsTasks, createEcsTasks } from '../support/ecs-tasks.ts';
import type { StandingKubernetes } from '../support/standing-kubernetes.ts';
import { type StartedEmulator, startEmulator } from '../support/start-emulator.ts';

/** What becomes of the namespace of a cluster that is deleted, on whatever Kubernetes the ground has. */
export function describeLeftClusters(on: string, open: () => Promise<StandingKubernetes>): void {
  describe(`the namespace of a deleted cluster on ${on}`, () => {
    let standing: StandingKubernetes;
    let kubernetes: CoreV1Api;
    let started: StartedEmulator;
    let tasks: EcsTasks;
    let name: string;

    before(async () => {
      standing = await open();
      kubernetes = standing.api;
    });
    after(() => standing?.close());

    beforeEach(async () => {
      const cluster = `left-${randomBytes(4).toString('hex')}`;
      name = `${cluster}-us-east-1`;
      started = await startEmulator(await standing.settings(4));
      await started.emulator.whenReady();
      tasks = await createEcsTasks(started.ecs, cluster);
      await tasks.register('web', { name: 'web', image: 'nginx:latest' });
    });
    afterEach(async () => {
      await started?.close();
      await kubernetes.deleteNamespace({ name }).catch(() => undefined);
    });

    const runAndStop = async () => tasks.stop(await tasks.runOne('web'));
    const isGoing = async (): Promise<boolean> =>
      kubernetes.readNamespace({ name }).then(
        ({ metadata }) => metadata?.deletionTimestamp !== undefined,
        (error: { code?: number }) => error.code === 404,
      );

    it('serves the cluster again that is created anew at once', async () => {
      await runAndStop();
      await tasks.remove();
      await started.ecs.send(new CreateClusterCommand({ clusterName: tasks.cluster }));
      await tasks.running(await tasks.runOne('web'));
    });

    it('is made again for a cluster that is created anew while it goes', async () => {
      await runAndStop();
      await kubernetes.deleteNamespace({ name });
      await tasks.running(await tasks.runOne('web'));
    });

    it('stays where KECS did not make it', async () => {
      await kubernetes.createNamespace({ body: { metadata: { name } } });
      await runAndStop();
      await tasks.remove();
      await started.emulator.stop();
      expect(await isGoing()).to.equal(false);
    });

    for (const kind of ['ConfigMap', 'Secret', 'Service'] as const) {
      it(`stays with a ${kind} in it that somebody else put there`, async () => {
        await runAndStop();
        await create[kind](kubernetes, name);
        await tasks.remove();
        await started.emulator.stop();
        expect(await isGoing()).to.equal(false);
      });
    }

    it('goes with it, at the end of KECS when that comes before ten seconds are over', async () => {
      await runAndStop();
      await started.ecs.send(new DeleteClusterCommand({ cluster: tasks.cluster }));
      await started.emulator.stop();
      expect(await isGoing()).to.equal(true);
    });
  });
}

const create = {
  ConfigMap: (api: CoreV1Api, namespace: string) =>
    api.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'mine' } } }),
  Secret: (api: CoreV1Api, namespace: string) =>
    api.createNamespacedSecret({ namespace, body: { metadata: { name: 'mine' } } }),
  Service: (api: CoreV1Api, namespace: string) =>
    api.createNamespacedService({ namespace, body: { metadata: { name: 'mine' }, spec: { ports: [{ port: 80 }] } } }),
};
