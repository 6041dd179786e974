import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { defaultStatePath, kubeconfigPath } from './paths.ts';

/** `kecs kubeconfig`: prints the kubeconfig of the running embedded Kubernetes, for kubectl. */
export function kubeconfigCommand(): Command {
  return new Command('kubeconfig')
    .description(
      'Print the kubeconfig of the embedded Kubernetes, e.g. kecs kubeconfig > k && kubectl --kubeconfig k get pods -A',
    )
    .option('--state <path>', 'the state file of the running KECS', process.env['KECS_STATE'] ?? defaultStatePath())
    .action(async ({ state }: { state: string }) => {
      process.stdout.write(await readKubeconfig(state));
    });
}

async function readKubeconfig(state: string): Promise<string> {
  const path = kubeconfigPath(state);
  return readFile(path, 'utf8').catch((error: Error) => {
    throw new Error(
      `No embedded Kubernetes runs with the state file ${state}: ${path} cannot be read. ` +
        'Start one with kecs start --cluster embedded, or name its state file with --state.',
      { cause: error },
    );
  });
}
