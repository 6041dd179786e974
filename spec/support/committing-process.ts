/** Commits clusters one after another to the state file it is given, and tells its parent of each after its commit. */
import { openStore } from '../../lib/store/json-store.ts';

const store = await openStore({ path: process.argv[2], warn: console.error });
for (let i = 1; i <= 100_000; i++) {
  const name = `cluster-${i}`;
  store.clusters.put({
    arn: `arn:aws:ecs:us-east-1:000000000000:cluster/${name}`,
    name,
    status: 'ACTIVE',
    settings: [],
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
    tags: [],
  });
  await store.commit();
  process.send?.(name);
}
