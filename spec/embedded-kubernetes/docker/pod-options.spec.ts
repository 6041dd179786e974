import { expect } from 'chai';
import { containerOptions } from '../../../lib/embedded-kubernetes/docker/container-options.ts';
import { sandboxOptions } from '../../../lib/embedded-kubernetes/docker/sandbox-options.ts';
import type { Container, Pod } from '../../../lib/embedded-kubernetes/pod.ts';

const labels = { 'kecs.dev/managed-by': 'kecs', 'kecs.dev/instance': 'i' };

const podOf = (spec: Partial<Pod['spec']>): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', uid: 'u-1', labels: { app: 'web', 'kecs.dev/instance': 'other' } },
  spec: { containers: [{ name: 'main', image: 'nginx' }], ...spec },
});

describe('a sandbox in Docker', () => {
  const setting = { image: 'pause', network: 'bridge', labels };
  const ports = [
    { containerPort: 80, protocol: 'TCP' as const },
    { containerPort: 53, protocol: 'UDP' as const },
  ];

  it('has the network, the name and the labels of its Pod, and the labels of its owner whatever the Pod says', () => {
    const { name, Image, Hostname, Labels, HostConfig } = sandboxOptions(podOf({}), setting);
    expect({ name, Image, Hostname }).to.deep.equal({
      name: 'kecs_POD_web_default_u-1_0',
      Image: 'pause',
      Hostname: 'web',
    });
    expect(Labels).to.deep.equal({
      app: 'web',
      'io.kubernetes.pod.name': 'web',
      'io.kubernetes.pod.namespace': 'default',
      'io.kubernetes.pod.uid': 'u-1',
      'io.kubernetes.container.name': 'POD',
      ...labels,
    });
    expect(HostConfig).to.include({ NetworkMode: 'bridge', IpcMode: 'shareable' });
  });

  it('publishes no port where its address can be dialled', () => {
    const { HostConfig, ExposedPorts } = sandboxOptions(
      podOf({ containers: [{ name: 'a', image: 'b', ports }] }),
      setting,
    );
    expect(HostConfig?.PortBindings).to.deep.equal({});
    expect(ExposedPorts).to.deep.equal({ '80/tcp': {}, '53/udp': {} });
  });

  it('publishes each port of each container once where it cannot', () => {
    const pod = podOf({
      containers: [{ name: 'a', image: 'b', ports }],
      initContainers: [{ name: 'c', image: 'd', restartPolicy: 'Always', ports: [{ containerPort: 80 }] }],
    });
    const { HostConfig } = sandboxOptions(pod, { ...setting, publishOn: '127.0.0.1' });
    const free = [{ HostIp: '127.0.0.1', HostPort: '' }];
    expect(HostConfig?.PortBindings).to.deep.equal({ '80/tcp': free, '53/udp': free });
  });

  it('publishes a hostPort on loopback, unless the Pod names another address', () => {
    const pod = podOf({
      containers: [
        {
          name: 'a',
          image: 'b',
          ports: [
            { containerPort: 80, hostPort: 8080 },
            { containerPort: 81, hostPort: 8081, hostIP: '0.0.0.0' },
          ],
        },
      ],
    });
    expect(sandboxOptions(pod, setting).HostConfig?.PortBindings).to.deep.equal({
      '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }],
      '81/tcp': [{ HostIp: '0.0.0.0', HostPort: '8081' }],
    });
  });

  it('on the host’s network has neither name nor ports of its own', () => {
    const pod = podOf({
      hostNetwork: true,
      hostIPC: true,
      hostPID: true,
      containers: [{ name: 'a', image: 'b', ports }],
    });
    const options = sandboxOptions(pod, { ...setting, publishOn: '127.0.0.1' });
    expect(options).not.to.have.any.keys('Hostname', 'ExposedPorts');
    expect(options.HostConfig).to.include({ NetworkMode: 'host', IpcMode: 'host', PidMode: 'host' });
    expect(options.HostConfig).not.to.have.property('PortBindings');
    expect(options.HostConfig?.ExtraHosts).to.deep.equal([]);
  });

  it('cuts a host name that is too long', () => {
    const long = `${'a'.repeat(62)}-${'b'.repeat(20)}`;
    expect(sandboxOptions(podOf({ hostname: long }), setting).Hostname).to.equal('a'.repeat(62));
  });

  it('holds the emptyDir volumes', () => {
    const pod = podOf({
      volumes: [
        { name: 'data', emptyDir: {} },
        { name: 'host', hostPath: { path: '/srv' } },
      ],
    });
    expect(sandboxOptions(pod, setting).HostConfig?.Mounts).to.deep.equal([
      { Type: 'volume', Source: 'kecs_u-1_data', Target: '/volumes/data' },
    ]);
  });
});

