import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type ShellTasks, exitCodeOf, shell, startShellTasks } from '../support/shell-tasks.ts';

describe('the volumes of a task on a real Kubernetes', () => {
  let directory: string;
  let tasks: ShellTasks;

  before(async () => {
    // The test cluster's node is this machine.
    directory = await mkdtemp(join(tmpdir(), 'kecs-volumes-'));
    tasks = await startShellTasks({ volumesDirectory: directory });
  });

  after(async () => {
    await tasks?.close();
    await rm(directory, { recursive: true });
  });

  const mounted = { mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }] };
  const efs = (more: object = {}) => ({
    volumes: [{ name: 'data', efsVolumeConfiguration: { fileSystemId: 'fs-0123', ...more } }],
  });
  const shared = {
    volumes: [{ name: 'data', dockerVolumeConfiguration: { scope: 'shared' as const, autoprovision: true } }],
  };

  for (const [what, task] of [
    ['an EFS file system', efs()],
    ['a shared Docker volume', shared],
  ] as const) {
    it(`keep what a task wrote to ${what} for the next one`, async () => {
      expect(exitCodeOf(await tasks.outcome('echo kept > /data/file', mounted, task))).to.equal(0);
      expect(exitCodeOf(await tasks.outcome('test "$(cat /data/file)" = kept && exit 7', mounted, task))).to.equal(7);
    });
  }

  it('show directories of one file system in each other', async () => {
    const write = 'echo report > /data/file';
    await tasks.outcome(write, mounted, efs({ rootDirectory: '/out/reports' }));
    expect(await readFile(join(directory, 'efs/fs-0123/out/reports/file'), 'utf8')).to.equal('report\n');
    const point = { transitEncryption: 'ENABLED', authorizationConfig: { accessPointId: 'fsap-4567' } };
    await tasks.outcome(write, mounted, efs(point));
    const script = 'cmp /data/out/reports/file /data/fsap-4567/file && exit 7';
    expect(exitCodeOf(await tasks.outcome(script, mounted, efs()))).to.equal(7);
  });

  it('give a directory of the node', async () => {
    const task = { volumes: [{ name: 'data', host: { sourcePath: directory } }] };
    await tasks.outcome('echo here > /data/from-host', mounted, task);
    expect(await readFile(join(directory, 'from-host'), 'utf8')).to.equal('here\n');
  });

  it('that live as long as the task are empty for the next one', async () => {
    const task = { volumes: [{ name: 'data', dockerVolumeConfiguration: { scope: 'task' as const } }] };
    await tasks.outcome('touch /data/file', mounted, task);
    expect(exitCodeOf(await tasks.outcome('test ! -e /data/file && exit 7', mounted, task))).to.equal(7);
  });

  it('that are configured at launch are there, and attached', async () => {
    const task = { volumes: [{ name: 'data', configuredAtLaunch: true }] };
    const managedEBSVolume = { roleArn: 'arn:aws:iam::000000000000:role/ebs', sizeInGiB: 1 };
    const volumeConfigurations = [{ name: 'data', managedEBSVolume }];
    const stopped = await tasks.outcome('touch /data/file && exit 7', mounted, task, { volumeConfigurations });
    expect(exitCodeOf(stopped), JSON.stringify(stopped)).to.equal(7);
    expect(stopped.attachments?.[0]).to.include({ type: 'AmazonElasticBlockStorage', status: 'DELETED' });
  });

  it('are read by another container that takes them read-only', async () => {
    const reader = shell('until test -f /data/file; do sleep 0.1; done; touch /data/mine || exit 7', {
      name: 'reader',
      volumesFrom: [{ sourceContainer: 'shell', readOnly: true }],
    });
    const task = { volumes: [{ name: 'data' }], containerDefinitions: [reader] };
    const stopped = await tasks.outcome('touch /data/file; sleep 600', mounted, task);
    expect(exitCodeOf(stopped, 'reader')).to.equal(7);
  });

  it('are refused to a container that mounts them read-only', async () => {
    const readOnly = { mountPoints: [{ sourceVolume: 'data', containerPath: '/data', readOnly: true }] };
    const task = { volumes: [{ name: 'data' }] };
    expect(exitCodeOf(await tasks.outcome('touch /data/file || exit 7', readOnly, task))).to.equal(7);
  });

  it('in memory have their size', async () => {
    const linuxParameters = { sharedMemorySize: 32, tmpfs: [{ containerPath: '/run/fast', size: 16 }] };
    const script =
      'grep -q "/run/fast tmpfs" /proc/mounts && grep -q "/dev/shm tmpfs" /proc/mounts && df -m /run/fast | grep -q " 16 " && exit 7';
    const task = await tasks.outcome(script, { linuxParameters });
    expect(exitCodeOf(task), JSON.stringify(task)).to.equal(7);
  });
});
