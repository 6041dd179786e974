import type { PortRange } from '../config.ts';
import { PublicPortsExhausted } from './public-ip-provider.ts';
import { createTurns } from './turns.ts';

/**
 * Hands out the ports of a range one after the other, from the lowest one never used, and starts over at its end: a
 * freed port is not given out again at once, so that whoever still dials it does not reach a stranger.
 */
export interface PortAllocator<Wish> {
  /**
   * Gives the owner one port for each wish: all of them, or none. Callers take turns.
   * @throws PublicPortsExhausted
   */
  allocate(owner: string, wishes: readonly Wish[]): Promise<readonly number[]>;
  /** Gives the owner this port, as after a restart; false where it is somebody else's or outside the range. */
  take(owner: string, port: number, wish: Wish): Promise<boolean>;
  /** Keeps the port from being given out, without claiming it. */
  reserve(owner: string, port: number): boolean;
  /** False where the port is not the owner's. */
  free(owner: string, port: number): boolean;
  ownedBy(owner: string): readonly number[];
  readonly used: number;
  readonly total: number;
}

export interface PortAllocatorOptions<Wish> {
  readonly range: PortRange;
  /** Makes the port the caller's own outside; false where something else has it, and the next port is tried. */
  readonly claim: (port: number, wish: Wish) => Promise<boolean>;
  /** Undoes a claim when a later wish of the same allocation could not be met. */
  readonly letGo: (port: number) => Promise<void>;
  /** What to say when all of the range is taken, so many by tasks. */
  readonly exhausted?: (range: PortRange, used: number) => PublicPortsExhausted;
}

export function createPortAllocator<Wish>({
  range,
  claim,
  letGo,
  exhausted = portsExhausted,
}: PortAllocatorOptions<Wish>): PortAllocator<Wish> {
  const owners = new Map<number, string>();
  const total = range.last - range.first + 1;
  const wrap = (port: number) => range.first + ((port - range.first) % total);
  // Claims wait for the system; without turns two allocations would walk the range side by side and interleave.
  const turns = createTurns();
  let next = range.first;

  const own = (owner: string, port: number): boolean => {
    if (port < range.first || port > range.last || owners.has(port)) return false;
    owners.set(port, owner);
    return true;
  };
  const free = (owner: string, port: number) => owners.get(port) === owner && owners.delete(port);

  async function find(owner: string, wish: Wish, from: number): Promise<number> {
    for (let step = 0; step < total; step++) {
      const port = wrap(from + step);
      if (await ownAndClaim(owner, port, wish)) return port;
    }
    throw exhausted(range, owners.size);
  }

  async function ownAndClaim(owner: string, port: number, wish: Wish): Promise<boolean> {
    if (!own(owner, port)) return false;
    const claimed = await claim(port, wish).catch((error: unknown) => {
      free(owner, port);
      throw error;
    });
    return claimed || !free(owner, port);
  }

  async function allocate(owner: string, wishes: readonly Wish[]): Promise<readonly number[]> {
    const found: number[] = [];
    try {
      for (const wish of wishes) found.push(await find(owner, wish, (found.at(-1) ?? next - 1) + 1));
    } catch (error) {
      for (const port of found) if (free(owner, port)) await letGo(port);
      throw error;
    }
    next = wrap((found.at(-1) ?? next - 1) + 1);
    return found;
  }

  async function take(owner: string, port: number, wish: Wish): Promise<boolean> {
    const taken = await ownAndClaim(owner, port, wish);
    if (taken && port >= next) next = wrap(port + 1);
    return taken;
  }

  return {
    allocate: (owner, wishes) => turns('range', () => allocate(owner, wishes)),
    take: (owner, port, wish) => turns('range', () => take(owner, port, wish)),
    reserve: own,
    free,
    ownedBy: (owner) => [...owners].filter(([, name]) => name === owner).map(([port]) => port),
    get used() {
      return owners.size;
    },
    total,
  };
}

function portsExhausted({ first, last }: PortRange, used: number): PublicPortsExhausted {
  const total = last - first + 1;
  return new PublicPortsExhausted(
    `No host port is left: of the ${total} from ${first} to ${last}, tasks hold ${used} and other programs or Services ` +
      `${total - used}. Stop tasks that have a public IP, or widen the option publicIp.hostPorts.`,
  );
}