describe('a container in Docker', () => {
  const optionsOf = (container: Partial<Container>, spec: Partial<Pod['spec']> = {}, env = {}) =>
    containerOptions(
      podOf(spec),
      { name: 'main', image: 'nginx', ...container },
      { env, restartCount: 2 },
      {
        sandboxID: 's',
        labels,
      },
    );

  it('leaves to the image what the Pod does not say', () => {
    const options = optionsOf({});
    expect(options).not.to.have.any.keys('Entrypoint', 'Cmd', 'User', 'WorkingDir');
    expect(options).to.deep.include({ name: 'kecs_main_web_default_u-1_2', Image: 'nginx', Env: [], Tty: false });
    expect(options.HostConfig).to.deep.equal({
      NetworkMode: 'container:s',
      IpcMode: 'container:s',
      PidMode: '',
      Privileged: false,
      ReadonlyRootfs: false,
      CapAdd: [],
      CapDrop: [],
      SecurityOpt: [],
      Binds: [],
      Mounts: [],
    });
  });

  it('expands variables in command and arguments as Kubernetes does', () => {
    const { Entrypoint, Cmd, Env } = optionsOf({ command: ['$(A)', '$$(A)'], args: ['$(NONE)', '$A'] }, {}, { A: '1' });
    expect({ Entrypoint, Cmd, Env }).to.deep.equal({
      Entrypoint: ['1', '$(A)'],
      Cmd: ['$(NONE)', '$A'],
      Env: ['A=1'],
    });
  });

  const users: [container: object, pod: object, user: string | undefined][] = [
    [{ runAsUser: 1 }, {}, '1'],
    [{ runAsUser: 1, runAsGroup: 2 }, {}, '1:2'],
    [{ runAsUser: 1 }, { runAsUser: 3, runAsGroup: 4 }, '1:4'],
    [{}, {}, undefined],
  ];
  for (const [container, pod, user] of users) {
    it(`runs as ${user} for ${JSON.stringify(container)} in a Pod of ${JSON.stringify(pod)}`, () => {
      expect(optionsOf({ securityContext: container }, { securityContext: pod }).User).to.equal(user);
    });
  }

  it('cannot run as a group without a user', () => {
    expect(() => optionsOf({ securityContext: { runAsGroup: 2 } })).to.throw(
      'The user group 2 is specified without user',
    );
  });

  const resources: [limits: Record<string, string>, requests: Record<string, string>, host: object][] = [
    [{ memory: '64Mi' }, {}, { Memory: 67_108_864, MemorySwap: 67_108_864 }],
    [
      { memory: '64Mi' },
      { memory: '32Mi' },
      { Memory: 67_108_864, MemorySwap: 67_108_864, MemoryReservation: 33_554_432 },
    ],
    // Docker takes no reservation below 6 MiB.
    [{ memory: '64Mi' }, { memory: '1Mi' }, { Memory: 67_108_864, MemorySwap: 67_108_864 }],
    [{ cpu: '1500m' }, { cpu: '250m' }, { NanoCpus: 1_500_000_000, CpuShares: 256 }],
    [{}, { cpu: '1m' }, { CpuShares: 2 }],
  ];
  for (const [limits, requests, host] of resources) {
    it(`gets ${JSON.stringify(host)} of limits ${JSON.stringify(limits)} and requests ${JSON.stringify(requests)}`, () => {
      const { Memory, MemorySwap, MemoryReservation, NanoCpus, CpuShares } =
        optionsOf({ resources: { limits, requests } }).HostConfig ?? {};
      const found = { Memory, MemorySwap, MemoryReservation, NanoCpus, CpuShares };
      expect(JSON.parse(JSON.stringify(found))).to.deep.equal(host);
    });
  }

  it('cannot have a quantity that is none', () => {
    expect(() => optionsOf({ resources: { limits: { memory: '64 MB' } } })).to.throw(
      '"64 MB" is no quantity: write a number with a unit such as m, Ki, Mi, Gi, M or G, e.g. 64Mi.',
    );
  });

  it('mounts folders of the host and volumes of the Pod', () => {
    const volumes = [
      { name: 'host', hostPath: { path: '/srv/' } },
      { name: 'data', emptyDir: {} },
    ];
    const volumeMounts = [
      { name: 'host', mountPath: '/h', readOnly: true, subPath: 'a/b' },
      { name: 'data', mountPath: '/d', readOnly: true },
    ];
    const { Binds, Mounts } = optionsOf({ volumeMounts }, { volumes }).HostConfig ?? {};
    expect(Binds).to.deep.equal(['/srv/a/b:/h:ro']);
    expect(Mounts?.[0]).to.deep.include({ Type: 'volume', Source: 'kecs_u-1_data', Target: '/d', ReadOnly: true });
  });

  it('refuses part of an emptyDir, and a volume that the Pod has not', () => {
    const volumes = [{ name: 'data', emptyDir: {} }];
    const mounting = (mount: { name: string; subPath?: string }) => () =>
      optionsOf({ volumeMounts: [{ ...mount, mountPath: '/d' }] }, { volumes });
    expect(mounting({ name: 'data', subPath: 'x' })).to.throw('main mounts data, which is subPath x of emptyDir:');
    expect(mounting({ name: 'none' })).to.throw('main mounts none, which is no volume of the Pod:');
  });
});
