import { readFile } from 'node:fs/promises';
import { describeKubernetesApi } from '../contracts/kubernetes-api.ts';

describeKubernetesApi('a real cluster', async () => {
  const path = process.env['KUBECONFIG'];
  if (!path)
    throw new Error('KUBECONFIG names no file: start a cluster first, e.g. eval "$(bash ../shared/cluster/up)".');
  return { kubeconfig: await readFile(path, 'utf8'), close: async () => {} };
});
