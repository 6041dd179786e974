import { createPublicIps } from '../../lib/public-ip/registry.ts';
import type { PublicIpProvider } from '../../lib/public-ip/public-ip-provider.ts';
import type { PublicIps } from '../../lib/public-ip/public-ips.ts';
import { silentLog } from '../../lib/util/log.ts';

export interface ScriptedPublicIps extends PublicIps {
  readonly provider: PublicIpProvider & Required<Pick<PublicIpProvider, 'publish' | 'restore'>>;
  /** The calls so far, as `open 32000`. */
  readonly calls: string[];
  /** The provider tells that the task is to be published again. */
  changed(taskArn: string): void;
}

/** Public IPs of a provider that gives out ports from 32000 and opens none; a spec replaces its members. */
export function scriptedPublicIps(): ScriptedPublicIps {
  const calls: string[] = [];
  let next = 32_000;
  let tell = (_taskArn: string): void => undefined;
  const provider: ScriptedPublicIps['provider'] = {
    name: 'scripted',
    allocate: async ({ taskArn, ports }) => ({
      taskArn,
      publicIp: '127.0.0.1',
      ports: ports.map((port) => ({ ...port, hostPort: next++ })),
    }),
    publish: async (assignment) => assignment,
    open: async ({ ports }) => {
      calls.push(`open ${ports.map(({ hostPort }) => hostPort).join(' ')}`);
    },
    release: async (taskArn) => {
      calls.push(`release ${taskArn}`);
    },
    restore: async (assignments) => assignments,
    watch: (listener) => void (tell = listener),
  };
  return Object.assign(createPublicIps(provider, silentLog), {
    provider,
    calls,
    changed: (taskArn: string) => tell(taskArn),
  });
}
