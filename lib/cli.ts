#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { clusterCommand } from './cli/cluster.ts';
import { execCommand } from './cli/exec.ts';
import { kubeconfigCommand } from './cli/kubeconfig.ts';
import { logsCommand } from './cli/logs.ts';
import { psCommand } from './cli/ps.ts';
import { startCommand } from './cli/start.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('kecs')
  .version(version)
  .description('A local Amazon ECS whose tasks are Kubernetes Pods and whose public tasks answer on the host.')
  .addCommand(startCommand())
  .addCommand(psCommand())
  .addCommand(logsCommand())
  .addCommand(execCommand())
  .addCommand(kubeconfigCommand())
  .addCommand(clusterCommand());

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode);
  process.stderr.write(`kecs: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
