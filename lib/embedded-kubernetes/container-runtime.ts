import type { ContainerLaunch, ContainerProcess } from './container-process.ts';
import { startHostProcess } from './host-process.ts';
import { startSimulatedContainer } from './simulated-container.ts';

/** Image pattern (`*` matches any run of characters) → the host command that stands for it. */
export type HostCommands = Readonly<Record<string, { readonly command: readonly string[] }>>;

export type ContainerRuntime = (launch: ContainerLaunch) => Promise<ContainerProcess>;

export function containerRuntime(images: HostCommands): ContainerRuntime {
  const patterns = Object.entries(images).map(([pattern, { command }]) => ({
    matches: patternMatcher(pattern),
    command,
  }));
  return (launch) => {
    const found = patterns.find(({ matches }) => matches.test(launch.image));
    return found ? startHostProcess(found.command, launch) : startSimulatedContainer(launch);
  };
}

function patternMatcher(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`);
}
