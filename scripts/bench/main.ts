/** Measures KECS beside its peers: `npm run bench -- [--only NAME,…] [--kubeconfig PATH] [--write FILE]`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BenchCase } from './bench-case.ts';
import { describeTasks } from './cases/describe-tasks.ts';
import { embeddedTask } from './cases/embedded-task.ts';
import { forwarder } from './cases/forwarder.ts';
import { largeState } from './cases/large-state.ts';
import { listClusters } from './cases/list-clusters.ts';
import { manyOnRealKubernetes } from './cases/many-on-real-kubernetes.ts';
import { manyPublicTasks } from './cases/many-public-tasks.ts';
import { memory } from './cases/memory.ts';
import { ready } from './cases/ready.ts';
import { realKubernetes } from './cases/real-kubernetes.ts';
import { serviceOnRealKubernetes } from './cases/service-on-real-kubernetes.ts';
import { services } from './cases/services.ts';
import { writes } from './cases/writes.ts';
import { machineFacts } from './machine-facts.ts';
import { requireBuild } from './kecs.ts';
import { startLoadGenerator } from './load.ts';
import { writeReport } from './report.ts';
import { format } from './table.ts';

const cases: readonly BenchCase[] = [
  listClusters,
  writes,
  describeTasks,
  ready,
  memory,
  embeddedTask,
  realKubernetes,
  manyOnRealKubernetes,
  manyPublicTasks,
  services,
  serviceOnRealKubernetes,
  forwarder,
  largeState,
];

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, kubeconfig: { type: 'string' }, write: { type: 'string' } },
});
// Interrupted, the process ends with its "exit" listeners, which end the servers.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const selected = selectCases(options.only);
await requireBuild();
const directory = await mkdtemp(join(tmpdir(), 'kecs-bench-'));
const generator = startLoadGenerator();
const progress = (text: string): void => console.error(text);
const context = { directory, generator, kubeconfig: options.kubeconfig, progress };
try {
  const sections = [await machineFacts()];
  const failed: string[] = [];
  for (const { name, run } of selected) {
    try {
      for (const table of await run(context)) sections.push(show(format(table)));
    } catch (error) {
      console.error(`The case ${name} failed:`, error);
      failed.push(name);
    }
  }
  if (failed.length > 0) process.exitCode = 1;
  if (options.write && failed.length > 0)
    console.error(`${options.write} was not written: ${failed.join(', ')} failed.`);
  else if (options.write) await writeReport(options.write, commandLine(), sections);
} finally {
  generator.close();
  await rm(directory, { recursive: true });
}

function show(table: string): string {
  console.log(`\n${table}`);
  return table;
}

function selectCases(only: string | undefined): readonly BenchCase[] {
  if (only === undefined) return cases;
  return only.split(',').map((name) => {
    const found = cases.find((known) => known.name === name);
    if (!found) throw new Error(`There is no case ${name}; there are ${cases.map((known) => known.name).join(', ')}.`);
    return found;
  });
}

/** As somebody else would type it, without the paths of this machine. */
function commandLine(): string {
  const only = options.only ? ` --only ${options.only}` : '';
  const kubeconfig = options.kubeconfig ? ' --kubeconfig "$KUBECONFIG"' : '';
  return `npm run bench --${only}${kubeconfig} --write ${options.write}`;
}
