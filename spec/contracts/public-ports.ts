import { DescribeNetworkInterfacesCommand, type Filter, type NetworkInterface } from '@aws-sdk/client-ec2';
import type { ContainerDefinition, Task } from '@aws-sdk/client-ecs';
import type { CoreV1Api, V1ServicePort } from '@kubernetes/client-node';
import { expect } from 'chai';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { PublicIpConfig } from '../../lib/config.ts';
import { datagramAnswer } from '../support/datagram.ts';
import { type EcsTasks, createEcsTasks, hostPortsOf, taskIdOf } from '../support/ecs-tasks.ts';
import { freePortRange } from '../support/free-port-range.ts';
import type { StartedEmulator } from '../support/start-emulator.ts';
import { waitFor } from '../support/wait-for.ts';

export interface PublicPortsGround {
  start(publicIp: Partial<PublicIpConfig>): Promise<StartedEmulator>;
  readonly kubernetes: (started: StartedEmulator) => Promise<CoreV1Api>;
  /** The first of so many NodePorts that nobody has. */
  freeNodePorts(size: number): Promise<number>;
  /** Answers datagrams on port 53 with what they say, and requests on port 53. */
  readonly datagrams: boolean;
  /** Ends at once with this code. */
  readonly exiting: (code: number) => Partial<ContainerDefinition>;
  readonly missingImage: string;
}

const nginx: ContainerDefinition = { name: 'nginx', image: 'nginx:latest' };
const web: ContainerDefinition = { ...nginx, portMappings: [{ containerPort: 80 }] };

