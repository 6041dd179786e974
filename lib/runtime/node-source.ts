import type { Node } from '../model/node.ts';

/** Tells of the nodes that tasks can run on. */
export interface NodeSource {
  /** Delivers all nodes, and all of them again after each change. Who may not list nodes is delivered none, which is logged. Called once. */
  watch(listener: (nodes: readonly Node[]) => void): void;
  close(): void;
}
