import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { connect as dial } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { accessStrategies } from '../../lib/kubernetes/access-strategies.ts';
import { type ApiClient, createApiClient } from '../../lib/kubernetes/api-client.ts';
import { connectKubernetes } from '../../lib/kubernetes/connect.ts';
import type { KubernetesCluster } from '../../lib/kubernetes/connect.ts';
import { namespaceName } from '../../lib/kubernetes/names.ts';
import { createRoutes } from '../../lib/kubernetes/routes.ts';
import { taskArn } from '../../lib/model/arn.ts';
import type { Route } from '../../lib/model/route.ts';
import { NodePortTaken, type NodePortService } from '../../lib/public-ip/node-port-network.ts';
import { PublicIpUnavailable } from '../../lib/public-ip/public-ip-provider.ts';
import type { TaskObservation } from '../../lib/runtime/task-runtime.ts';
import { silentLog } from '../../lib/util/log.ts';
import { waitFor } from '../support/wait-for.ts';

const scope = { region: 'us-east-1', account: '000000000000' };

describe('Kubernetes as the network of NodePorts', () => {
  const instanceId = `spec-${randomBytes(4).toString('hex')}`;
  const clusterName = `ports-${randomBytes(4).toString('hex')}`;
  const taskId = randomBytes(16).toString('hex');
  const arn = taskArn(scope, clusterName, taskId);
  // High in the range, and drawn by lot: the cluster is shared.
  const nodePort = 31_000 + Math.floor(Math.random() * 1_000);
  const web = { container: 'web_Server', containerPort: 80, nodePort, protocol: 'tcp' as const };
  const service: NodePortService = { taskArn: arn, ports: [web] };
  let cluster: KubernetesCluster;
  let api: ApiClient;
  let latest: TaskObservation | undefined;

  before(async () => {
    const options = { kind: 'kubeconfig', instanceId, log: silentLog } as const;
    cluster = await connectKubernetes(options);
    const strategy = accessStrategies.find(({ name }) => name.includes('KUBECONFIG'));
    api = createApiClient((await strategy!.find(options))!.access);
    await cluster.runtime.watch((observation) => (latest = observation));
    await cluster.nodePortNetwork.createService(service);
    const containerDefinitions = [{ name: 'web_Server', image: 'nginx:latest', portMappings: [{ containerPort: 80 }] }];
    await cluster.runtime.run({
      taskArn: arn,
      taskId,
      clusterName,
      ...scope,
      definition: { containerDefinitions },
      overrides: {},
    });
    await waitFor('a ready task', () => latest?.ready, 60_000);
  });

  after(async () => {
    await api.delete(`/api/v1/namespaces/${namespaceName(clusterName, scope.region)}`);
    api.close();
    await cluster.close();
  });

  const endpoint = () => ({ taskArn: arn, address: latest?.address ?? '', nodeAddress: latest?.node?.address ?? '' });
  const open = async (route: Route): Promise<Duplex> =>
    'connect' in route ? route.connect() : dial({ host: route.host, port: route.port });
  const answer = async (route: Route): Promise<string> => {
    const stream = await open(route);
    stream.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    return text(stream);
  };

  it('creates a Service once, and lists it with its containers', async () => {
    await cluster.nodePortNetwork.createService(service);
    expect(await cluster.nodePortNetwork.listServices()).to.deep.equal([{ ...service, addresses: [] }]);
  });

  it('says which NodePort belongs to another Service', async () => {
    const other = taskArn(scope, clusterName, 'other');
    const error = await cluster.nodePortNetwork
      .createService({ ...service, taskArn: other })
      .catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(NodePortTaken).with.property('nodePort', nodePort);
  });

  it('says which NodePorts the cluster has', async () => {
    const other = { taskArn: taskArn(scope, clusterName, 'other'), ports: [{ ...web, nodePort: 1_000 }] };
    const error = await cluster.nodePortNetwork.createService(other).catch((thrown: unknown) => thrown);
    expect(error)
      .to.be.instanceOf(PublicIpUnavailable)
      .with.property('message')
      .that.includes('publicIp.firstNodePort');
  });

  it('routes to the address of a Pod on this machine', async () => {
    const route = await cluster.nodePortNetwork.route(endpoint(), web);
    expect(route).to.deep.equal({ host: latest?.address, port: 80 });
    expect(await answer(route)).to.include('200 OK');
  });

  it('routes to the NodePort of a node that this machine can dial', async () => {
    const route = await createRoutes(api, () => false).route(endpoint(), web);
    expect(route).to.deep.equal({ host: latest?.node?.address, port: nodePort });
    expect(await waitFor('an answer', () => answer(route))).to.include('200 OK');
  });

  it("routes through the API server's port-forward where nothing can be dialled", async () => {
    const routes = createRoutes(
      api,
      () => false,
      async () => false,
    );
    expect(await answer(await routes.route(endpoint(), web))).to.include('200 OK');
    const error = await routes.route(endpoint(), { ...web, protocol: 'udp' }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(Error).with.property('message').that.includes('UDP');
  });

  it('ends a port-forward to a port on which nothing listens', async () => {
    const routes = createRoutes(
      api,
      () => false,
      async () => false,
    );
    const stream = await open(await routes.route(endpoint(), { ...web, containerPort: 81 }));
    await Promise.race([once(stream, 'error').catch(() => undefined), once(stream, 'end')]).catch(() => undefined);
  });

  it('knows when the Service has its endpoint', async () => {
    await cluster.nodePortNetwork.whenServed(arn);
  });

  it('publishes no host port by itself without k3d', async () => {
    expect(
      await cluster.nodePortNetwork.isMapped(
        { address: '127.0.0.1', hostPort: 32_000, nodePort: 30_000, protocol: 'tcp' },
        'fresh',
      ),
    ).to.equal(false);
  });

  it('replaces a Service whose ports have changed, and deletes it as often as asked', async () => {
    const changed = { taskArn: arn, ports: [{ ...web, nodePort: nodePort + 1 }] };
    await cluster.nodePortNetwork.createService(changed);
    expect(await cluster.nodePortNetwork.listServices()).to.deep.equal([{ ...changed, addresses: [] }]);
    await cluster.nodePortNetwork.deleteService(arn);
    await cluster.nodePortNetwork.deleteService(arn);
    expect(await cluster.nodePortNetwork.listServices()).to.deep.equal([]);
  });
});
