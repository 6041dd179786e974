import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { expect } from 'chai';
import { inDocker } from '../support/docker-ground.ts';
import { type DockerPods, startDockerPods } from '../support/docker-pods.ts';
import { waitFor } from '../support/wait-for.ts';
import { describeOnDocker } from './docker.ts';

const sh = (script: string) => ({ command: ['sh', '-c', script] });
const isRunning = ({ status }: { status?: { phase?: string } }) => status?.phase === 'Running';

describeOnDocker('a Pod in Docker', () => {
  let pods: DockerPods;

  before(async () => {
    pods = await startDockerPods();
  });
  after(() => pods?.close());

  /** A Pod that has ended is taken out of Docker without anybody's asking. */
  const nothingLeft = () =>
    waitFor('an end without left-overs', async () => {
      const { containers, volumes } = await inDocker(pods.instance);
      return containers.length + volumes.length === 0;
    });

  describe('has one network', () => {
    it('on whose localhost its containers meet', async () => {
      const name = await pods.run({
        containers: [
          { image: 'kecs/echo:latest', env: [{ name: 'PORT', value: '8080' }], ports: [{ containerPort: 8080 }] },
          sh('wget -qO- http://localhost:8080/ >/dev/null && echo met; sleep 600'),
        ],
      });
      await waitFor('the answer', async () => (await pods.log(name, 'c1')) === 'met\n', 60_000);
      await pods.remove(name);
    });

    it('with the address of its status, its host name, aliases and DNS', async () => {
      const name = await pods.run({
        hostname: 'my-host',
        hostAliases: [{ ip: '10.9.8.7', hostnames: ['db.local'] }],
        dnsPolicy: 'None',
        dnsConfig: { nameservers: ['10.1.2.3'], searches: ['example.test'] },
        containers: [sh('hostname; hostname -i; echo $HOSTNAME; cat /etc/hosts /etc/resolv.conf')],
      });
      const { c0 = '' } = await pods.outputs(name);
      const { status } = await pods.get(name);
      expect(c0.split('\n').slice(0, 3)).to.deep.equal(['my-host', status?.podIP, 'my-host']);
      expect(c0).to.match(/^10\.9\.8\.7\s+db\.local$/m);
      expect(c0)
        .to.match(/^nameserver 10\.1\.2\.3$/m)
        .and.to.match(/^search example\.test$/m);
      expect(c0).to.match(/^\d+\.\d+\.\d+\.\d+\s+host\.docker\.internal$/m);
    });

    it('with its sysctls', async () => {
      const name = await pods.run({
        securityContext: { sysctls: [{ name: 'net.ipv4.tcp_keepalive_time', value: '500' }] },
        containers: [sh('cat /proc/sys/net/ipv4/tcp_keepalive_time')],
      });
      expect(await pods.outputs(name)).to.deep.equal({ c0: '500\n' });
    });

    it('that is the host’s where it says so', async () => {
      const name = await pods.run({
        hostNetwork: true,
        containers: [
          { image: 'kecs/echo:latest', env: [{ name: 'PORT', value: '19317' }], ports: [{ containerPort: 19317 }] },
        ],
      });
      await pods.until(name, 'running', isRunning);
      const port = await pods.expose(name, 19317);
      expect((await waitFor('an answer', () => fetch(`http://127.0.0.1:${port}/`))).status).to.equal(200);
      await pods.remove(name);
    });
  });

  describe('has volumes', () => {
    const mount = { name: 'shared', mountPath: '/shared' };

    for (const medium of ['', 'Memory']) {
      it(`that its containers share, whoever they are (medium "${medium}")`, async () => {
        const name = await pods.run({
          volumes: [{ name: 'shared', emptyDir: { medium, ...(medium && { sizeLimit: '8Mi' }) } }],
          initContainers: [
            {
              name: 'first',
              image: 'busybox:latest',
              ...sh('id -u > /shared/one'),
              securityContext: { runAsUser: 1234 },
              volumeMounts: [mount],
            },
          ],
          containers: [
            {
              ...sh('cat /shared/one; touch /shared/two && echo wrote; df -m /shared | tail -1'),
              securityContext: { runAsUser: 4321 },
              volumeMounts: [mount],
            },
            { ...sh('touch /shared/three || echo read only'), volumeMounts: [{ ...mount, readOnly: true }] },
          ],
        });
        const { c0 = '', c1 } = await pods.outputs(name);
        expect(c0).to.match(/^1234\nwrote\n/);
        if (medium) expect(c0).to.match(/^tmpfs\s+8\s/m);
        expect(c1).to.match(/read only/);
        await pods.remove(name);
        await nothingLeft();
      });
    }

    it('of the host, made where there is no such folder', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'kecs-docker-'));
      const name = await pods.run({
        volumes: [{ name: 'host', hostPath: { path: join(folder, 'new') } }],
        containers: [{ ...sh('echo hello > /data/file'), volumeMounts: [{ name: 'host', mountPath: '/data' }] }],
      });
      await pods.outputs(name);
      expect(await readFile(join(folder, 'new/file'), 'utf8')).to.equal('hello\n');
      await rm(folder, { recursive: true });
    });

    it('but waits with words where it wants one that Docker does not have', async () => {
      const name = await pods.run({
        volumes: [{ name: 'config', configMap: { name: 'some' } }],
        containers: [{ volumeMounts: [{ name: 'config', mountPath: '/config' }] }],
      });
      const { status } = await pods.until(name, 'waiting', (pod) =>
        Boolean(pod.status?.containerStatuses?.[0]?.state?.waiting?.message),
      );
      expect(status?.containerStatuses?.[0]?.state?.waiting).to.deep.equal({
        reason: 'CreateContainerError',
        message:
          'Container c0 mounts config, which is configMap: containers in Docker have hostPath and whole emptyDir volumes only.',
      });
      await pods.remove(name);
    });
  });

  it('has containers with their user, folder, root file system, capabilities and process', async () => {
    const name = await pods.run({
      shareProcessNamespace: true,
      containers: [
        {
          command: ['sh', '-c'],
          args: [
            'id -u; id -g; pwd; echo $(WORD); touch /x 2>&1 | grep -o "Read-only"; grep -E "CapBnd|NoNewPrivs" /proc/self/status',
          ],
          env: [{ name: 'WORD', value: 'expanded' }],
          workingDir: '/tmp',
          securityContext: {
            runAsUser: 1000,
            runAsGroup: 2000,
            readOnlyRootFilesystem: true,
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
          },
        },
        sh('ps | grep -v ps | head -3 | wc -l; cat /proc/1/comm'),
      ],
    });
    const { c0 = '', c1 } = await pods.outputs(name);
    expect(c0.split('\n')).to.deep.equal([
      '1000',
      '2000',
      '/tmp',
      'expanded',
      'Read-only',
      'CapBnd:\t0000000000000400',
      'NoNewPrivs:\t1',
      '',
    ]);
    // The first process is the sandbox's.
    expect(c1).not.to.match(/^1\n/);
  });

  it('asks a container for its readiness by a command in it', async () => {
    const name = await pods.run({
      containers: [
        {
          ...sh('sleep 1; touch /tmp/up; sleep 600'),
          readinessProbe: { exec: { command: ['test', '-f', '/tmp/up'] }, periodSeconds: 1 },
        },
      ],
    });
    const early = await pods.until(name, 'running', isRunning);
    expect(early.status?.containerStatuses?.[0]?.ready).to.equal(false);
    await pods.until(name, 'ready', ({ status }) => status?.containerStatuses?.[0]?.ready === true);
    await pods.remove(name);
  });

  it('starts a sidecar again when it exits, and ends it with the others', async () => {
    const name = await pods.run({
      initContainers: [{ name: 'beside', image: 'busybox:latest', restartPolicy: 'Always', ...sh('sleep 1') }],
      containers: [sh('sleep 3')],
    });
    const { status } = await pods.until(name, 'its end', (pod) => pod.status?.phase === 'Succeeded');
    expect(status?.initContainerStatuses?.[0]?.restartCount).to.be.greaterThan(0);
    await nothingLeft();
  });

  it('fails in words where Docker refuses what it wants', async () => {
    const name = await pods.run({
      securityContext: { sysctls: [{ name: 'kernel.no_such_thing', value: '1' }] },
      containers: [{}],
    });
    const { status } = await pods.until(name, 'failed', (pod) => pod.status?.phase === 'Failed');
    expect(status).to.include({ reason: 'FailedCreatePodSandBox' });
    expect(status?.message).to.match(/^Failed to create pod sandbox: .*kernel\.no_such_thing/);
  });

  it('ends when somebody removes its sandbox, and tells of a container that somebody removed', async () => {
    for (const container of ['POD', 'c0']) {
      const name = await pods.run({ containers: [sh('sleep 600')] });
      await pods.until(name, 'running', isRunning);
      const { containers } = await inDocker(pods.instance);
      const found = containers.find(({ Labels }) => Labels['io.kubernetes.container.name'] === container);
      await new Docker().getContainer(found?.Id ?? '').remove({ force: true });
      const { status } = await pods.until(name, 'failed', (pod) => pod.status?.phase === 'Failed');
      expect(status?.containerStatuses?.[0]?.state?.terminated?.exitCode).to.equal(137);
      await pods.remove(name);
    }
  });
});

