import type { NetworkInterface } from '../../../lib/ec2/network-interface.ts';
import { unsupportedFeature } from '../../../lib/errors.ts';
import type { Context, Operations } from '../../../lib/operations/operation.ts';
import { createRouter } from '../../../lib/protocol/router.ts';
import type { Router } from '../../../lib/router.ts';
import { silentLog } from '../../../lib/util/log.ts';

interface Call {
  readonly operation: string;
  readonly input: unknown;
  readonly context: Context;
}

export interface RouterUnderTest {
  readonly router: Router;
  readonly calls: Call[];
  readonly logged: unknown[];
}

type Answers = { readonly [operation: string]: (input: unknown, context: Context) => Promise<object> };

/** A router whose operations keep their calls and answer with `answers`, or say that they are not there. */
export function makeRouter(answers: Answers = {}, interfaces: readonly NetworkInterface[] = []): RouterUnderTest {
  const calls: Call[] = [];
  const logged: unknown[] = [];
  const operations = new Proxy({} as Operations, {
    get: (_, operation: string) => async (input: unknown, context: Context) => {
      calls.push({ operation, input, context });
      const answer = answers[operation];
      if (!answer) throw unsupportedFeature(`${operation} is not implemented.`);
      return answer(input, context);
    },
  });
  const router = createRouter({
    operations,
    context: (caller) => caller as Context,
    networkInterfaces: ({ account, region }) =>
      interfaces.filter((eni) => eni.account === account && eni.region === region),
    config: { region: 'eu-central-1', account: '000000000000', allowedHosts: ['ecs.example.com'] },
    log: { ...silentLog, error: (details) => logged.push(details) },
  });
  return { router, calls, logged };
}
