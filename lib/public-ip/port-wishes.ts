import type { RequestedPort } from './public-ip-provider.ts';

/** One number that a task needs. */
export interface PortWish {
  readonly containerPort: number;
  readonly protocols: readonly ('tcp' | 'udp')[];
}

/** TCP and UDP of one container port share a number, as DNS and HTTP/3 expect of theirs. */
export function portWishes(ports: readonly RequestedPort[]): readonly PortWish[] {
  const wishes = new Map<number, Set<'tcp' | 'udp'>>();
  for (const { containerPort, protocol } of ports) {
    wishes.set(containerPort, (wishes.get(containerPort) ?? new Set()).add(protocol));
  }
  return [...wishes].map(([containerPort, protocols]) => ({ containerPort, protocols: [...protocols] }));
}
