import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * `POST /_aws/ecs/reset`, for test suites: everything is forgotten, all Pods and ports are released.
 * @returns whether the request was this one.
 */
export function createResetRoute(
  allowed: boolean,
  reset: () => Promise<void>,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    if (request.method !== 'POST' || !request.url?.endsWith('/_aws/ecs/reset')) return false;
    request.resume();
    if (allowed)
      reset().then(
        () => answer(response, 200, {}),
        (error: Error) => answer(response, 500, { message: error.message }),
      );
    else answer(response, 403, { message: 'Reset is not allowed. Start KECS with --allow-reset to allow it.' });
    return true;
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
