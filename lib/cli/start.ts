import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { pino } from 'pino';
import type { Config } from '../config.ts';
import { type Emulator, type KubernetesInfo, createEmulator } from '../emulator.ts';
import { type ConfigValues, loadConfig, readConfigFile, readOptionsSchema } from '../load-config.ts';
import { type RunningServer, listen } from '../server.ts';
import { type ApiThroughK3d, findApiThroughK3d } from './api-through-k3d.ts';
import { flagsOf, valuesOf } from './flags.ts';
import { defaultStatePath, kubeconfigPath } from './paths.ts';

/** `kecs start`: its flags are the options of plugin.json. */
export function startCommand(): Command {
  const command = new Command('start')
    .description('Start KECS and serve until Ctrl-C. Each option is a variable KECS_…, too.')
    .allowExcessArguments(false)
    .option('--config <file>', 'a JSON file of options; flags win over it, it wins over variables');
  const flags = flagsOf(readOptionsSchema());
  for (const { option } of flags) command.addOption(option);
  return command.action((given: Record<string, unknown>) => start(given['config'], valuesOf(flags, given)));
}

async function start(configFile: unknown, flags: ConfigValues): Promise<void> {
  const config = loadConfig({
    environment: { KECS_STATE: defaultStatePath(), ...process.env },
    values: [...(typeof configFile === 'string' ? [await readConfigFile(configFile)] : []), flags],
  });
  const emulator = createEmulator({ ...withoutMemoryState(config), log: logTo(config) });
  const running: Running = { emulator, starting: emulator.start() };
  const ending = endOnSignal(running, config);
  await running.starting.catch((error: NodeJS.ErrnoException) => {
    throw error.code === undefined ? error : stateError(error, config);
  });
  try {
    if (!ending.begun) await serve(running, config);
  } catch (error) {
    // What fails because KECS is ending is no error.
    if (ending.begun) return;
    // The state file is let go of.
    await emulator.stop();
    throw error;
  }
}

interface Running {
  readonly emulator: Emulator;
  readonly starting: Promise<void>;
  server?: RunningServer;
  throughK3d?: ApiThroughK3d;
}

async function serve(running: Running, config: Config): Promise<void> {
  const { emulator } = running;
  const throughK3d = await findApiThroughK3d(config);
  const server = await listen(emulator, throughK3d?.listenOn);
  Object.assign(running, { server, throughK3d });
  if (!throughK3d) sayWhere(server.url);
  const kubernetes = await emulator.whenReady();
  await shareKubeconfig(config, kubernetes);
  if (throughK3d) {
    await throughK3d.open(portOf(server));
    say(throughK3d.explanation);
    sayWhere(throughK3d.url);
  }
  announce(config, throughK3d ?? server, kubernetes);
}

const stateError = (error: Error, { state }: Config): Error =>
  new Error(
    `The state file ${state} cannot be used (${error.message}). ` +
      'Name another with --state, or keep nothing with --state memory.',
    { cause: error },
  );

/** `--state memory` keeps nothing. */
function withoutMemoryState(config: Config): Config {
  const { state, ...rest } = config;
  return state === undefined || state === 'memory' ? rest : config;
}

const logTo = (config: Config) =>
  pino({ level: config.logLevel, base: null }, pino.destination({ dest: 2, sync: false }));

const sayWhere = (url: string): boolean => say(`KECS answers the Amazon ECS API at ${url}`);

const portOf = ({ server }: RunningServer): number => (server.address() as AddressInfo).port;

function announce(config: Config, { url }: { readonly url: string }, kubernetes: KubernetesInfo): void {
  say(`Kubernetes: ${kubernetes.description}`);
  say(`Public IPs: ${publicAddresses(config)}`);
  say(`State: ${config.state ?? 'memory'}`);
  say('Paste into a shell to use it:');
  say(`  export AWS_ENDPOINT_URL_ECS=${url} AWS_ENDPOINT_URL_EC2=${url}`);
  say(`  export AWS_ACCESS_KEY_ID=${config.account} AWS_SECRET_ACCESS_KEY=local AWS_REGION=${config.region}`);
}

function publicAddresses({ publicIp: { provider, address, hostPorts, loopbackRange } }: Config): string {
  if (provider === 'loopback') return `${provider}, addresses ${loopbackRange}`;
  if (provider === 'load-balancer') return `${provider}, addresses of the cluster's load balancer`;
  return `${provider}, ${address} ports ${hostPorts.first}–${hostPorts.last}`;
}

/** For `kecs kubeconfig`: it holds a token, so it lies beside the state, readable by its owner alone. */
async function shareKubeconfig({ state }: Config, { kubeconfig }: KubernetesInfo): Promise<void> {
  if (state === undefined || state === 'memory') return;
  const path = kubeconfigPath(state);
  // One may be left by a KECS that was killed.
  await rm(path, { force: true });
  if (kubeconfig === undefined) return;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, kubeconfig, { mode: 0o600 });
}

/** To be called as soon as something has begun: a signal that comes before KECS listens leaves no lock on the state file, either. */
function endOnSignal(running: Running, { state }: Config): { readonly begun: boolean } {
  const ending = { begun: false };
  const stop = async () => {
    ending.begun = true;
    await running.starting.catch(() => undefined);
    running.server?.server.closeIdleConnections();
    await Promise.all([running.server?.close(), running.throughK3d?.close(), running.emulator.stop()]);
    if (state !== undefined) await rm(kubeconfigPath(state), { force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop().then(
        () => process.exit(0),
        (error: Error) => {
          process.stderr.write(`kecs: KECS could not end cleanly: ${error.message}\n`);
          process.exit(1);
        },
      );
    });
  }
  return ending;
}

const say = (line: string): boolean => process.stdout.write(`${line}\n`);
