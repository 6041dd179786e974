import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where `kecs start` keeps its state unless told otherwise. */
export const defaultStatePath = (): string => join(homedir(), '.kecs', 'state.json');

/** The kubeconfig of the embedded Kubernetes lies beside the state of the KECS that runs it. */
export const kubeconfigPath = (statePath: string): string => `${statePath}.kubeconfig`;
