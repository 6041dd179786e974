import { connect } from 'node:net';
import { Writable } from 'node:stream';
import type { ContainerProcess } from './container-process.ts';
import type { Container, Probe } from './pod.ts';
import type { PortAddress } from './pod-network.ts';

export interface ProbeResults {
  started(): void;
  ready(isReady: boolean): void;
  /** A startup or liveness probe has failed for good: the container has to end. */
  failed(message: string): void;
}

/** Probes a container as its manifest says, each by its own timer; returns the way to stop. */
export function startProbes(container: Container, process: ContainerProcess, results: ProbeResults): () => void {
  const { startupProbe, readinessProbe, livenessProbe } = container;
  const timers = new Set<NodeJS.Timeout>();
  const repeat = (probe: Probe, onResult: (ok: boolean, failures: number) => boolean) => {
    let failures = 0;
    const after = (seconds: number) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        void succeeds(probe, container, process).then((ok) => {
          if (stopped) return;
          failures = ok ? 0 : failures + 1;
          if (onResult(ok, failures)) after(probe.periodSeconds ?? 10);
        });
      }, seconds * 1000);
      timers.add(timer.unref());
    };
    after(probe.initialDelaySeconds ?? 0);
  };
  let stopped = false;
  const afterStartup = () => {
    results.started();
    if (!readinessProbe) results.ready(true);
    else
      repeat(readinessProbe, (ok, failures) =>
        ok || failures >= (readinessProbe.failureThreshold ?? 3) ? (results.ready(ok), true) : true,
      );
    if (livenessProbe) repeat(livenessProbe, watched(livenessProbe, 'Liveness', results));
  };
  if (process.simulated) {
    results.started();
    results.ready(true);
  } else if (startupProbe) {
    const watch = watched(startupProbe, 'Startup', results);
    repeat(startupProbe, (ok, failures) => (ok ? (afterStartup(), false) : watch(ok, failures)));
  } else afterStartup();
  return () => {
    stopped = true;
    for (const timer of timers) clearTimeout(timer);
  };
}

function watched(probe: Probe, name: string, results: ProbeResults): (ok: boolean, failures: number) => boolean {
  return (ok, failures) => {
    if (ok || failures < (probe.failureThreshold ?? 3)) return true;
    results.failed(`${name} probe failed`);
    return false;
  };
}

async function succeeds(probe: Probe, container: Container, process: ContainerProcess): Promise<boolean> {
  if (probe.exec) return execSucceeds(probe, process);
  const wanted = probe.httpGet?.port ?? probe.tcpSocket?.port;
  if (wanted === undefined) return true;
  const number =
    typeof wanted === 'number' ? wanted : container.ports?.find(({ name }) => name === wanted)?.containerPort;
  const address = process.ports.find(
    ({ containerPort, protocol }) => containerPort === number && protocol === 'TCP',
  )?.address;
  if (!address) return false;
  const limit = (probe.timeoutSeconds ?? 1) * 1000;
  return probe.httpGet ? answers(address, probe.httpGet.path ?? '/', limit) : accepts(address, limit);
}

/** On the host it would run a command that the API chose: it counts as passed there. */
async function execSucceeds({ exec, timeoutSeconds = 1 }: Probe, process: ContainerProcess): Promise<boolean> {
  if (!process.runsCommands) return true;
  const ignored = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const signal = AbortSignal.timeout(timeoutSeconds * 1000);
  const session = { stdout: ignored(), stderr: ignored(), signal };
  try {
    return (await process.exec(exec?.command ?? [], session)) === 0;
  } catch {
    return false;
  }
}

async function answers({ host, port }: PortAddress, path: string, limit: number): Promise<boolean> {
  try {
    const response = await fetch(`http://${host}:${port}${path}`, { signal: AbortSignal.timeout(limit) });
    await response.body?.cancel();
    return response.status >= 200 && response.status < 400;
  } catch {
    return false;
  }
}

function accepts({ host, port }: PortAddress, limit: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: limit });
    const done = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
    socket.once('timeout', () => done(false));
  });
}