describeOnDocker('Pods in Docker', () => {
  it('answer on ports that Docker publishes where their addresses cannot be dialled', async () => {
    const pods = await startDockerPods({ publishAlways: true });
    const name = await pods.run({ containers: [{ image: 'nginx:latest', ports: [{ containerPort: 80 }] }] });
    await pods.until(name, 'running', isRunning);
    const { status } = await pods.get(name);
    const listener = pods.kubernetes.listenerOf(status?.podIP ?? '', 80, 'tcp');
    expect(listener).to.include({ host: '127.0.0.1' });
    const port = await pods.expose(name, 80);
    expect((await waitFor('an answer', () => fetch(`http://127.0.0.1:${port}/`))).status).to.equal(200);
    await pods.close();
    expect((await inDocker(pods.instance)).containers).to.deep.equal([]);
  });

  it('join a network of Docker, on which names of other containers are known', async () => {
    const docker = new Docker();
    const network = await docker.createNetwork({ Name: 'kecs-spec-network', Labels: { 'kecs.dev/spec': 'true' } });
    const server = await docker.createContainer({
      Image: 'nginx:latest',
      name: 'kecs-spec-database',
      HostConfig: { NetworkMode: 'kecs-spec-network' },
    });
    await server.start();
    const pods = await startDockerPods({ network: 'kecs-spec-network' });
    try {
      const name = await pods.run({ containers: [sh('wget -qO- http://kecs-spec-database/ | grep -c nginx')] });
      expect((await pods.outputs(name))['c0']).to.match(/^[1-9]\d*\n$/);
    } finally {
      await pods.close();
      await server.remove({ force: true });
      await network.remove();
    }
  });

  it('cannot be where there is no such network', async () => {
    const refused = await startDockerPods({ network: 'kecs-no-such-network' }).catch((error: Error) => error.message);
    expect(refused).to.equal(
      'Docker has no network "kecs-no-such-network": make it with "docker network create kecs-no-such-network", or name another.',
    );
  });
});
