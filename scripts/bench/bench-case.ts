import type { LoadGenerator } from './load.ts';
import type { Table } from './table.ts';

export interface BenchContext {
  /** A temporary directory for state files and output. */
  readonly directory: string;
  readonly generator: LoadGenerator;
  /** Of a real Kubernetes; the case that needs one is left out without it. */
  readonly kubeconfig: string | undefined;
  /** Says on standard error what goes on. */
  readonly progress: (text: string) => void;
}

export interface BenchCase {
  readonly name: string;
  readonly run: (context: BenchContext) => Promise<readonly Table[]>;
}
