import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { JsonSchema } from '../util/json-schema-options.ts';

/** plugin.json. */
export interface PluginManifest {
  readonly name: string;
  readonly version: string;
  /** A module, relative to plugin.json, whose default export is a plugin or a factory of one. */
  readonly entry?: string;
  readonly services?: readonly ServiceClaim[];
  /** JSON Schema of the plugin's options. */
  readonly options?: JsonSchema;
}

/** How to tell that a request is for a service of the plugin. */
export interface ServiceClaim {
  /** The name in the credential scope of a signature. */
  readonly signingName: string;
  /** The part of X-Amz-Target before the dot. A request with another target is not for this service. */
  readonly targetPrefix?: string;
  /** `*` matches any run of characters; the port does not count. */
  readonly hosts?: readonly string[];
  /** Values of `Version` by which unsigned requests of the query protocol are recognised. */
  readonly queryVersions?: readonly string[];
  /** Operations that the plugin answers; all others of the service are somebody else's. Absent: all are its own. */
  readonly actions?: readonly string[];
}

/** @throws Error that names the file and what is wrong in it. */
export async function readPluginManifest(file: string | URL): Promise<{ manifest: PluginManifest; location: URL }> {
  const location = file instanceof URL ? file : pathToFileURL(file);
  const text = await readFile(location, 'utf8').catch((cause: Error) => {
    throw new Error(`The plugin manifest ${location.pathname} cannot be read: ${cause.message}`, { cause });
  });
  try {
    return { manifest: await validateManifest(JSON.parse(text)), location };
  } catch (cause) {
    throw new Error(`The plugin manifest ${location.pathname} is not valid: ${(cause as Error).message}`, { cause });
  }
}

/** @throws Error with a sentence for each thing that is wrong. */
export async function validateManifest(value: unknown): Promise<PluginManifest> {
  // Loads ajv: a host without plugins need not wait for it.
  const { resolveOptions } = await import('../util/json-schema-options.ts');
  const values = [value as Record<string, unknown>];
  return resolveOptions(schemaOfManifests, { prefix: '', values }) as unknown as PluginManifest;
}

/** The plugin's options in force: its schema's defaults, then variables `<NAME>_…`, then `given`. @throws Error that names the plugin and the option. */
export async function resolvePluginOptions(
  { name, options = { type: 'object', additionalProperties: false } }: PluginManifest,
  environment: NodeJS.ProcessEnv,
  given: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { resolveOptions } = await import('../util/json-schema-options.ts');
  const prefix = name.replace(/\W+/g, '_').replace(/^_/, '').toUpperCase();
  try {
    return resolveOptions(options, { prefix, environment, values: [given] });
  } catch (cause) {
    throw new Error(`The options of plugin ${name} are not valid: ${(cause as Error).message}`, { cause });
  }
}

const text: JsonSchema = { type: 'string', minLength: 1 };
const texts: JsonSchema = { type: 'array', items: text };

const schemaOfManifests: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'version'],
  properties: {
    $schema: text,
    name: { type: 'string', pattern: '^(@[a-z0-9._-]+/)?[a-z0-9][a-z0-9._-]*$' },
    version: text,
    description: text,
    entry: text,
    services: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['signingName'],
        properties: { signingName: text, targetPrefix: text, hosts: texts, queryVersions: texts, actions: texts },
      },
    },
    options: { type: 'object' },
  },
};
