import { expect } from 'chai';
import { readPluginManifest, resolvePluginOptions, validateManifest } from '../../lib/host/plugin-manifest.ts';
import { rejectionOf } from './rejection-of.ts';

const minimal = { name: 'tea', version: '1.0.0' };

describe('plugin.json', () => {
  it('may be as short as a name and a version', async () => {
    expect(await validateManifest(minimal)).to.deep.equal(minimal);
  });

  it('is refused with every fault named', async () => {
    const error = await rejectionOf(validateManifest({ name: 'Tea Pot', services: [{}], colour: 1 }));
    expect(error.message)
      .to.match(/version is missing/)
      .and.match(/signingName is missing/);
    expect(error.message)
      .to.match(/colour is unknown/)
      .and.match(/name is "Tea Pot"/);
  });

  it('is named when it cannot be read', async () => {
    const error = await rejectionOf(readPluginManifest('/nowhere/plugin.json'));
    expect(error.message).to.match(/^The plugin manifest \/nowhere\/plugin\.json cannot be read: ENOENT/);
  });

  it('of KECS is valid and claims ECS and one operation of EC2', async () => {
    const { manifest } = await readPluginManifest(new URL('../../plugin.json', import.meta.url));
    expect(manifest.name).to.equal('kecs');
    expect(manifest.services?.map(({ signingName }) => signingName)).to.deep.equal(['ecs', 'ec2']);
    expect(manifest.services?.[1]?.actions).to.deep.equal(['DescribeNetworkInterfaces']);
  });

  it('of KECS gives the default configuration', async () => {
    const { manifest } = await readPluginManifest(new URL('../../plugin.json', import.meta.url));
    expect(await resolvePluginOptions(manifest, {}, {})).to.deep.equal({
      host: '127.0.0.1',
      port: 8080,
      allowedHosts: [],
      region: 'us-east-1',
      account: '000000000000',
      strict: false,
      lifecycle: 'aws',
      allowReset: false,
      cluster: 'embedded',
      k3dName: 'kecs',
      k3dPorts: 100,
      cpuRequestRatio: 0.02,
      forbidPrivileged: false,
      volumesDirectory: '/var/lib/kecs/volumes',
      containers: 'simulated',
      docker: { sandboxImage: 'registry.k8s.io/pause:3.10', network: 'bridge' },
      images: {},
      publicIp: {
        provider: 'node-port',
        address: '127.0.0.1',
        hostPorts: { first: 32000, last: 32999 },
        firstNodePort: 30000,
        loopbackRange: '127.77.0.0/16',
        loadBalancerSeconds: 60,
      },
      logLevel: 'info',
    });
  });
});

describe('the options of a plugin', () => {
  const manifest = {
    ...minimal,
    name: '@leaf/tea-pot',
    options: { type: 'object', properties: { brewTime: { type: 'integer', default: 3 } } },
  };

  it('are refused with the plugin and the option named', async () => {
    const error = await rejectionOf(resolvePluginOptions(manifest, {}, { brewTime: 'long' }));
    expect(error.message).to.match(/options of plugin @leaf\/tea-pot are not valid: The option brewTime is "long"/);
  });

  it('are refused when the manifest declares none', async () => {
    const error = await rejectionOf(resolvePluginOptions(minimal, {}, { brewTime: 1 }));
    expect(error.message).to.match(/brewTime is unknown/);
  });

  it('come from variables with the name of the plugin', async () => {
    expect(await resolvePluginOptions(manifest, { LEAF_TEA_POT_BREW_TIME: '5' }, {})).to.deep.equal({ brewTime: 5 });
  });

  it('come from the program before the environment', async () => {
    expect(await resolvePluginOptions(manifest, { LEAF_TEA_POT_BREW_TIME: '5' }, { brewTime: 7 })).to.deep.equal({
      brewTime: 7,
    });
  });
});
