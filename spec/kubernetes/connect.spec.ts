import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { connectKubernetes } from '../../lib/kubernetes/connect.ts';
import type { ConnectOptions } from '../../lib/kubernetes/connect-options.ts';
import { silentLog } from '../../lib/util/log.ts';

describe('connecting to Kubernetes', () => {
  let folder: string;
  let server: http.Server;
  let url: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kecs-connect-'));
    server = http.createServer((request, response) => {
      const { authorization } = request.headers;
      if (request.url === '/version') return void response.end('{"gitVersion":"v1.34.4"}');
      response.statusCode = authorization === 'Bearer good' ? 200 : 401;
      const items = [{ metadata: { name: 'node-1' } }];
      response.end(
        JSON.stringify(
          authorization === 'Bearer good' ? { items } : { reason: 'Unauthorized', message: 'Unauthorized' },
        ),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  after(async () => {
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true });
  });

  const base = { instanceId: 'spec', log: silentLog, environment: {} };
  const kubeconfig = async (name: string, token: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(
      path,
      JSON.stringify({
        clusters: [{ name, cluster: { server: url, 'insecure-skip-tls-verify': true } }],
        users: [{ name, user: { token } }],
        contexts: [{ name, context: { cluster: name, user: name } }],
        'current-context': name,
      }),
    );
    return path;
  };
  const connected = async (options: Partial<ConnectOptions> & Pick<ConnectOptions, 'kind'>) => {
    const cluster = await connectKubernetes({ ...base, ...options });
    await cluster.close();
    return { description: cluster.description, version: cluster.version };
  };
  const failure = (options: Partial<ConnectOptions> & Pick<ConnectOptions, 'kind'>) =>
    connected(options).then(
      () => 'connected',
      (error: Error) => error.message,
    );

  it('takes the embedded Kubernetes by its URL and token', async () => {
    const { version, description } = await connected({
      kind: 'embedded',
      embedded: { url, token: 'good', listenerOf: () => undefined },
    });
    expect(version).to.equal('v1.34.4');
    expect(description).to.equal(`embedded Kubernetes at ${url}`);
  });

  it('takes a kubeconfig that is named', async () => {
    const { description } = await connected({ kind: 'kubeconfig', kubeconfig: await kubeconfig('named', 'good') });
    expect(description).to.equal(`context named at ${url}`);
  });

  it('takes the kubeconfigs of the environment, merged, and the context that is named', async () => {
    const files = [await kubeconfig('one', 'bad'), await kubeconfig('two', 'good')];
    const { description } = await connected({
      kind: 'kubeconfig',
      context: 'two',
      environment: { KUBECONFIG: files.join(':') },
    });
    expect(description).to.equal(`context two at ${url}`);
  });

  it('says which contexts there are', async () => {
    const path = await kubeconfig('here', 'good');
    expect(await failure({ kind: 'kubeconfig', kubeconfig: path, context: 'there' })).to.include(
      'no context "there"; there are: here.',
    );
  });

  it('says that the API server lets nobody in', async () => {
    const path = await kubeconfig('stranger', 'bad');
    expect(await failure({ kind: 'kubeconfig', kubeconfig: path }))
      .to.include('Unauthorized')
      .and.include(url);
  });

  it('says that a kubeconfig cannot be read', async () => {
    expect(await failure({ kind: 'kubeconfig', kubeconfig: join(folder, 'none') })).to.include('no such file');
  });

  it('says that the embedded Kubernetes is not started', async () => {
    expect(await failure({ kind: 'embedded' })).to.include('the embedded Kubernetes: it has not been started.');
  });
});