/** All that can happen to the host ports of public tasks, on whatever Kubernetes the ground has. */
export function describePublicPorts(on: string, ground: PublicPortsGround): void {
  describe(`public ports on ${on}`, () => {
    let started: StartedEmulator;
    let kubernetes: CoreV1Api;
    let tasks: EcsTasks;
    let first: number;
    let firstNodePort: number;

    async function begin(size: number, nodePorts = ground.freeNodePorts): Promise<void> {
      first = (await freePortRange(size)).first;
      firstNodePort = await nodePorts(size);
      started = await ground.start({ hostPorts: { first, last: first + size - 1 }, firstNodePort });
      await started.emulator.whenReady();
      kubernetes = await ground.kubernetes(started);
      tasks = await createEcsTasks(started.ecs, 'public-ports');
    }
    async function end(): Promise<void> {
      await tasks?.remove();
      await started?.close();
    }

    const answers = (port: number | undefined) => fetch(`http://127.0.0.1:${port}/`).then(({ status }) => status);
    const refuses = (port: number) =>
      fetch(`http://127.0.0.1:${port}/`).then(
        () => false,
        () => true,
      );
    const servicePorts = async (task: Task): Promise<V1ServicePort[] | undefined> => {
      const place = { name: `task-${taskIdOf(task)}`, namespace: 'public-ports-us-east-1' };
      const service = await kubernetes.readNamespacedService(place).catch((error: { code?: number }) => {
        if (error.code === 404) return undefined;
        throw error;
      });
      return service?.spec?.ports;
    };

    describe('of one task', () => {
      before(() => begin(6));
      after(end);

      it('are one for each port of each container, and lead to it', async () => {
        const definition = await tasks.register(
          'two',
          { ...nginx, portMappings: [{ containerPort: 80 }] },
          {
            name: 'side_Car',
            image: 'kecs/echo:latest',
            environment: [{ name: 'PORT', value: '8081' }],
            portMappings: [{ containerPort: 8081 }],
          },
        );
        const { containers = [] } = await tasks.running(await tasks.runOne(definition));
        const [ofNginx, ofSidecar] = ['nginx', 'side_Car'].map(
          (name) => containers.find((container) => container.name === name)?.networkBindings ?? [],
        );
        expect(ofNginx?.map(({ containerPort }) => containerPort)).to.deep.equal([80]);
        expect(ofSidecar?.map(({ containerPort }) => containerPort)).to.deep.equal([8081]);
        expect(await answers(ofNginx?.[0]?.hostPort)).to.equal(200);
        expect(await answers(ofSidecar?.[0]?.hostPort)).to.equal(200);
        expect(ofNginx?.[0]?.hostPort).not.to.equal(ofSidecar?.[0]?.hostPort);
      });

      it('are one number for TCP and UDP of one container port', async () => {
        const definition = await tasks.register('both', {
          name: 'dns',
          image: 'kecs/echo:latest',
          environment: [{ name: 'PORT', value: '53' }],
          portMappings: [
            { containerPort: 53, protocol: 'tcp' },
            { containerPort: 53, protocol: 'udp' },
          ],
        });
        const task = await tasks.running(await tasks.runOne(definition));
        const bindings = task.containers?.[0]?.networkBindings ?? [];
        const [port = 0] = hostPortsOf(task);
        expect(bindings.map(({ protocol, hostPort }) => ({ protocol, hostPort }))).to.deep.equal([
          { protocol: 'tcp', hostPort: port },
          { protocol: 'udp', hostPort: port },
        ]);
        const nodePort = firstNodePort + port - first;
        const ports = await servicePorts(task);
        expect(ports?.map((one) => ({ protocol: one.protocol, nodePort: one.nodePort }))).to.have.deep.members([
          { protocol: 'TCP', nodePort },
          { protocol: 'UDP', nodePort },
        ]);
        expect(await answers(port)).to.equal(200);
        if (ground.datagrams) expect(await datagramAnswer(port, 'ping')).to.equal('ping');
      });

      it('are none where the definition has no port mappings, and none where assignPublicIp is DISABLED', async () => {
        const without = await tasks.running(await tasks.runOne(await tasks.register('portless', nginx)));
        const disabled = await tasks.running(
          await tasks.runOne(await tasks.register('web', web), {
            networkConfiguration: { awsvpcConfiguration: { subnets: [], assignPublicIp: 'DISABLED' } },
          }),
        );
        for (const task of [without, disabled]) {
          expect(hostPortsOf(task)).to.deep.equal([]);
          expect(await servicePorts(task)).to.equal(undefined);
        }
      });
    });

    describe('in a range that others use, too', () => {
      before(() => begin(4));
      after(end);

      it('skip a host port on which another program listens', async () => {
        const other = createServer().listen(first, '127.0.0.1');
        await once(other, 'listening');
        const task = await tasks.running(await tasks.runOne(await tasks.register('web', web)));
        other.close();
        expect(hostPortsOf(task)).to.deep.equal([first + 1]);
      });

      it("skip a NodePort which a stranger's Service owns", async () => {
        const name = `stranger-${first}`;
        await kubernetes.createNamespacedService({
          namespace: 'default',
          body: {
            metadata: { name },
            spec: { type: 'NodePort', selector: { app: name }, ports: [{ port: 80, nodePort: firstNodePort + 2 }] },
          },
        });
        try {
          const task = await tasks.running(await tasks.runOne('web'));
          expect(hostPortsOf(task)).to.deep.equal([first + 3]);
          expect(await answers(first + 3)).to.equal(200);
        } finally {
          await kubernetes.deleteNamespacedService({ name, namespace: 'default' });
        }
      });
    });

    describe('whose NodePorts the cluster does not have', () => {
      before(() => begin(2, async () => 1_000));
      after(end);

      it('end the task with the NodePort, the range and the way out, and leave nothing', async () => {
        await tasks.register('web', web);
        const task = await tasks.stopped(await tasks.runOne('web'));
        expect(task.stopCode).to.equal('TaskFailedToStart');
        expect(task.stoppedReason).to.equal(
          'NodePort 1000 is outside of the range 30000-32767 of the Kubernetes cluster: set publicIp.firstNodePort and ' +
            'publicIp.hostPorts so that all NodePorts lie in it, or start the cluster with a wider --service-node-port-range.',
        );
        expect(await servicePorts(task)).to.equal(undefined);
        expect(await refuses(first)).to.equal(true);
      });
    });

    describe('when they run out', () => {
      let arns: string[];
      before(async () => {
        await begin(3);
        await tasks.register('web', web);
      });
      after(end);

      it('fail the tasks that find none with RESOURCE:PORTS, while the others of the call start', async () => {
        const answer = await tasks.run('web', { count: 5 });
        ({ arns } = answer);
        expect(answer.failures.map(({ reason }) => reason)).to.deep.equal(['RESOURCE:PORTS', 'RESOURCE:PORTS']);
        expect(answer.failures[0]?.detail).to.include(`${first} to ${first + 2}`);
        const ran = await Promise.all(arns.map(tasks.running));
        expect(ran.flatMap(hostPortsOf)).to.have.members([first, first + 1, first + 2]);
      });

      it('are given again once a task has stopped', async () => {
        const stopped = await tasks.describe(arns[1] ?? '');
        const ports = hostPortsOf(stopped);
        await tasks.stop(arns[1] ?? '');
        expect(hostPortsOf(await tasks.running(await tasks.runOne('web')))).to.deep.equal(ports);
      });
    });

    describe('of tasks that follow each other', () => {
      before(async () => {
        await begin(3);
        await tasks.register('web', web);
      });
      after(end);

      it('are not handed out again at once, but after the range has wrapped', async () => {
        const ports: number[] = [];
        for (let turn = 0; turn < 4; turn++) {
          const task = await tasks.running(await tasks.runOne('web'));
          ports.push(...hostPortsOf(task));
          await tasks.stop(task.taskArn ?? '');
        }
        expect(ports).to.deep.equal([first, first + 1, first + 2, first]);
      });
    });

    describe('are released', () => {
      // The only port of its range: where it is lost, the next task finds none.
      before(async () => {
        await begin(1);
        await tasks.register('web', web);
      });
      after(end);

      const endings: readonly (readonly [string, (arn: string) => Promise<unknown>, Partial<ContainerDefinition>])[] = [
        ['on StopTask', async (arn) => tasks.running(arn).then(() => tasks.stop(arn)), {}],
        ['on StopTask before the task runs', (arn) => tasks.stop(arn), {}],
        ['when the container exits with 0', (arn) => tasks.stopped(arn), ground.exiting(0)],
        ['when the container exits with 3', (arn) => tasks.stopped(arn), ground.exiting(3)],
        ['when the image cannot be pulled', (arn) => tasks.stopped(arn), { image: ground.missingImage }],
        ['when the launch is refused', (arn) => tasks.stopped(arn), { disableNetworking: true }],
        [
          'when the Pod is deleted under the task',
          async (arn) => {
            const name = `task-${taskIdOf(await tasks.running(arn))}`;
            await kubernetes.deleteNamespacedPod({ name, namespace: 'public-ports-us-east-1' });
            const { stoppedReason } = await tasks.stopped(arn);
            expect(stoppedReason).to.equal('The Pod of the task was deleted from Kubernetes, not by KECS.');
          },
          {},
        ],
      ];
      for (const [when, ending, container] of endings) {
        it(`${when}: nothing answers there, the Service is gone, and the next task gets the port`, async () => {
          await tasks.register('ending', { ...web, ...container });
          const arn = await tasks.runOne('ending');
          await ending(arn);
          expect(await refuses(first)).to.equal(true);
          expect(await servicePorts(await tasks.describe(arn))).to.equal(undefined);
          const next = await tasks.running(await tasks.runOne('web'));
          expect(hostPortsOf(next)).to.deep.equal([first]);
          expect(await answers(first)).to.equal(200);
          await tasks.stop(next.taskArn ?? '');
        });
      }
    });

    describe('of thirty tasks that start together', () => {
      before(() => begin(30));
      after(end);

      it('are thirty, and each leads to its own task', async () => {
        await tasks.register('echo', {
          name: 'echo',
          image: 'kecs/echo:latest',
          portMappings: [{ containerPort: 80 }],
        });
        const calls = await Promise.all([1, 2, 3].map(() => tasks.run('echo', { count: 10 })));
        const ran = await Promise.all(calls.flatMap(({ arns }) => arns).map(tasks.running));
        expect(new Set(ran.flatMap(hostPortsOf)).size).to.equal(30);
        for (const task of ran) {
          const answer = await (await fetch(`http://127.0.0.1:${hostPortsOf(task)[0]}/`)).text();
          expect(answer).to.include(`task-${taskIdOf(task)}`);
        }
      });
    });

    describe('at the network interface of the task', () => {
      let task: Task;
      before(async () => {
        await begin(1);
        await tasks.register('web', web);
        task = await tasks.running(await tasks.runOne('web'));
      });
      after(end);

      const detail = (name: string): string =>
        task.attachments?.[0]?.details?.find((one) => one.name === name)?.value ?? '';
      const find = async (Filters: Filter[]): Promise<NetworkInterface[]> => {
        const { NetworkInterfaces = [] } = await started.ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
        return NetworkInterfaces;
      };

      it('are reached by the address that EC2 names for its id', async () => {
        const { NetworkInterfaces = [] } = await started.ec2.send(
          new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [detail('networkInterfaceId')] }),
        );
        const { PublicIp } = NetworkInterfaces[0]?.Association ?? {};
        expect((await fetch(`http://${PublicIp}:${first}/`)).status).to.equal(200);
      });

      const filters: Readonly<Record<string, () => string>> = {
        'network-interface-id': () => detail('networkInterfaceId'),
        'private-ip-address': () => detail('privateIPv4Address'),
        'addresses.private-ip-address': () => detail('privateIPv4Address'),
        'subnet-id': () => detail('subnetId'),
        'association.public-ip': () => '127.0.0.1',
        'addresses.association.public-ip': () => '127.0.0.1',
        status: () => 'in-use',
        description: () => '*',
      };
      for (const [Name, value] of Object.entries(filters)) {
        it(`are found by the filter ${Name}`, async () => {
          const found = await find([{ Name, Values: [value()] }]);
          expect(found.map(({ NetworkInterfaceId }) => NetworkInterfaceId)).to.deep.equal([
            detail('networkInterfaceId'),
          ]);
        });
      }

      it('are gone from EC2 with the task', async () => {
        await tasks.stop(task.taskArn ?? '');
        await waitFor('an answer without the interface', async () => {
          const found = await find([{ Name: 'network-interface-id', Values: [detail('networkInterfaceId')] }]).catch(
            () => [],
          );
          return found.length === 0;
        });
      });
    });
  });
}
