import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ContainerDefinition,
  type NetworkMode,
  type PortMapping,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import type { EmulatorOptions } from '../../lib/index.ts';
import { freePort } from '../support/free-port.ts';
import { type EcsTasks, createEcsTasks, hostPortsOf } from '../support/ecs-tasks.ts';
import type { StartedEmulator } from '../support/start-emulator.ts';
import { waitFor } from '../support/wait-for.ts';

export interface HostPortsGround {
  start(options: EmulatorOptions): Promise<StartedEmulator>;
  /** Answers HTTP on this port. */
  readonly serving: (port: number) => Partial<ContainerDefinition>;
  /** Whether tasks outlive the emulator. */
  readonly lasting: boolean;
}

/** The ports of the instance that tasks of network mode bridge and host map: here they are ports of this host. */
export function describeHostPorts(on: string, ground: HostPortsGround): void {
  describe(`the host ports of a task on ${on}`, () => {
    const cluster = `Bridge_${Date.now().toString(36)}`;
    let directory: string;
    let started: StartedEmulator;
    let tasks: EcsTasks;

    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'kecs-bridge-'));
      await start();
    });

    after(async () => {
      await tasks?.remove();
      await started?.close();
      await rm(directory, { recursive: true });
    });

    const start = async () => {
      started = await ground.start({ state: join(directory, 'state.json') });
      await started.emulator.whenReady();
      tasks = await createEcsTasks(started.ecs, cluster);
    };
    const register = async (networkMode: NetworkMode | undefined, portMappings: PortMapping[]) => {
      const { containerPort: port = 80 } = portMappings[0] ?? {};
      const container = { name: 'web', image: 'nginx:latest', stopTimeout: 2, portMappings, ...ground.serving(port) };
      const input = { family: 'bridge', networkMode, containerDefinitions: [container] };
      const { taskDefinition } = await started.ecs.send(new RegisterTaskDefinitionCommand(input));
      return taskDefinition?.taskDefinitionArn ?? '';
    };
    const run = async (networkMode: NetworkMode | undefined, ...portMappings: PortMapping[]) => {
      const definition = await register(networkMode, portMappings);
      return tasks.running(await tasks.runOne(definition, { networkConfiguration: undefined }));
    };
    const answers = (port: number | undefined) =>
      waitFor('an answer', async () => (await fetch(`http://127.0.0.1:${port}/`)).status === 200, 30_000);
    const bindingsOf = (task: Task) => task.containers?.[0]?.networkBindings;

    it('is the one that it maps, in mode bridge', async () => {
      const hostPort = await freePort();
      const task = await run('bridge', { containerPort: 80, hostPort });
      expect(bindingsOf(task)).to.deep.equal([{ bindIP: '127.0.0.1', containerPort: 80, hostPort, protocol: 'tcp' }]);
      await answers(hostPort);
      expect(task.attachments).to.deep.equal([]);
      await tasks.stop(task.taskArn ?? '');
    });

    it('is given to one task at a time, and again when that has stopped', async () => {
      const hostPort = await freePort();
      const task = await run('bridge', { containerPort: 80, hostPort });
      const second = await started.ecs.send(new RunTaskCommand({ cluster, taskDefinition: 'bridge' }));
      expect(second.failures?.map(({ reason }) => reason)).to.deep.equal(['RESOURCE:PORTS']);
      expect(second.failures?.[0]?.detail).to.include(`Host port ${hostPort}/tcp`);
      await tasks.stop(task.taskArn ?? '');
      const again = await run('bridge', { containerPort: 80, hostPort });
      await answers(hostPort);
      await tasks.stop(again.taskArn ?? '');
    });

    for (const networkMode of ['bridge', undefined] as const) {
      it(`is a dynamic one for host port 0 in mode ${networkMode ?? 'unsaid, which is bridge'}`, async () => {
        const definition = await register(networkMode, [{ containerPort: 80, hostPort: 0 }]);
        const { arns } = await tasks.run(definition, { networkConfiguration: undefined, count: 2 });
        const both = await Promise.all(arns.map((arn) => tasks.running(arn)));
        const ports = both.flatMap(hostPortsOf);
        expect(new Set(ports).size).to.equal(2);
        for (const port of ports) {
          expect(port).to.be.at.least(49_153);
          await answers(port);
        }
        await Promise.all(arns.map((arn) => tasks.stop(arn)));
      });
    }

    it("is the container's own in mode host", async () => {
      const port = await freePort();
      const task = await run('host', { containerPort: port });
      expect(bindingsOf(task)).to.deep.equal([
        { bindIP: '127.0.0.1', containerPort: port, hostPort: port, protocol: 'tcp' },
      ]);
      await answers(port);
      await tasks.stop(task.taskArn ?? '');
    });

    if (!ground.lasting) return;

    it('stays the same when KECS starts again', async () => {
      const bridge = await run('bridge', { containerPort: 80 });
      const port = await freePort();
      const host = await run('host', { containerPort: port });
      await started.close();
      await start();
      for (const task of [bridge, host]) {
        const now = await tasks.describe(task.taskArn ?? '');
        expect(now.lastStatus).to.equal('RUNNING');
        expect(bindingsOf(now)).to.deep.equal(bindingsOf(task));
        await answers(hostPortsOf(now)[0]);
        await tasks.stop(task.taskArn ?? '');
      }
    });
  });
}
