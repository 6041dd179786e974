import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { accessStrategies } from '../../lib/kubernetes/access-strategies.ts';
import { type ApiClient, createApiClient } from '../../lib/kubernetes/api-client.ts';
import { connectKubernetes } from '../../lib/kubernetes/connect.ts';
import { createLoopbackNetwork } from '../../lib/kubernetes/loopback-network.ts';
import { namespaceName } from '../../lib/kubernetes/names.ts';
import type { Routes } from '../../lib/kubernetes/routes.ts';
import { taskArn } from '../../lib/model/arn.ts';
import { createLoopbackProvider } from '../../lib/public-ip/loopback.ts';
import { silentLog } from '../../lib/util/log.ts';
import { describePublicIpProvider } from '../contracts/public-ip-provider.ts';
import { freeLoopbackRange } from '../support/free-loopback-range.ts';

/** The Services are real ones; the suite's own programs on this machine stand for Pods, so routes lead to them. */
describePublicIpProvider('loopback, with Services of Kubernetes', async () => {
  const instanceId = `spec-${randomBytes(4).toString('hex')}`;
  const loopbackRange = freeLoopbackRange(24);
  const cluster = await connectKubernetes({ kind: 'kubeconfig', instanceId, log: silentLog });
  const network: typeof cluster.loopbackNetwork = {
    ...cluster.loopbackNetwork,
    route: async ({ address }, { containerPort }) => ({ host: address, port: containerPort }),
  };
  const start = () => createLoopbackProvider({ loopbackRange, network: async () => network, log: silentLog });
  return {
    provider: start(),
    restart: async () => start(),
    close: async () => {
      for (const { taskArn } of await network.listServices()) await network.deleteService(taskArn);
      await cluster.close();
    },
  };
});

describe('Kubernetes as the network of loopback addresses', () => {
  const scope = { region: 'us-east-1', account: '000000000000' };
  const instanceId = `spec-${randomBytes(4).toString('hex')}`;
  const clusterName = `loopback-${randomBytes(4).toString('hex')}`;
  const arn = taskArn(scope, clusterName, randomBytes(16).toString('hex'));
  const web = { container: 'web', containerPort: 80, protocol: 'tcp' } as const;
  const endpoint = { taskArn: arn, address: '10.42.0.250', nodeAddress: '10.40.0.1' };
  // Routes that tell which way was chosen.
  const toNodePort: Routes = {
    podRoute: () => undefined,
    direct: async () => ({ host: '127.0.0.1', port: 9 }),
    route: async ({ nodeAddress = '' }, { nodePort }) => ({ host: nodeAddress, port: nodePort }),
  };
  let api: ApiClient;
  const services = () => ({ api, instanceId, log: silentLog });

  before(async () => {
    const strategy = accessStrategies.find(({ name }) => name.includes('KUBECONFIG'));
    const found = await strategy?.find({ kind: 'kubeconfig', instanceId, log: silentLog });
    if (!found) throw new Error('KUBECONFIG names no cluster.');
    api = createApiClient(found.access);
  });
  after(async () => {
    await api.delete(`/api/v1/namespaces/${namespaceName(clusterName, scope.region)}`);
    api.close();
  });

  it('leaves a Service alone that has the ports, and makes another one where they differ', async () => {
    const network = createLoopbackNetwork({ ...services(), routes: toNodePort });
    await network.createService({ taskArn: arn, ports: [web] });
    const before = await network.route(endpoint, web);
    await network.createService({ taskArn: arn, ports: [web] });
    expect(await network.route(endpoint, web)).to.deep.equal(before);
    const both = [web, { ...web, protocol: 'udp' as const }];
    await network.createService({ taskArn: arn, ports: both });
    const [service] = await network.listServices();
    expect(service?.ports.map(({ protocol }) => protocol)).to.deep.equal(['tcp', 'udp']);
  });

  it('routes to the NodePort that Kubernetes chose where the Pod cannot be dialled', async () => {
    const route = await createLoopbackNetwork({ ...services(), routes: toNodePort }).route(endpoint, web);
    expect(route).to.have.property('host', endpoint.nodeAddress);
    expect(route).to.have.property('port').that.is.within(30_000, 32_767);
  });

  it('routes to the Pod where that can be dialled', async () => {
    const toPod: Routes = { ...toNodePort, podRoute: ({ address }) => ({ host: address, port: 80 }) };
    const route = await createLoopbackNetwork({ ...services(), routes: toPod }).route(endpoint, web);
    expect(route).to.deep.equal({ host: endpoint.address, port: 80 });
  });

  it('says that the Service is gone which the route needs', async () => {
    const network = createLoopbackNetwork({ ...services(), routes: toNodePort });
    await network.deleteService(arn);
    await network.deleteService(arn);
    const error = await network.route(endpoint, web).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(Error).with.property('message').that.includes('was deleted');
  });
});
