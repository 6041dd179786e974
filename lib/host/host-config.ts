import type { Log } from '../util/log.ts';

/** What the host tells its plugins, and what /_localstack/health tells everybody. */
export interface HostConfig {
  readonly version: string;
  readonly edition: string;
  /** How long one hook of one plugin may take. */
  readonly hookLimitMs: number;
  /** Where plugins' options are looked up besides the ones given with the plugin. */
  readonly environment: NodeJS.ProcessEnv;
  readonly logger: Log;
}
