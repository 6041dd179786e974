import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What Docker sends to a registry on somebody's behalf (Docker Engine API, AuthConfig). */
export type RegistryLogin =
  | { readonly username: string; readonly password: string; readonly serveraddress: string }
  | { readonly identitytoken: string; readonly serveraddress: string };

/** `~/.docker/config.json`, and the Secrets of type `kubernetes.io/dockerconfigjson`. */
export interface DockerConfig {
  readonly auths?: Readonly<
    Record<string, { readonly auth?: string; readonly username?: string; readonly password?: string }>
  >;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

const dockerHub = 'https://index.docker.io/v1/';

/** The login that a configuration has for an image's registry. */
export async function loginIn(config: DockerConfig, image: string): Promise<RegistryLogin | undefined> {
  const registry = registryOf(image);
  const helper = config.credHelpers?.[registry] ?? config.credsStore;
  const kept = helper ? await askHelper(helper, registry) : undefined;
  return kept ?? writtenIn(config, registry);
}

/** The configuration of the user who runs this process; nothing where there is none. */
export async function userConfig(environment: NodeJS.ProcessEnv = process.env): Promise<DockerConfig> {
  const folder = environment['DOCKER_CONFIG'] ?? join(homedir(), '.docker');
  const text = await readFile(join(folder, 'config.json'), 'utf8').catch(() => '{}');
  return parseConfig(text);
}

export function parseConfig(text: string): DockerConfig {
  try {
    return JSON.parse(text) as DockerConfig;
  } catch {
    return {};
  }
}

function writtenIn({ auths = {} }: DockerConfig, serveraddress: string): RegistryLogin | undefined {
  const bare = (key: string) => key.replace(/^https?:\/\//, '').replace(/\/(v[12]\/?)?$/, '');
  const found = Object.entries(auths).find(([key]) => bare(key) === bare(serveraddress))?.[1];
  if (!found) return undefined;
  const [name = '', ...secret] = Buffer.from(found.auth ?? '', 'base64')
    .toString()
    .split(':');
  const { username = name, password = secret.join(':') } = found;
  return username === '' ? undefined : { username, password, serveraddress };
}

function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return hasHost && first !== 'docker.io' ? first : dockerHub;
}

/** The program is named by the user's own configuration, as for the docker command; what it has no login for is public. */
async function askHelper(name: string, serveraddress: string): Promise<RegistryLogin | undefined> {
  if (!/^[\w-]+$/.test(name)) return undefined;
  const answer = await new Promise<string>((resolve) => {
    const child = execFile(`docker-credential-${name}`, ['get'], { timeout: 10_000 }, (error, stdout) =>
      resolve(error ? '' : stdout),
    );
    child.stdin?.on('error', () => undefined).end(serveraddress);
  });
  const { Username: username = '', Secret: password = '' } = parseConfig(answer) as {
    Username?: string;
    Secret?: string;
  };
  if (username === '') return undefined;
  // How a helper says that it keeps a token (github.com/docker/docker-credential-helpers, "Development").
  if (username === '<token>') return { identitytoken: password, serveraddress };
  return { username, password, serveraddress };
}
