import type { PortRange } from '../config.ts';

/** The first port from which Linux picks for outgoing connections ("ip_local_port_range" in the kernel's ip-sysctl.rst). */
export const firstEphemeralPort = 32_768;

/** The end of the default range, whose last ports few ever reach. */
const lastUsualPort = 32_999;

/** What is better known of a range of host ports. */
export function warningAboutRange({ first, last }: PortRange): string | undefined {
  if (first < firstEphemeralPort && last <= lastUsualPort) return undefined;
  return (
    `Host ports above ${firstEphemeralPort - 1} (here up to ${last}) are those from which Linux picks for outgoing connections ` +
    '(net.ipv4.ip_local_port_range): one that is in use is passed over, and a task may get another port when KECS starts ' +
    `again. End publicIp.hostPorts at ${firstEphemeralPort - 1} to rule that out.`
  );
}
