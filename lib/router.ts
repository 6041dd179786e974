import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request handler for express, connect and node:http alike: it calls `next` for what is not its own. */
export type Router = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;
