import type { HandlerChain, RequestContext } from './handler-chain.ts';
import type { HostConfig } from './host-config.ts';
import type { LoadedPlugin } from './loaded-plugin.ts';

/** LocalStack's own endpoints (localstack/services/internal.py), which its tools and health checks ask. */
export function answerInternal(
  chain: HandlerChain,
  { request }: RequestContext,
  config: HostConfig,
  plugins: readonly LoadedPlugin[],
): void {
  const [path = ''] = (request.url ?? '/').split('?');
  if (!path.startsWith('/_localstack/')) return;
  const answers: Record<string, () => unknown> = {
    '/_localstack/health': () => health(config, plugins),
    '/_localstack/info': () => ({ version: config.version, edition: config.edition, is_license_activated: false }),
    '/_localstack/plugins': () => plugins.map(describe),
  };
  const answer = answers[path];
  if (!answer)
    return chain.respond(404, { message: `There is no ${path}; there are ${Object.keys(answers).join(', ')}.` });
  if (request.method !== 'GET' && request.method !== 'HEAD') return chain.respond(405, '', { allow: 'GET, HEAD' });
  chain.respond(200, answer());
}

function health({ edition, version }: HostConfig, plugins: readonly LoadedPlugin[]) {
  const services = plugins.flatMap(({ manifest, status }) =>
    (manifest.services ?? []).map(({ signingName }) => [signingName, status] as const),
  );
  const states = plugins.map(({ manifest, status }) => [manifest.name, status] as const);
  return { services: Object.fromEntries(services), plugins: Object.fromEntries(states), edition, version };
}

const describe = ({ manifest, status, error }: LoadedPlugin) => ({
  name: manifest.name,
  version: manifest.version,
  services: (manifest.services ?? []).map(({ signingName }) => signingName),
  status,
  ...(error && { error }),
});
