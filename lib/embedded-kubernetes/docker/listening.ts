import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerListener } from '../container-process.ts';
import type { PortAddress } from '../pod-network.ts';

/** A published port accepts before the container does, and closes at once: so many ms a connection has to last. */
const lastingMs = 50;
const pauseMs = 20;

/**
 * Resolves when something listens on each TCP port, or when the signal is aborted. A node tells of a running container up
 * to a second later (pkg/kubelet/pleg, relist period), in which most servers begin to listen; Docker does so at once.
 */
export async function untilListening(ports: readonly ContainerListener[], signal: AbortSignal): Promise<void> {
  const addresses = ports.filter(({ protocol }) => protocol === 'TCP').map(({ address }) => address);
  await Promise.all(addresses.map((address) => untilAccepted(address, signal)));
}

async function untilAccepted(address: PortAddress, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await accepts(address, signal))) await delay(pauseMs);
}

function accepts(address: PortAddress, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    let timer: NodeJS.Timeout | undefined;
    const done = (accepted: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abandon);
      socket.destroy();
      resolve(accepted);
    };
    const abandon = () => done(false);
    signal.addEventListener('abort', abandon, { once: true });
    socket.once('connect', () => (timer = setTimeout(() => done(true), lastingMs)));
    socket.once('error', () => done(false));
    socket.once('end', () => done(false));
    // Without a reader the other side's end is not seen.
    socket.resume();
  });
}
