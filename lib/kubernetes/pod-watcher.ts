import type { V1Pod } from '@kubernetes/client-node';
import { type Watcher, type WatcherOptions, createWatcher } from './watcher.ts';

export { keyOf as podKey } from './watcher.ts';

export type PodWatcher = Watcher;

type PodWatcherOptions = Pick<WatcherOptions<V1Pod>, 'api' | 'labelSelector' | 'log' | 'onGone'> & {
  readonly onPod: (pod: V1Pod) => void;
};

export const createPodWatcher = ({ onPod, ...options }: PodWatcherOptions): PodWatcher =>
  createWatcher<V1Pod>({ ...options, path: '/api/v1/pods', onObject: onPod });
