import type { Log } from '../util/log.ts';
import type { NodePortNetwork } from './node-port-network.ts';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/** Deletes the Services of tasks, again and again where the API server does not answer: a Service left behind would own its NodePorts. */
export interface ServiceRemoval {
  /** Resolves after the first attempt; `gone` is called when the Service is no more. Another call tries again at once. */
  remove(taskArn: string, gone: () => void): Promise<void>;
  /** No more attempts; what is left is found at the next start. */
  close(): void;
}

export function createServiceRemoval(
  network: () => Promise<Pick<NodePortNetwork, 'deleteService'>>,
  log: Log,
): ServiceRemoval {
  const retries = new Map<string, NodeJS.Timeout>();
  let closed = false;

  async function attempt(taskArn: string, gone: () => void, retryMs: number): Promise<void> {
    clearTimeout(retries.get(taskArn));
    retries.delete(taskArn);
    try {
      await (await network()).deleteService(taskArn);
      gone();
    } catch (error) {
      if (closed) return;
      log.error(
        error,
        `The Service of task ${taskArn} could not be deleted; its NodePorts stay taken. Next try in ${retryMs / 1000} s.`,
      );
      const again = () => void attempt(taskArn, gone, Math.min(retryMs * 2, LONGEST_RETRY_MS));
      retries.set(taskArn, setTimeout(again, retryMs).unref());
    }
  }

  return {
    remove: (taskArn, gone) => attempt(taskArn, gone, FIRST_RETRY_MS),
    close: () => {
      closed = true;
      for (const retry of retries.values()) clearTimeout(retry);
    },
  };
}
