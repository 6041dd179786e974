import { createEmulator, type Emulator, type EmulatorOptions } from './emulator.ts';
import type { Plugin, PluginContext } from './host/plugin.ts';

/** KECS in a host: the entry of plugin.json. */
export default function kecs({ options, logger }: PluginContext): Plugin {
  const emulator = createEmulator({ ...(options as EmulatorOptions), log: logger });
  return {
    ...pluginOf(emulator),
    onPlatformStart: async () => {
      await emulator.start();
      // Not awaited: the host is up before its Kubernetes, and goes on without.
      emulator.whenReady().catch((error: Error) => logger.error(error.message));
    },
  };
}

/** For a program that keeps the emulator at hand, to swap its public IP provider for instance. */
export function pluginOf(emulator: Emulator): Plugin {
  return {
    onPlatformStart: () => emulator.start(),
    updateGatewayRoutes: (router) => {
      router.addServices(emulator.router);
      router.add('/_aws/ecs/*path', emulator.router);
      router.add('/_kecs/*path', emulator.router);
      router.addUpgrade(emulator.upgrade);
    },
    onPlatformShutdown: () => emulator.stop(),
  };
}
