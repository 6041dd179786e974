import type { LoadedPlugin } from './loaded-plugin.ts';
import type { ServiceClaim } from './plugin-manifest.ts';

/** A service and the plugin that answers for it. */
export interface Claim {
  readonly plugin: LoadedPlugin;
  readonly service: ServiceClaim;
}

/** The claims of all plugins, those for single operations first. @throws Error when two plugins claim the same. */
export function collectClaims(plugins: readonly LoadedPlugin[]): Claim[] {
  const claims = plugins.flatMap((plugin) => (plugin.manifest.services ?? []).map((service) => ({ plugin, service })));
  for (const [index, claim] of claims.entries()) {
    const other = claims.slice(0, index).find((earlier) => overlap(earlier.service, claim.service));
    if (other) throw new Error(conflict(other, claim));
  }
  return claims.toSorted((a, b) => Number(!a.service.actions) - Number(!b.service.actions));
}

/** A claim for single operations goes together with one for the rest of the service. */
function overlap(a: ServiceClaim, b: ServiceClaim): boolean {
  if (a.signingName !== b.signingName) return false;
  // Services that share a signing name (DynamoDB and its streams) are told apart by their targets.
  if (a.targetPrefix && b.targetPrefix && a.targetPrefix !== b.targetPrefix) return false;
  if (!a.actions || !b.actions) return !a.actions && !b.actions;
  return a.actions.some((action) => b.actions?.includes(action));
}

function conflict(first: Claim, second: Claim): string {
  const { signingName, actions } = second.service;
  const what = actions
    ? `operations of the service ${signingName} (${actions.join(', ')})`
    : `the service ${signingName}`;
  const [a, b] = [first.plugin.manifest.name, second.plugin.manifest.name];
  return `The plugins ${a} and ${b} both claim ${what}: load only one of them, or take the claim out of one plugin.json.`;
}
