import { setTimeout as delay } from 'node:timers/promises';
import { call } from '../ecs-call.ts';
import { memoryOf } from '../process-memory.ts';
import { runTasks, runWebApp, stopTasks, untilStatus, webApp } from '../requests.ts';
import type { ServerProcess } from '../server-process.ts';
import { megabytes } from '../statistics.ts';
import type { Table } from '../table.ts';
import { atMost } from '../targets.ts';

const tasks = 10;
const portsOfEach = 100;
const settleMs = 5_000;

/** What a thousand forwarded host ports cost a KECS whose cluster maps none of them. */
export async function listeningMemory(kecs: ServerProcess, progress: (text: string) => void): Promise<Table> {
  const [container] = webApp.containerDefinitions;
  const portMappings = Array.from({ length: portsOfEach }, (_, index) => ({ containerPort: 1000 + index }));
  await call(kecs, 'RegisterTaskDefinition', { ...webApp, containerDefinitions: [{ ...container, portMappings }] });
  await delay(settleMs);
  const before = (await memoryOf(kecs.pid)).rss;
  const taskArns = await runTasks(kecs, runWebApp('subnet-12345678', 'ENABLED', tasks));
  const running = await untilStatus(kecs, taskArns, 'RUNNING');
  const listening = running.flatMap(({ containers = [] }) => containers.flatMap((one) => one.networkBindings ?? []));
  await delay(settleMs);
  const after = (await memoryOf(kecs.pid)).rss;
  progress(`${listening.length} listening ports: ${megabytes(before)} before, ${megabytes(after)} after`);
  await stopTasks(kecs, taskArns);
  const more = after - before;
  return {
    title: `${listening.length} host ports that KECS forwards`,
    header: ['', 'RSS before', 'RSS with them', 'more', 'target', 'met'],
    rows: [['KECS', megabytes(before), megabytes(after), megabytes(more), ...atMost(more / 1e6, 60, ' MB')]],
    note: `${tasks} tasks with ${portsOfEach} ports each, their records included; docker-proxy was measured at 709 MB (PSS) for as many mapped ports.`,
  };
}
