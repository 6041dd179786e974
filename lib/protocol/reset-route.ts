import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../errors.ts';
import type { CallerGuard } from './caller-guard.ts';

const notAllowed = 'Reset is not allowed. Start KECS with --allow-reset to allow it.';

/**
 * `POST /_aws/ecs/reset`, for test suites: everything is forgotten, all Pods and ports are released.
 * @returns whether the request was this one.
 */
export function createResetRoute(
  allowed: boolean,
  guard: CallerGuard,
  reset: () => Promise<void>,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    if (request.method !== 'POST' || !request.url?.endsWith('/_aws/ecs/reset')) return false;
    request.resume();
    const checkedReset = async (): Promise<void> => {
      guard(request.headers);
      if (!allowed) throw new AwsError('AccessDeniedException', notAllowed, 403);
      await reset();
    };
    checkedReset().then(
      () => answer(response, 200, {}),
      (error: Error) => answer(response, error instanceof AwsError ? error.status : 500, { message: error.message }),
    );
    return true;
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
