import type { LoadedPlugin } from './loaded-plugin.ts';
import type { Plugin } from './plugin.ts';

type Step = readonly [hook: keyof Plugin, call: (plugin: Plugin, loaded: LoadedPlugin) => unknown];

/** After `onExtensionLoad`, in the order that LocalStack documents (aws/tooling/extensions/developing-extensions). */
const startSteps: readonly Step[] = [
  ['onPlatformStart', (plugin) => plugin.onPlatformStart?.()],
  ['updateGatewayRoutes', (plugin, { routes }) => plugin.updateGatewayRoutes?.(routes)],
  ['updateRequestHandlers', (plugin, { handlers }) => plugin.updateRequestHandlers?.(handlers.request)],
  ['updateResponseHandlers', (plugin, { handlers }) => plugin.updateResponseHandlers?.(handlers.response)],
  ['updateExceptionHandlers', (plugin, { handlers }) => plugin.updateExceptionHandlers?.(handlers.exception)],
  ['updateFinalizers', (plugin, { handlers }) => plugin.updateFinalizers?.(handlers.finalizers)],
];

/** Hook by hook, and for each hook plugin by plugin. */
export async function startPlugins(plugins: readonly LoadedPlugin[]): Promise<void> {
  for (const plugin of plugins) await plugin.load();
  for (const step of startSteps) await runOnAll(plugins, step);
  for (const plugin of plugins) plugin.started();
}

/** To be called once requests are answered. */
export const announceReady = (plugins: readonly LoadedPlugin[]): Promise<void> =>
  runOnAll(plugins, ['onPlatformReady', (plugin) => plugin.onPlatformReady?.()]);

export async function stopPlugins(plugins: readonly LoadedPlugin[]): Promise<void> {
  for (const plugin of plugins.toReversed()) await plugin.shutdown();
}

async function runOnAll(plugins: readonly LoadedPlugin[], [hook, call]: Step): Promise<void> {
  for (const loaded of plugins) await loaded.run(hook, (plugin) => call(plugin, loaded));
}
