import express, { type IRouter } from 'express';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { hostMatches } from './host-matches.ts';
import { type Mountable, offer } from './mount.ts';

export interface RouteOptions {
  /** `*` matches any run of characters; the port does not count. Absent: any host. */
  readonly host?: string;
  /** Absent: any method. */
  readonly methods?: readonly string[];
}

interface Rule {
  readonly host: string | undefined;
  readonly methods: readonly string[] | undefined;
  readonly router: IRouter;
}

/** Routes that can be taken away again, which express's own router does not offer: each rule is a router of its own. */
export class RouteTable {
  readonly #rules = new Set<Rule>();

  /** `path` as express has it (`/things/:id`, `/files/*path`). Returns how to remove the route. */
  add(path: string, handler: Mountable, { host, methods }: RouteOptions = {}): () => void {
    const router = express.Router({ caseSensitive: true, strict: true });
    // Methods are looked at here: a router that knows them answers OPTIONS for its own routes alone.
    router.all(path, handler);
    const rule = { host, methods: methods?.map((method) => method.toUpperCase()), router };
    this.#rules.add(rule);
    return () => this.#rules.delete(rule);
  }

  /** Whether a route has answered. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    for (const { host, methods, router } of this.#rules) {
      if (methods && !methods.includes(request.method ?? '')) continue;
      if (host !== undefined && !hostMatches(host, request.headers.host)) continue;
      if (await offer(router as unknown as Mountable, request, response)) return true;
    }
    return false;
  }
}
