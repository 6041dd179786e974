import type { Mountable, Upgradable } from './mount.ts';
import type { RouteOptions, RouteTable } from './route-table.ts';

/** A plugin's door to the gateway. */
export interface PluginRouter {
  /** Adds a route, which comes before the service of a request is looked at. Returns how to remove it. */
  add(path: string, handler: Mountable, options?: RouteOptions): () => void;
  /** Gives `handler` every request for the services that the plugin's manifest claims. Returns how to remove it. */
  addServices(handler: Mountable): () => void;
  /** Offers `handler` every request to upgrade, a websocket's for instance, before the upstream has it. Returns how to remove it. */
  addUpgrade(handler: Upgradable): () => void;
}

/** What one plugin has mounted, so that all of it can go at once. */
export class PluginRoutes implements PluginRouter {
  readonly services = new Set<Mountable>();
  readonly upgrades = new Set<Upgradable>();
  readonly #table: RouteTable;
  readonly #removals = new Set<() => void>();
  #closed = false;

  constructor(table: RouteTable) {
    this.#table = table;
  }

  add(path: string, handler: Mountable, options?: RouteOptions): () => void {
    return this.#removable(this.#table.add(path, handler, options));
  }

  addServices(handler: Mountable): () => void {
    this.services.add(handler);
    return this.#removable(() => this.services.delete(handler));
  }

  addUpgrade(handler: Upgradable): () => void {
    this.upgrades.add(handler);
    return this.#removable(() => this.upgrades.delete(handler));
  }

  /** For good: a hook that exceeded its time may go on and add routes. */
  close(): void {
    this.#closed = true;
    for (const remove of this.#removals) remove();
  }

  #removable(take: () => void): () => void {
    const remove = () => {
      this.#removals.delete(remove);
      take();
    };
    this.#removals.add(remove);
    if (this.#closed) remove();
    return remove;
  }
}
