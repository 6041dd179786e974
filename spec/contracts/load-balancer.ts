import { randomBytes } from 'node:crypto';
import { DescribeNetworkInterfacesCommand, type NetworkInterfaceAssociation } from '@aws-sdk/client-ec2';
import type { ContainerDefinition, NetworkBinding, Task } from '@aws-sdk/client-ecs';
import type { CoreV1Api, V1Service, V1ServicePort } from '@kubernetes/client-node';
import { expect } from 'chai';
import type { PublicIpConfig } from '../../lib/config.ts';
import type { Route } from '../../lib/model/route.ts';
import { type EcsTasks, createEcsTasks, taskIdOf } from '../support/ecs-tasks.ts';
import { freePortRange } from '../support/free-port-range.ts';
import { type PlayedLoadBalancer, playLoadBalancer } from '../support/played-load-balancer.ts';
import type { StartedEmulator } from '../support/start-emulator.ts';
import { waitFor } from '../support/wait-for.ts';

export interface LoadBalancerGround {
  start(publicIp: Partial<PublicIpConfig>): Promise<StartedEmulator>;
  readonly kubernetes: (started: StartedEmulator) => Promise<CoreV1Api>;
  /** Where the NodePort of a Service is reached. */
  readonly routeTo: (api: CoreV1Api) => Promise<(port: V1ServicePort) => Route>;
}

