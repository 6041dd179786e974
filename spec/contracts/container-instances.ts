import type { CoreV1Api } from '@kubernetes/client-node';
import {
  type ContainerDefinition,
  DescribeContainerInstancesCommand,
  ListContainerInstancesCommand,
  StartTaskCommand,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { type EcsTasks, createEcsTasks } from '../support/ecs-tasks.ts';
import type { StartedEmulator } from '../support/start-emulator.ts';
import { waitFor } from '../support/wait-for.ts';

export interface ContainerInstancesGround {
  start(): Promise<StartedEmulator>;
  api(started: StartedEmulator): Promise<CoreV1Api>;
}

const web: ContainerDefinition = { name: 'web', image: 'nginx:latest' };

/** The nodes of whatever Kubernetes the ground has, as container instances. */
export function describeContainerInstances(on: string, { start, api: apiOf }: ContainerInstancesGround): void {
  describe(`container instances on ${on}`, () => {
    const cluster = `nodes-${process.pid}`;
    let started: StartedEmulator;
    let api: CoreV1Api;
    let tasks: EcsTasks;
    let arn: string;

    before(async () => {
      started = await start();
      await started.emulator.whenReady();
      api = await apiOf(started);
      tasks = await createEcsTasks(started.ecs, cluster);
      await tasks.register('on-a-node', web);
      arn = await waitFor('a container instance', async () => {
        const { containerInstanceArns } = await started.ecs.send(new ListContainerInstancesCommand({ cluster }));
        return containerInstanceArns?.[0];
      });
    });

    after(async () => {
      await tasks?.remove();
      await started?.close();
    });

    const described = async () => {
      const command = new DescribeContainerInstancesCommand({ cluster, containerInstances: [arn] });
      return (await started.ecs.send(command)).containerInstances?.[0];
    };
    const podOf = async (taskArn: string) => {
      const name = `task-${taskArn.split('/')[2]}`;
      const { items } = await api.listPodForAllNamespaces({ fieldSelector: `metadata.name=${name}` });
      return items[0];
    };

    it('are its nodes', async () => {
      const { items } = await api.listNode();
      const instance = await described();
      const info = items[0]?.status?.nodeInfo;
      expect(instance).to.include({ status: 'ACTIVE', agentConnected: true });
      expect(instance?.versionInfo).to.deep.equal({
        agentVersion: info?.kubeletVersion,
        dockerVersion: info?.containerRuntimeVersion,
      });
      const registered = new Map(instance?.registeredResources?.map((one) => [one.name, one.integerValue]));
      expect(registered.get('CPU')).to.be.at.least(1024);
      expect(registered.get('MEMORY')).to.be.at.least(512);
      expect(instance?.registeredAt?.getTime()).to.equal(
        new Date(items[0]?.metadata?.creationTimestamp ?? 0).getTime(),
      );
    });

    it('run the tasks that are placed on them', async () => {
      const taskArn = await tasks.runOne('on-a-node', { launchType: 'EC2', networkConfiguration: undefined });
      const task = await tasks.running(taskArn);
      expect(task.containerInstanceArn).to.equal(arn);
      const { items } = await api.listNode();
      const pod = await podOf(taskArn);
      expect(items.map(({ metadata }) => metadata?.name)).to.include(pod?.spec?.nodeName);
      expect(pod?.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution).to.deep.equal({
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [pod?.spec?.nodeName] }] }],
      });
      expect((await described())?.runningTasksCount).to.equal(1);
      await tasks.stop(taskArn);
      expect((await described())?.runningTasksCount).to.equal(0);
    });

    it('run what StartTask starts', async () => {
      const { tasks: begun = [] } = await started.ecs.send(
        new StartTaskCommand({ cluster, taskDefinition: 'on-a-node', containerInstances: [arn] }),
      );
      const taskArn = begun[0]?.taskArn ?? '';
      expect((await tasks.running(taskArn)).containerInstanceArn).to.equal(arn);
      await tasks.stop(taskArn);
    });
  });
}
