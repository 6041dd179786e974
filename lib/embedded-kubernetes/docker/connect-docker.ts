import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { wordsOf } from './docker-error.ts';

export interface DockerEngine {
  readonly docker: Docker;
  /** Its version, e.g. `27.5.1`. */
  readonly version: string;
  /** How it is reached, e.g. `unix:///var/run/docker.sock`. */
  readonly where: string;
  /** The name of its host where that is another machine or another container. */
  readonly remoteHost?: string;
  /** Whether it runs beside this process, and not in a virtual machine or a namespace of its own. */
  readonly isBeside: boolean;
}

const answerLimitMs = 30_000;

/** The engine that DOCKER_HOST names, or the first usual socket that answers. @throws Error with the way out */
export async function connectDocker(environment: NodeJS.ProcessEnv = process.env): Promise<DockerEngine> {
  const failures: string[] = [];
  for (const { where, docker } of candidates(environment)) {
    try {
      return await describe(docker(), where, environment['DOCKER_HOST']);
    } catch (error) {
      failures.push(`${where}: ${reasonOf(error)}`);
    }
  }
  throw new Error(
    `No Docker answers (${failures.join('; ')}). Start Docker, or name its address in DOCKER_HOST, ` +
      'or leave out containers "docker" and have containers simulated.',
  );
}

interface Candidate {
  readonly where: string;
  readonly docker: () => Docker;
}

function candidates({ DOCKER_HOST: host, XDG_RUNTIME_DIR: runtime }: NodeJS.ProcessEnv): Candidate[] {
  // docker-modem reads DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH by itself.
  if (host) return [{ where: host, docker: () => new Docker() }];
  if (process.platform === 'win32') return [{ where: 'npipe:////./pipe/docker_engine', docker: () => new Docker() }];
  const usual = [
    '/var/run/docker.sock',
    ...(runtime ? [join(runtime, 'docker.sock')] : []),
    ...['.docker/run/docker.sock', '.colima/default/docker.sock', '.orbstack/run/docker.sock', '.rd/docker.sock'].map(
      (path) => join(homedir(), path),
    ),
  ];
  const [first = '', ...others] = usual;
  return [first, ...others.filter((path) => existsSync(path))].map((socketPath) => ({
    where: `unix://${socketPath}`,
    docker: () => new Docker({ socketPath }),
  }));
}

interface EngineInfo {
  readonly ServerVersion: string;
  readonly OSType: string;
  readonly OperatingSystem: string;
  readonly SecurityOptions?: readonly string[];
}

async function describe(docker: Docker, where: string, host: string | undefined): Promise<DockerEngine> {
  const info = (await inTime(docker.info())) as EngineInfo;
  if (info.OSType !== 'linux') throw new Error(`it runs ${info.OSType} containers; switch it to Linux containers`);
  const remoteHost = remoteHostOf(host);
  const isRootless = info.SecurityOptions?.some((option) => option.includes('rootless')) ?? false;
  return {
    docker,
    version: info.ServerVersion,
    where,
    ...(remoteHost && { remoteHost }),
    isBeside: remoteHost === undefined && !isRootless && info.OperatingSystem !== 'Docker Desktop',
  };
}

function remoteHostOf(host = ''): string | undefined {
  if (host === '' || /^(unix|npipe):/.test(host)) return undefined;
  const { hostname } = new URL(host.includes('//') ? host : `tcp://${host}`);
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname) ? undefined : hostname;
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${answerLimitMs / 1000} s`)), answerLimitMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such socket';
  if (code === 'EACCES') return 'this user may not use it; add the user to the group docker';
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  return wordsOf(error);
}
