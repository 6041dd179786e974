import { randomBytes } from 'node:crypto';
import { CreateServiceCommand, DeleteServiceCommand, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import type { CoreV1Api } from '@kubernetes/client-node';
import { expect } from 'chai';
import { type EcsTasks, createEcsTasks, hostPortsOf, taskIdOf } from '../support/ecs-tasks.ts';
import { patchPodStatus } from '../support/pod-status-patch.ts';
import type { StandingKubernetes } from '../support/standing-kubernetes.ts';
import { type StartedEmulator, startEmulator } from '../support/start-emulator.ts';
import { waitFor } from '../support/wait-for.ts';

interface Disaster {
  readonly what: string;
  readonly happen: (api: CoreV1Api, pod: { readonly name: string; readonly namespace: string }) => Promise<unknown>;
  readonly reason: string | RegExp;
}

const deletedByOthers = 'The Pod of the task was deleted from Kubernetes, not by KECS.';

/** The stopCode of all of them is that of a host that goes away under a task (API reference, Task.stopCode). */
const disasters: readonly Disaster[] = [
  {
    what: 'kubectl delete pod',
    happen: (api, pod) => api.deleteNamespacedPod(pod),
    reason: deletedByOthers,
  },
  {
    what: 'kubectl delete pod --force --grace-period=0',
    happen: (api, pod) => api.deleteNamespacedPod({ ...pod, gracePeriodSeconds: 0 }),
    reason: deletedByOthers,
  },
  {
    what: 'an eviction, such as that of kubectl drain',
    happen: (api, pod) => api.createNamespacedPodEviction({ ...pod, body: { metadata: pod } }),
    reason: 'Kubernetes ended the task: EvictionByEvictionAPI: Eviction API: evicting',
  },
  {
    what: 'an eviction by a node that is short of memory',
    happen: (api, pod) =>
      patchPodStatus(api, pod, {
        phase: 'Failed',
        reason: 'Evicted',
        message: 'The node was low on resource: memory.',
      }),
    reason: 'Kubernetes ended the task: Evicted: The node was low on resource: memory.',
  },
  {
    what: 'a taint of its node, such as that of a node that is not ready',
    happen: async (api, pod) => {
      const message = 'Taint manager: deleting due to NoExecute taint';
      const target = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager', message };
      await patchPodStatus(api, pod, { conditions: [target] });
      // KECS may have deleted it by then.
      await api.deleteNamespacedPod(pod).catch((error: { code?: number }) => expect(error.code).to.equal(404));
    },
    reason: 'Kubernetes ended the task: DeletionByTaintManager: Taint manager: deleting due to NoExecute taint',
  },
  {
    what: 'the end of its namespace',
    happen: (api, { namespace }) => api.deleteNamespace({ name: namespace }),
    reason: deletedByOthers,
  },
];

/** What becomes of a task whose Pod is taken away under KECS, on whatever Kubernetes the ground has. */
export function describeRepair(on: string, open: () => Promise<StandingKubernetes>): void {
  describe(`a running task on ${on}`, () => {
    const cluster = `repair-${randomBytes(4).toString('hex')}`;
    const namespace = `${cluster}-us-east-1`;
    let standing: StandingKubernetes;
    let kubernetes: CoreV1Api;
    let started: StartedEmulator;
    let tasks: EcsTasks;

    before(async () => {
      standing = await open();
      kubernetes = standing.api;
      started = await startEmulator(await standing.settings(12));
      await started.emulator.whenReady();
      tasks = await createEcsTasks(started.ecs, cluster);
      await tasks.register('web', { name: 'nginx', image: 'nginx:latest', portMappings: [{ containerPort: 80 }] });
    });
    after(async () => {
      await tasks?.remove();
      await started?.close();
      await standing?.close();
    });

    const isGone = (read: Promise<unknown>): Promise<boolean> =>
      read.then(
        () => false,
        (error: { code?: number }) => error.code === 404,
      );
    const answers = async (task: Task) => (await fetch(`http://127.0.0.1:${hostPortsOf(task)[0]}/`)).status === 200;
    const refuses = (task: Task) =>
      fetch(`http://127.0.0.1:${hostPortsOf(task)[0]}/`).then(
        () => false,
        ({ cause }: { cause?: { code?: string } }) => cause?.code === 'ECONNREFUSED',
      );

    for (const { what, happen, reason } of disasters) {
      it(`is stopped by ${what}, and says so`, async () => {
        const task = await tasks.running(await tasks.runOne('web'));
        expect(await answers(task)).to.equal(true);
        const pod = { name: `task-${taskIdOf(task)}`, namespace };
        await happen(kubernetes, pod);
        const stopped = await tasks.stopped(task.taskArn ?? '');
        expect(stopped).to.include({ stopCode: 'TerminationNotice', desiredStatus: 'STOPPED', stoppedReason: reason });
        expect(stopped.startedAt).to.deep.equal(task.startedAt);
        expect(await refuses(task)).to.equal(true);
        expect(await isGone(kubernetes.readNamespacedService(pod))).to.equal(true);
        await waitFor('the end of the Pod', () => isGone(kubernetes.readNamespacedPod(pod)), 60_000);
      });
    }

    it('is replaced where it belongs to a service', async () => {
      const { ecs } = started;
      const service = 'web';
      const network = { awsvpcConfiguration: { subnets: ['subnet-1'], assignPublicIp: 'ENABLED' as const } };
      await ecs.send(
        new CreateServiceCommand({
          cluster,
          serviceName: service,
          taskDefinition: 'web',
          desiredCount: 1,
          networkConfiguration: network,
        }),
      );
      const serving = async (): Promise<string | undefined> =>
        (await ecs.send(new ListTasksCommand({ cluster, serviceName: service }))).taskArns?.[0];
      const first = await tasks.running((await waitFor('a task of the service', serving)) ?? '');
      await kubernetes.deleteNamespacedPod({ name: `task-${taskIdOf(first)}`, namespace });
      const next = await waitFor(
        'another task of the service',
        async () => {
          const arn = await serving();
          return arn !== first.taskArn && arn;
        },
        60_000,
      );
      expect(await answers(await tasks.running(next))).to.equal(true);
      expect((await tasks.stopped(first.taskArn ?? '')).stoppedReason).to.equal(deletedByOthers);
      await ecs.send(new DeleteServiceCommand({ cluster, service, force: true }));
    });

    it('is followed by others in a namespace that was deleted under it', async () => {
      const arns = (await tasks.run('web', { count: 3 })).arns;
      const [first] = await Promise.all(arns.slice(0, 1).map(tasks.running));
      await kubernetes.deleteNamespace({ name: namespace });
      const next = await tasks.runOne('web');
      expect((await tasks.stopped(first?.taskArn ?? '')).stopCode).to.equal('TerminationNotice');
      expect(await answers(await tasks.running(next))).to.equal(true);
      for (const arn of arns.slice(1)) {
        const task = await waitFor(
          'an end of the start',
          async () => {
            const found = await tasks.describe(arn);
            return (found.lastStatus === 'RUNNING' || found.lastStatus === 'STOPPED') && found;
          },
          60_000,
        );
        expect(task.stopCode).to.be.oneOf([undefined, 'TerminationNotice', 'TaskFailedToStart']);
        if (task.lastStatus === 'RUNNING') expect(await answers(task)).to.equal(true);
      }
    });
  });
}
