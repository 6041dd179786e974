import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { type ShellTasks, type TaskMembers, exitCodeOf, startShellTasks } from '../support/shell-tasks.ts';

describe('a container on a real Kubernetes', () => {
  let tasks: ShellTasks;

  before(async () => {
    tasks = await startShellTasks();
  });

  after(() => tasks?.close());

  /** Each script ends with 7 if the container is as its definition says. */
  const scripts: [what: string, script: string, container: Partial<ContainerDefinition>, task?: TaskMembers][] = [
    [
      'has the user and group of its definition',
      'test "$(id -u):$(id -g)" = 1234:5678 && exit 7',
      { user: '1234:5678' },
    ],
    [
      'has the capabilities that were added and not those that were dropped',
      // Bits 12 (NET_ADMIN) and 10 (NET_BIND_SERVICE) of the effective set, capability.h.
      "caps=$(awk '/CapEff/ {print $2}' /proc/self/status); test $((0x$caps >> 12 & 1))$((0x$caps >> 10 & 1)) = 10 && exit 7",
      { linuxParameters: { capabilities: { add: ['NET_ADMIN'], drop: ['NET_BIND_SERVICE'] } } },
    ],
    ['cannot write to a root file system that is read-only', 'touch /file || exit 7', { readonlyRootFilesystem: true }],
    [
      'gets no privileges by setuid where that is forbidden',
      'grep -q "NoNewPrivs:.*1" /proc/self/status && exit 7',
      { dockerSecurityOptions: ['no-new-privileges'] },
    ],
    ['is privileged', 'mkdir /m && mount -t tmpfs none /m && exit 7', { privileged: true }],
    [
      'has a device of the node at another place',
      'test -c /dev/nothing && echo x > /dev/nothing && exit 7',
      { privileged: true, linuxParameters: { devices: [{ hostPath: '/dev/null', containerPath: '/dev/nothing' }] } },
    ],
    [
      'is not the first process where it wants an init process',
      'test $$ != 1 && exit 7',
      { linuxParameters: { initProcessEnabled: true } },
    ],
    [
      'has a kernel parameter of its own network',
      'test "$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start)" = 500 && exit 7',
      { systemControls: [{ namespace: 'net.ipv4.ip_unprivileged_port_start', value: '500' }] },
    ],
    [
      'has its host name and the hosts that were added',
      'test "$(hostname)" = db-host && grep -q "10.9.8.7.*legacy" /etc/hosts && exit 7',
      { hostname: 'db-host', extraHosts: [{ hostname: 'legacy', ipAddress: '10.9.8.7' }] },
    ],
    [
      'asks the DNS servers of its definition',
      'grep -q "nameserver 10.9.8.7" /etc/resolv.conf && grep -q "search corp.example" /etc/resolv.conf && exit 7',
      { dnsServers: ['10.9.8.7'], dnsSearchDomains: ['corp.example'] },
    ],
    ['has a terminal', 'test -t 0 && test -t 1 && exit 7', { interactive: true, pseudoTerminal: true }],
    ['starts in its working directory', 'test "$PWD" = /etc && exit 7', { workingDirectory: '/etc' }],
    ['is limited in what it may write', 'exit 7', {}, { ephemeralStorage: { sizeInGiB: 21 } }],
    [
      'prefers a node of its architecture and runs on another',
      'exit 7',
      {},
      { runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' } },
    ],
    ['shares the network of the node', 'grep -q kecs /proc/net/dev && exit 7', {}, { networkMode: 'host' }],
    ['sees the processes of the node', 'ps | grep -q "[k]ubelet" && exit 7', {}, { pidMode: 'host' }],
  ];
  for (const [what, script, container, task] of scripts) {
    it(what, async () => {
      const stopped = await tasks.outcome(script, container, task);
      expect(exitCodeOf(stopped), JSON.stringify(stopped)).to.equal(7);
    });
  }

  it('that shares processes with others of its task sees them', async () => {
    const other = {
      name: 'other',
      image: 'busybox:latest',
      command: ['sleep', '321'],
      essential: false,
      stopTimeout: 1,
    };
    const script = 'until ps | grep -q "[s]leep 321"; do sleep 0.1; done; exit 7';
    const task = await tasks.outcome(script, {}, { pidMode: 'task', containerDefinitions: [other] });
    expect(exitCodeOf(task)).to.equal(7);
  });

  it('is stopped with the reason where the node forbids a kernel parameter', async () => {
    const task = await tasks.outcome('exit 0', { systemControls: [{ namespace: 'kernel.msgmax', value: '65536' }] });
    expect(task.stopCode).to.equal('TaskFailedToStart');
    expect(task.stoppedReason).to.match(/^Kubernetes ended the task: SysctlForbidden: /);
  });

  it('is stopped with the reason for a user by name', async () => {
    const task = await tasks.outcome('exit 0', { user: 'nobody' });
    expect(task.stoppedReason).to.include('Write uid or uid:gid');
  });
});
