import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Task } from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { type ShellTasks, exitCodeOf, shell, startShellTasks } from '../support/shell-tasks.ts';
import { waitFor } from '../support/wait-for.ts';

describe('the health of a task on a real Kubernetes', () => {
  let directory: string;
  let tasks: ShellTasks;

  before(async () => {
    // The test cluster's node is this machine.
    directory = await mkdtemp(join(tmpdir(), 'kecs-health-'));
    tasks = await startShellTasks();
  });

  after(async () => {
    await tasks?.close();
    await rm(directory, { recursive: true });
  });

  // The shortest interval that ECS allows.
  const healthCheck = { command: ['CMD-SHELL', 'test -f /well'], interval: 5, timeout: 10, retries: 1 };
  const none = { networkConfiguration: undefined };
  const whenHealth = (arn: string, wanted: string, of: (task: Task) => string | undefined) =>
    waitFor(
      `the health ${wanted}`,
      async () => {
        const task = await tasks.describe(arn);
        return of(task) === wanted ? task : undefined;
      },
      60_000,
    );
  const containerHealth = (name: string) => (task: Task) =>
    task.containers?.find((container) => container.name === name)?.healthStatus;

  it('follows the check, and a task that nobody watches goes on whatever it says', async () => {
    const script = 'until test -f /signals/ill; do sleep 0.2; done; rm /signals/well; sleep 600';
    const definition = await tasks.registerScript(
      script,
      {
        healthCheck: { ...healthCheck, command: ['CMD-SHELL', 'test -f /signals/well'], startPeriod: 60 },
        mountPoints: [{ sourceVolume: 'signals', containerPath: '/signals' }],
      },
      { volumes: [{ name: 'signals', host: { sourcePath: directory } }] },
    );
    const arn = await tasks.runOne(definition, none);
    expect((await tasks.running(arn)).healthStatus).to.equal('UNKNOWN');
    await writeFile(join(directory, 'well'), '');
    const healthy = await whenHealth(arn, 'HEALTHY', (task) => task.healthStatus);
    expect(containerHealth('shell')(healthy)).to.equal('HEALTHY');
    await writeFile(join(directory, 'ill'), '');
    const ill = await whenHealth(arn, 'UNHEALTHY', (task) => task.healthStatus);
    expect(ill).to.include({ lastStatus: 'RUNNING', desiredStatus: 'RUNNING' });
    await tasks.stop(arn);
  });

  it('is that of its essential containers', async () => {
    const well = { healthCheck: { ...healthCheck, command: ['CMD', 'true'] } };
    const sidecar = shell('sleep 600', { name: 'sidecar', essential: false, healthCheck });
    const definition = await tasks.registerScript('sleep 600', well, { containerDefinitions: [sidecar] });
    const arn = await tasks.runOne(definition, none);
    const task = await whenHealth(arn, 'UNHEALTHY', containerHealth('sidecar'));
    expect(task.healthStatus).to.equal('HEALTHY');
    await tasks.stop(arn);
  });

  it('lets a container start that waits for another to be healthy', async () => {
    const db = shell('sleep 4; touch /well; sleep 600', { name: 'db', healthCheck });
    const dependsOn = [{ containerName: 'db', condition: 'HEALTHY' as const }];
    const task = await tasks.outcome('exit 7', { dependsOn }, { containerDefinitions: [db] });
    expect(exitCodeOf(task), JSON.stringify(task)).to.equal(7);
  });

  it('stops a task whose container waits for one that does not become healthy in time', async () => {
    const db = shell('sleep 600', { name: 'db', healthCheck: { ...healthCheck, retries: 10 }, startTimeout: 6 });
    const dependsOn = [{ containerName: 'db', condition: 'HEALTHY' as const }];
    const task = await tasks.outcome('exit 7', { dependsOn }, { containerDefinitions: [db] });
    const { reason } = task.containers?.find(({ name }) => name === 'shell') ?? {};
    expect(reason).to.match(/^CannotStartContainerError: .*\[db\] for target \[shell\] has timed out\.$/);
  });

  it('ends with memory that is not there', async () => {
    const task = await tasks.outcome('x=a; while true; do x="$x$x"; done', { memory: 16 });
    expect(task.containers?.[0]).to.include({
      exitCode: 137,
      reason: 'OutOfMemoryError: Container killed due to memory usage',
    });
    expect(task.stopCode).to.equal('EssentialContainerExited');
  });
});
