import type { V1Node } from '@kubernetes/client-node';
import type { Node } from '../model/node.ts';
import type { NodeSource } from '../runtime/node-source.ts';
import type { Log } from '../util/log.ts';
import type { ApiClient } from './api-client.ts';
import { nodeOf } from './node-translation.ts';
import { type Watcher, createWatcher, keyOf } from './watcher.ts';

/** The nodes of Kubernetes, kept up to date by a watch. */
export function createNodeSource(api: ApiClient, log: Log): NodeSource {
  const nodes = new Map<string, Node>();
  let watcher: Watcher | undefined;
  return {
    watch: (listener) => {
      let listed = false;
      const tell = (): void => {
        if (listed) listener([...nodes.values()]);
      };
      watcher = createWatcher<V1Node>({
        api,
        path: '/api/v1/nodes',
        labelSelector: '',
        log,
        onObject: (object) => {
          const node = nodeOf(object);
          if (node) nodes.set(keyOf(object), node);
          else nodes.delete(keyOf(object));
          tell();
        },
        onGone: (key) => {
          nodes.delete(key);
          tell();
        },
      });
      // It tries until it may list nodes, which some never may; nobody waits for that.
      void watcher.start().then(() => {
        listed = true;
        tell();
      });
    },
    close: () => watcher?.close(),
  };
}
