import { expect } from 'chai';
import { type ShellTasks, exitCodeOf, shell, startShellTasks } from '../support/shell-tasks.ts';
import { waitFor } from '../support/wait-for.ts';

describe('the restart policy of a container on a real Kubernetes', () => {
  let tasks: ShellTasks;

  before(async () => {
    tasks = await startShellTasks();
  });

  after(() => tasks?.close());

  const restartPolicy = { enabled: true, restartAttemptPeriod: 60, ignoredExitCodes: [5] };

  it('ends the task where the container has not run for the attempt period', async () => {
    const task = await tasks.outcome('exit 3', { restartPolicy });
    expect(exitCodeOf(task)).to.equal(3);
    expect(task.stopCode).to.equal('EssentialContainerExited');
  });

  // The shortest period that ECS allows is a minute.
  it('starts the container again that has run so long, and not after an exit code to ignore', async function () {
    this.timeout(200_000);
    const volumes = [{ name: 'data' }];
    const mountPoints = [{ sourceVolume: 'data', containerPath: '/data' }];
    const script =
      'echo start >> /data/starts; if test $(wc -l < /data/starts) = 1; then sleep 61; exit 3; fi; sleep 2; exit 5';
    const witness = shell('until test $(cat /data/starts 2>/dev/null | wc -l) = 2; do sleep 0.2; done; exit 7', {
      name: 'witness',
      essential: false,
      mountPoints,
    });
    const definition = await tasks.registerScript(
      script,
      { restartPolicy, mountPoints },
      { volumes, containerDefinitions: [witness] },
    );
    const arn = await tasks.runOne(definition, { networkConfiguration: undefined });
    await tasks.running(arn);
    const seen = await waitFor(
      'the witness of the restart',
      async () => {
        const task = await tasks.describe(arn);
        return exitCodeOf(task, 'witness') === undefined ? undefined : task;
      },
      120_000,
    );
    expect(exitCodeOf(seen, 'witness')).to.equal(7);
    expect(seen.desiredStatus).to.equal('RUNNING');
    expect(exitCodeOf(await tasks.stopped(arn))).to.equal(5);
  });
});
