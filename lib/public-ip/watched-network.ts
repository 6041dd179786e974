import type { ServiceListener } from './service-network.ts';

interface Watchable<S> {
  watchServices(listener: ServiceListener<S>): () => void;
}

export interface WatchedNetwork<N> {
  readonly network: () => Promise<N>;
  close(): void;
}

/** A network whose Services are watched from the first time that it is asked for. */
export function watchedNetwork<S, N extends Watchable<S>>(
  connect: () => Promise<N>,
  listener: ServiceListener<S>,
): WatchedNetwork<N> {
  let unwatch: (() => void) | undefined;
  let closed = false;
  return {
    network: async () => {
      const network = await connect();
      if (!closed) unwatch ??= network.watchServices(listener);
      return network;
    },
    close: () => {
      closed = true;
      unwatch?.();
    },
  };
}
