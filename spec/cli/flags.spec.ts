import { Command } from 'commander';
import { expect } from 'chai';
import { type Flag, flagsOf, valuesOf } from '../../lib/cli/flags.ts';
import { loadConfig, readOptionsSchema } from '../../lib/load-config.ts';
import { listOptions } from '../../lib/util/json-schema-options.ts';

describe('the flags of kecs start', () => {
  const flags = flagsOf(readOptionsSchema());
  /** Each a value other than the default. */
  const given: Record<string, [words: string[], value: unknown]> = {
    host: [['--host', '127.0.0.2'], '127.0.0.2'],
    port: [['--port', '9000'], 9000],
    region: [['--region', 'eu-central-1'], 'eu-central-1'],
    account: [['--account', '000000000042'], '000000000042'],
    state: [['--state', 's.json'], 's.json'],
    strict: [['--strict'], true],
    lifecycle: [['--lifecycle', 'instant'], 'instant'],
    allowReset: [['--allow-reset'], true],
    cluster: [['--cluster', 'k3d'], 'k3d'],
    context: [['--context', 'mine'], 'mine'],
    kubeconfig: [['--kubeconfig', 'k.yaml'], 'k.yaml'],
    k3dName: [['--k3d-name', 'mine'], 'mine'],
    k3dPorts: [['--k3d-ports', '10'], 10],
    cpuRequestRatio: [['--cpu-request-ratio', '0.5'], 0.5],
    forbidPrivileged: [['--forbid-privileged'], true],
    volumesDirectory: [['--volumes-directory', '/srv/volumes'], '/srv/volumes'],
    containers: [['--containers', 'docker'], 'docker'],
    'docker.sandboxImage': [['--docker-sandbox-image', 'busybox'], 'busybox'],
    'docker.network': [['--docker-network', 'app_default'], 'app_default'],
    'publicIp.provider': [['--public-ip', 'node-port'], 'node-port'],
    'publicIp.address': [['--public-ip-address', '0.0.0.0'], '0.0.0.0'],
    'publicIp.hostPorts.first': [['--public-ip-host-ports-first', '32100'], 32_100],
    'publicIp.hostPorts.last': [['--public-ip-host-ports-last', '32200'], 32_200],
    'publicIp.firstNodePort': [['--public-ip-first-node-port', '30100'], 30_100],
    'publicIp.loopbackRange': [['--public-ip-loopback-range', '127.78.0.0/16'], '127.78.0.0/16'],
    'publicIp.loadBalancerSeconds': [['--public-ip-load-balancer-seconds', '90'], 90],
    logLevel: [['--log-level', 'silent'], 'silent'],
  };

  it('are there for every option that one word can give', () => {
    const options = listOptions(readOptionsSchema(), '').filter(
      ({ schema }) => schema.type !== 'object' && schema.type !== 'array',
    );
    expect(Object.keys(given)).to.have.members(options.map(({ path }) => path.join('.')));
    expect(flags).to.have.length(options.length);
  });

  for (const [path, [words, value]] of Object.entries(given)) {
    it(`set ${path} by ${words.join(' ')}`, () => {
      const config = loadConfig({ values: [parse(flags, words)] });
      const found = path.split('.').reduce<unknown>((group, name) => (group as Record<string, unknown>)[name], config);
      expect(found).to.equal(value);
    });
  }

  it('that set options of one group leave each other alone', () => {
    const { publicIp } = loadConfig({
      values: [
        parse(flags, ['--public-ip-host-ports-first', '32100', '--public-ip-host-ports-last', '32200']),
        parse(flags, ['--public-ip-address', '127.0.0.2']),
      ],
    });
    expect(publicIp).to.include({ address: '127.0.0.2', firstNodePort: 30_000 });
    expect(publicIp.hostPorts).to.deep.equal({ first: 32_100, last: 32_200 });
  });

  it('are described with their defaults', () => {
    const port = flags.find(({ option }) => option.long === '--port');
    expect(port?.option.description).to.contain('(default: 8080)');
  });
});

function parse(flags: readonly Flag[], words: readonly string[]) {
  const command = new Command();
  for (const { option } of flags) command.addOption(option);
  return valuesOf(flags, command.parse(words, { from: 'user' }).opts());
}
