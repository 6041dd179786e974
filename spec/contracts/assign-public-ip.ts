import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { DescribeNetworkInterfacesCommand } from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
  waitUntilTasksRunning,
  waitUntilTasksStopped,
} from '@aws-sdk/client-ecs';
import type { CoreV1Api, V1Pod, V1Service } from '@kubernetes/client-node';
import { expect } from 'chai';
import type { StartedEmulator } from '../support/start-emulator.ts';
import { waitFor } from '../support/wait-for.ts';

export interface AssignPublicIpSubject extends StartedEmulator {
  readonly kubernetes: CoreV1Api;
}

/** What assign-public-ip.md, the founding document, promises, on whatever Kubernetes the subject runs. */
export function describeAssignPublicIp(on: string, start: () => Promise<AssignPublicIpSubject>): void {
  describe(`assignPublicIp on ${on}`, () => {
    const cluster = 'my-cluster';
    const namespace = 'my-cluster-us-east-1';
    let subject: AssignPublicIpSubject;

    before(async () => {
      subject = await start();
      await subject.ecs.send(new CreateClusterCommand({ clusterName: cluster }));
      await subject.ecs.send(
        new RegisterTaskDefinitionCommand({
          family: 'web-app',
          containerDefinitions: [
            { name: 'nginx', image: 'nginx:latest', portMappings: [{ containerPort: 80, protocol: 'tcp' }] },
          ],
        }),
      );
    });

    after(async () => {
      if (!subject) return;
      await stopAll();
      await subject.ecs.send(new DeleteClusterCommand({ cluster }));
      await subject.close();
    });

    async function stopAll(): Promise<void> {
      const { taskArns = [] } = await subject.ecs.send(new ListTasksCommand({ cluster }));
      for (const task of taskArns) await subject.ecs.send(new StopTaskCommand({ cluster, task }));
      if (taskArns.length > 0) await stopped(taskArns);
    }

    const stopped = (tasks: string[]) =>
      waitUntilTasksStopped({ client: subject.ecs, maxWaitTime: 120, minDelay: 1, maxDelay: 1 }, { cluster, tasks });

    async function run(assignPublicIp: 'ENABLED' | 'DISABLED', count = 1): Promise<Task[]> {
      const { tasks = [], failures } = await subject.ecs.send(
        new RunTaskCommand({
          cluster,
          taskDefinition: 'web-app:1',
          count,
          networkConfiguration: { awsvpcConfiguration: { subnets: [], assignPublicIp } },
        }),
      );
      expect(failures).to.deep.equal([]);
      const arns = tasks.map(({ taskArn = '' }) => taskArn);
      await waitUntilTasksRunning(
        { client: subject.ecs, maxWaitTime: 120, minDelay: 1, maxDelay: 1 },
        { cluster, tasks: arns },
      );
      const described = await subject.ecs.send(new DescribeTasksCommand({ cluster, tasks: arns }));
      return described.tasks ?? [];
    }

    const idOf = (task: Task): string => task.taskArn?.split('/').at(-1) ?? '';
    const portOf = (task: Task): number => task.containers?.[0]?.networkBindings?.[0]?.hostPort ?? 0;
    const serviceOf = (task: Task): Promise<V1Service> =>
      subject.kubernetes.readNamespacedService({ name: `task-${idOf(task)}`, namespace });

    describe('the usage example', () => {
      let task: Task;
      before(async () => {
        task = (await run('ENABLED'))[0] ?? {};
      });

      it('returns the allocated host ports in the task details, from the range 32000-32999', () => {
        const [binding] = task.containers?.[0]?.networkBindings ?? [];
        expect(binding).to.include({ bindIP: '127.0.0.1', containerPort: 80, protocol: 'tcp' });
        expect(binding?.hostPort).to.be.within(32000, 32999);
      });

      it('lets an external client reach the container at localhost without kubectl port-forward', async () => {
        const response = await fetch(`http://localhost:${portOf(task)}`);
        expect(response.status).to.equal(200);
        expect(await response.text()).to.match(/nginx/i);
      });

      it('creates a NodePort Service whose NodePort is the host port less 2000', async () => {
        const { spec } = await serviceOf(task);
        expect(spec?.type).to.equal('NodePort');
        expect(spec?.ports?.map(({ nodePort, port }) => ({ nodePort, port }))).to.deep.equal([
          { nodePort: portOf(task) - 2000, port: 80 },
        ]);
      });

      it('names the Service task-<task-id> and labels and annotates it as documented', async () => {
        const { metadata } = await serviceOf(task);
        expect(metadata?.labels).to.include({
          'kecs.dev/task-id': idOf(task),
          'kecs.dev/managed-by': 'kecs',
          'kecs.dev/type': 'task-nodeport',
        });
        expect(metadata?.annotations).to.include({ 'kecs.dev/task-arn': task.taskArn });
      });

      it('runs one standard Pod with the container definitions, found by kecs.dev/task-id in <cluster>-<region>', async () => {
        const pods = await podsOf(task);
        expect(pods).to.have.length(1);
        expect(pods[0]?.status?.phase).to.equal('Running');
        expect(pods[0]?.spec?.containers.map(({ name, image }) => ({ name, image }))).to.deep.equal([
          { name: 'nginx', image: 'nginx:latest' },
        ]);
      });

      it('shows the public address where AWS shows it: at the network interface of the task', async () => {
        const details = task.attachments?.[0]?.details ?? [];
        const eni = details.find(({ name }) => name === 'networkInterfaceId')?.value ?? '';
        const { NetworkInterfaces = [] } = await subject.ec2.send(
          new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [eni] }),
        );
        expect(NetworkInterfaces[0]?.Association?.PublicIp).to.equal('127.0.0.1');
        expect(NetworkInterfaces[0]?.PrivateIpAddress).to.equal(
          details.find(({ name }) => name === 'privateIPv4Address')?.value,
        );
      });

      it('takes Service, Pod and port back when the task stops', async () => {
        await subject.ecs.send(new StopTaskCommand({ cluster, task: task.taskArn }));
        await stopped([task.taskArn ?? '']);
        const gone = await serviceOf(task).catch((error: { code?: number }) => error.code);
        expect(gone).to.equal(404);
        await waitFor('the end of the Pod', async () => (await podsOf(task)).length === 0);
        const refused = await fetch(`http://127.0.0.1:${portOf(task)}`).catch(() => 'refused');
        expect(refused).to.equal('refused');
      });
    });

    it('allocates sequentially, and gives tasks that start together ports of their own', async () => {
      const tasks = await run('ENABLED', 3);
      const ports = tasks.map(portOf).sort((a, b) => a - b);
      expect(new Set(ports).size).to.equal(3);
      for (const port of ports) expect((await fetch(`http://127.0.0.1:${port}`)).status).to.equal(200);
      await stopAll();
    });

    it('gives a task with DISABLED no Service, no port and no public address', async () => {
      const [task = {}] = await run('DISABLED');
      expect(task.containers?.[0]?.networkBindings ?? []).to.deep.equal([]);
      const gone = await serviceOf(task).catch((error: { code?: number }) => error.code);
      expect(gone).to.equal(404);
      const eni = task.attachments?.[0]?.details?.find(({ name }) => name === 'networkInterfaceId')?.value ?? '';
      const { NetworkInterfaces = [] } = await subject.ec2.send(
        new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'network-interface-id', Values: [eni] }] }),
      );
      expect(NetworkInterfaces).to.have.length(1);
      expect(NetworkInterfaces[0]?.Association).to.equal(undefined);
      await stopAll();
    });

    it('passes its own test script, examples/test-assignpublicip.sh', async () => {
      const script = fileURLToPath(new URL('../../examples/test-assignpublicip.sh', import.meta.url));
      const { stdout } = await promisify(execFile)('bash', [script], {
        env: { ...process.env, ENDPOINT: subject.url, CLUSTER: cluster },
      });
      expect(stdout).to.match(/The task answers at http:\/\/localhost:32\d\d\d\//);
    });

    async function podsOf(task: Task): Promise<V1Pod[]> {
      const { items } = await subject.kubernetes.listNamespacedPod({
        namespace,
        labelSelector: `kecs.dev/task-id=${idOf(task)}`,
      });
      return items;
    }
  });
}
