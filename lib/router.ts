import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** A request handler for express, connect and node:http alike: it calls `next` for what is not its own. */
export type Router = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

/** For the event `upgrade` of a server. What is not its own is passed on to `next`, or refused where there is none. */
export type UpgradeRouter = (request: IncomingMessage, socket: Duplex, head: Buffer, next?: () => void) => void;
