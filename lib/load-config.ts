import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import type { Config } from './config.ts';
import { type JsonSchema, resolveOptions } from './util/json-schema-options.ts';

/** Options as a program, a file or flags give them: any part of the configuration. */
export type ConfigValues = { readonly [K in keyof Config]?: Config[K] | Partial<Config[K]> | undefined };

export interface ConfigSources {
  /** Later ones win. */
  readonly values?: readonly ConfigValues[];
  /** Variables `KECS_…`; they yield to `values`. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** The configuration in force: defaults of plugin.json, then environment, then values. @throws Error that names the option and the way out. */
export function loadConfig({ values = [], environment = {} }: ConfigSources): Config {
  const schema = readOptionsSchema();
  const config = resolveOptions(schema, {
    prefix: 'KECS',
    environment,
    values: values as Record<string, unknown>[],
  }) as unknown as Config;
  refuseContradictions(config);
  return config;
}

function refuseContradictions({ containers, cluster, images }: Config): void {
  if (containers !== 'docker') return;
  if (cluster !== 'embedded') {
    throw new Error(
      `The option containers is "docker", which needs no cluster, but cluster is "${cluster}", which runs containers itself: leave out one of them.`,
    );
  }
  if (Object.keys(images).length > 0) {
    throw new Error(
      'The option containers is "docker", which runs the images themselves, but images names host commands for some: leave out one of them.',
    );
  }
}

/** The JSON Schema of all options. */
export function readOptionsSchema(): JsonSchema {
  const manifest = JSON.parse(readFileSync(new URL('../plugin.json', import.meta.url), 'utf8')) as {
    options: JsonSchema;
  };
  return manifest.options;
}

/** Options from a JSON file. @throws Error when it cannot be read or is no JSON object. */
export async function readConfigFile(path: string): Promise<ConfigValues> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new Error(
      `The configuration file ${path} cannot be read (${error.message}): correct the path of --config, or leave it out.`,
      { cause: error },
    );
  });
  const values = parseJson(text, path);
  if (typeof values === 'object' && values !== null && !Array.isArray(values)) return values;
  throw new Error(`The configuration file ${path} holds no JSON object: write one such as {"port": 8080}.`);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The configuration file ${path} is not JSON: ${(error as Error).message}.`, { cause: error });
  }
}
