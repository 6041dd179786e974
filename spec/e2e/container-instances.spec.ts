import { CreateClusterCommand, ListContainerInstancesCommand } from '@aws-sdk/client-ecs';
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { describeContainerInstances } from '../contracts/container-instances.ts';
import { embeddedApi } from '../support/embedded-api.ts';
import { startEmulator } from '../support/start-emulator.ts';
import { waitFor } from '../support/wait-for.ts';

describeContainerInstances('the embedded Kubernetes', { start: () => startEmulator(), api: embeddedApi });

describe('a node that is cordoned', () => {
  it('is a container instance that is DRAINING', async () => {
    const started = await startEmulator();
    try {
      await started.ecs.send(new CreateClusterCommand({}));
      const api = await embeddedApi(started);
      const [node] = (await api.listNode()).items;
      const body = { spec: { unschedulable: true } };
      await api.patchNode(
        { name: node?.metadata?.name ?? '', body },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      );
      await waitFor('the instance to be DRAINING', async () => {
        const command = new ListContainerInstancesCommand({ status: 'DRAINING', cluster: 'default' });
        return (await started.ecs.send(command)).containerInstanceArns?.length === 1;
      });
    } finally {
      await started.close();
    }
  });
});
