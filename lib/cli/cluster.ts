import { Command } from 'commander';
import type { Config } from '../config.ts';
import { createK3d } from '../kubernetes/k3d/create-k3d.ts';
import { deleteK3d } from '../kubernetes/k3d/delete-k3d.ts';
import { describeK3d } from '../kubernetes/k3d/describe-k3d.ts';
import { findK3d } from '../kubernetes/k3d/find-k3d.ts';
import { loadConfig, readConfigFile, readOptionsSchema } from '../load-config.ts';
import { type Flag, flagsOf, valuesOf } from './flags.ts';

/** `kecs cluster`: the k3d cluster that `kecs start --cluster k3d` uses. */
export function clusterCommand(): Command {
  const name = ['k3dName'];
  const all = [...name, 'k3dPorts', 'publicIp.address', 'publicIp.hostPorts.first', 'publicIp.hostPorts.last'];
  return new Command('cluster')
    .description('Look after the k3d cluster that kecs start --cluster k3d uses.')
    .addCommand(subcommand('status', 'Say whether the k3d cluster runs and which host ports it maps.', name, status))
    .addCommand(
      subcommand('create', 'Make the k3d cluster.', [...all, 'publicIp.firstNodePort'], (config) => create(config)),
    )
    .addCommand(subcommand('delete', 'Delete the k3d cluster and all that runs on it.', name, remove));
}

function subcommand(
  name: string,
  description: string,
  options: readonly string[],
  act: (config: Config) => Promise<void>,
): Command {
  const command = new Command(name)
    .description(description)
    .allowExcessArguments(false)
    .option('--config <file>', 'a JSON file of options, as kecs start takes it');
  const flags = flagsOf(readOptionsSchema()).filter(({ path }) => options.includes(path.join('.')));
  for (const { option } of flags) command.addOption(option);
  return command.action(async (given: Record<string, unknown>) => act(await configOf(flags, given)));
}

async function configOf(flags: readonly Flag[], given: Record<string, unknown>): Promise<Config> {
  const { config } = given;
  const file = typeof config === 'string' ? [await readConfigFile(config)] : [];
  return loadConfig({ environment: process.env, values: [...file, valuesOf(flags, given)] });
}

async function status({ k3dName }: Config): Promise<void> {
  const cluster = await findK3d(k3dName);
  if (!cluster) {
    throw new Error(`There is no k3d cluster ${k3dName}: make it with kecs cluster create --k3d-name ${k3dName}.`);
  }
  for (const line of describeK3d(cluster)) process.stdout.write(`${line}\n`);
}

async function create(config: Config): Promise<void> {
  if (await findK3d(config.k3dName)) {
    throw new Error(
      `There is a k3d cluster ${config.k3dName} already: use it with kecs start --cluster k3d --k3d-name ${config.k3dName}, ` +
        'delete it with kecs cluster delete, or choose another name with --k3d-name.',
    );
  }
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  await createK3d(config, {
    signal: interrupted.signal,
    say: (line) => process.stdout.write(`${line}\n`),
    warn: (line) => process.stderr.write(`Warning: ${line}\n`),
  });
}

async function remove({ k3dName }: Config): Promise<void> {
  await deleteK3d(k3dName);
  process.stdout.write(`Deleted k3d cluster ${k3dName} and all that ran on it.\n`);
}
