import { createEmulator, type Emulator, type EmulatorOptions } from './emulator.ts';
import type { Plugin, PluginContext } from './host/plugin.ts';

/** KECS in a host: the entry of plugin.json. */
export default function kecs({ options, logger }: PluginContext): Plugin {
  return pluginOf(createEmulator({ ...(options as EmulatorOptions), log: logger }));
}

/** For a program that keeps the emulator at hand, to swap its public IP provider for instance. */
export function pluginOf(emulator: Emulator): Plugin {
  return {
    onPlatformStart: () => emulator.start(),
    updateGatewayRoutes: (router) => {
      router.addServices(emulator.router);
      router.add('/_aws/ecs/*path', emulator.router);
    },
    onPlatformShutdown: () => emulator.stop(),
  };
}