/** What tasks of the provider load-balancer live through, on whatever Kubernetes the ground has. */
export function describeLoadBalancer(on: string, ground: LoadBalancerGround): void {
  describe(`the provider load-balancer on ${on}`, () => {
    const cluster = `balanced-${randomBytes(4).toString('hex')}`;
    const namespace = `${cluster}-us-east-1`;
    let started: StartedEmulator;
    let kubernetes: CoreV1Api;
    let balancer: PlayedLoadBalancer | undefined;
    let tasks: EcsTasks;
    let port: number;

    async function begin(loadBalancerSeconds: number): Promise<void> {
      port = (await freePortRange(1)).first;
      started = await ground.start({ provider: 'load-balancer', loadBalancerSeconds });
      await started.emulator.whenReady();
      kubernetes = await ground.kubernetes(started);
      tasks = await createEcsTasks(started.ecs, cluster);
      await tasks.register('echo', echo());
    }
    async function end(): Promise<void> {
      await tasks?.remove();
      await balancer?.close();
      await started?.close();
    }

    const echo = (): ContainerDefinition => ({
      name: 'echo',
      image: 'kecs/echo:latest',
      environment: [{ name: 'PORT', value: String(port) }],
      portMappings: [{ containerPort: port }],
    });
    const nameOf = (task: Task) => `task-${taskIdOf(task)}`;
    const serviceOf = (task: Task): Promise<V1Service | undefined> =>
      kubernetes.readNamespacedService({ name: nameOf(task), namespace }).catch((error: { code?: number }) => {
        if (error.code === 404) return undefined;
        throw error;
      });
    const bindingOf = ({ containers = [] }: Task): NetworkBinding | undefined => containers[0]?.networkBindings?.[0];
    const associationOf = async ({ attachments = [] }: Task): Promise<NetworkInterfaceAssociation | undefined> => {
      const eni = attachments[0]?.details?.find(({ name }) => name === 'networkInterfaceId')?.value ?? '';
      const command = new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [eni] });
      const { NetworkInterfaces = [] } = await started.ec2.send(command);
      expect(NetworkInterfaces).to.have.length(1);
      return NetworkInterfaces[0]?.Association;
    };
    const answer = async (task: Task): Promise<string> => {
      const { bindIP, hostPort } = bindingOf(task) ?? {};
      return (await fetch(`http://${bindIP}:${hostPort}/`)).text();
    };
    /** kube-proxy follows the endpoints a moment later. */
    const reached = (task: Task): Promise<unknown> =>
      waitFor(`an answer of ${nameOf(task)}`, async () => (await answer(task)).includes(nameOf(task)));
    const taskBecomes = (arn: string, what: string, is: (task: Task) => boolean): Promise<Task> =>
      waitFor(
        `${arn} ${what}`,
        async () => {
          const task = await tasks.describe(arn);
          return is(task) && task;
        },
        60_000,
      );

    describe('with a controller', () => {
      let played: PlayedLoadBalancer;
      before(async () => {
        await begin(60);
        balancer = played = playLoadBalancer({
          api: kubernetes,
          namespace,
          routeTo: await ground.routeTo(kubernetes),
        });
      });
      after(end);
      afterEach(() => Object.assign(played, { paused: false, ingress: undefined }));

      it('shows no address while there is none, and runs the task once it has one', async () => {
        played.paused = true;
        const arn = await tasks.runOne('echo');
        const waiting = await taskBecomes(arn, 'ACTIVATING', ({ lastStatus }) => lastStatus === 'ACTIVATING');
        expect(bindingOf(waiting)).to.equal(undefined);
        expect(await associationOf(waiting)).to.equal(undefined);
        expect(waiting.containers?.[0]?.lastStatus).to.equal('RUNNING');
        played.paused = false;
        const task = await tasks.running(arn);
        const { PublicIp } = (await associationOf(task)) ?? {};
        expect(PublicIp).to.match(/^127\./);
        expect(bindingOf(task)).to.deep.equal({
          bindIP: PublicIp,
          containerPort: port,
          hostPort: port,
          protocol: 'tcp',
        });
        await reached(task);
        await tasks.stop(arn);
      });

      it('makes a Service of type LoadBalancer, named and labelled as its others', async () => {
        const task = await tasks.running(await tasks.runOne('echo'));
        const { metadata, spec } = (await serviceOf(task)) ?? {};
        expect(spec?.type).to.equal('LoadBalancer');
        expect(spec?.ports?.map((one) => [one.port, one.targetPort, one.protocol])).to.deep.equal([
          [port, port, 'TCP'],
        ]);
        expect(metadata?.labels).to.include({
          'kecs.dev/task-id': taskIdOf(task),
          'kecs.dev/managed-by': 'kecs',
          'kecs.dev/type': 'task-loadbalancer',
        });
        expect(metadata?.annotations).to.include({ 'kecs.dev/task-arn': task.taskArn });
        await tasks.stop(task.taskArn ?? '');
        expect(await serviceOf(task)).to.equal(undefined);
        await waitFor('the silence of its address', () =>
          answer(task).then(
            () => false,
            () => true,
          ),
        );
      });

      it('lets two tasks have the same port, each on an address of its own', async () => {
        const { arns } = await tasks.run('echo', { count: 2 });
        const ran = await Promise.all(arns.map(tasks.running));
        expect(new Set(ran.map((task) => bindingOf(task)?.bindIP)).size).to.equal(2);
        await Promise.all(ran.map(reached));
        await Promise.all(arns.map(tasks.stop));
      });

      it('shows a name where the load balancer has one in place of an address', async () => {
        played.ingress = [{ hostname: 'balancer.example.test' }];
        const task = await tasks.running(await tasks.runOne('echo'));
        expect(bindingOf(task)?.bindIP).to.equal('balancer.example.test');
        const { PublicIp, PublicDnsName } = (await associationOf(task)) ?? {};
        expect([PublicIp, PublicDnsName]).to.deep.equal(['balancer.example.test', 'balancer.example.test']);
        await tasks.stop(task.taskArn ?? '');
      });

      it('runs a task without port mappings without a Service and without an address', async () => {
        await tasks.register('portless', { ...echo(), portMappings: [] });
        const task = await tasks.running(await tasks.runOne('portless'));
        expect(await associationOf(task)).to.equal(undefined);
        expect(await serviceOf(task)).to.equal(undefined);
        await tasks.stop(task.taskArn ?? '');
      });

      it('tells of another address that a running task is given', async () => {
        const before = await tasks.running(await tasks.runOne('echo'));
        const arn = before.taskArn ?? '';
        await played.move(nameOf(before));
        const first = bindingOf(before)?.bindIP;
        const after = await taskBecomes(arn, 'with another address', (task) => {
          const { bindIP = first } = bindingOf(task) ?? {};
          return bindIP !== first;
        });
        expect(after.lastStatus).to.equal('RUNNING');
        expect((await associationOf(after))?.PublicIp).to.equal(bindingOf(after)?.bindIP);
        await reached(after);
        await tasks.stop(arn);
      });

      it('makes the Service of a running task again when somebody deletes it, and shows no address meanwhile', async () => {
        const before = await tasks.running(await tasks.runOne('echo'));
        const arn = before.taskArn ?? '';
        const { uid } = (await serviceOf(before))?.metadata ?? {};
        played.paused = true;
        await kubernetes.deleteNamespacedService({ name: nameOf(before), namespace });
        const between = await taskBecomes(arn, 'without an address', (task) => bindingOf(task) === undefined);
        expect(between.lastStatus).to.equal('RUNNING');
        expect(await associationOf(between)).to.equal(undefined);
        played.paused = false;
        const after = await taskBecomes(arn, 'with an address', (task) => bindingOf(task) !== undefined);
        expect((await serviceOf(after))?.metadata?.uid).not.to.equal(uid);
        expect(after.lastStatus).to.equal('RUNNING');
        await reached(after);
        await tasks.stop(arn);
      });

      it('stops a task that waits for its address', async () => {
        played.paused = true;
        const arn = await tasks.runOne('echo');
        const waiting = await taskBecomes(arn, 'ACTIVATING', ({ lastStatus }) => lastStatus === 'ACTIVATING');
        const stopped = await tasks.stop(arn);
        expect(stopped.stopCode).to.equal('UserInitiated');
        expect(await serviceOf(waiting)).to.equal(undefined);
      });
    });

    describe('without a controller', () => {
      before(() => begin(1));
      after(end);

      it('ends the task after its time, with the Service and the way out', async () => {
        const arn = await tasks.runOne('echo');
        const stopped = await tasks.stopped(arn);
        expect(stopped.stopCode).to.equal('TaskFailedToStart');
        expect(stopped.stoppedReason).to.equal(
          `The Service ${nameOf(stopped)} in the namespace ${namespace} was given no address by a load balancer within 1 s. ` +
            'Nothing in Kubernetes says why, so probably no load balancer controller runs there (k3d clusters that KECS ' +
            'makes have none): install one, such as MetalLB. Or set the option publicIp.provider to "node-port", which ' +
            'works on every cluster; publicIp.loadBalancerSeconds sets how long a task waits.',
        );
        expect(await serviceOf(stopped)).to.equal(undefined);
      });

      it('says what the controller said', async () => {
        const arn = await tasks.runOne('echo');
        const name = `task-${arn.split('/').at(-1)}`;
        const message = `Failed to allocate IP for "${namespace}/${name}": no available IPs`;
        await waitFor('the Service', () => kubernetes.readNamespacedService({ name, namespace }));
        await kubernetes.createNamespacedEvent({
          namespace,
          body: {
            metadata: { generateName: 'played-' },
            involvedObject: { apiVersion: 'v1', kind: 'Service', name, namespace },
            type: 'Warning',
            reason: 'AllocationFailed',
            message,
          },
        });
        const { stoppedReason } = await tasks.stopped(arn);
        expect(stoppedReason).to.include(`Its load balancer says: AllocationFailed: ${message}. `);
      });
    });
  });
}
