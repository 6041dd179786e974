import { request } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { startEmbeddedKubernetes, type EmbeddedKubernetes } from '../../lib/embedded-kubernetes/embedded-kubernetes.ts';

describe('the API server of the embedded Kubernetes', () => {
  let kubernetes: EmbeddedKubernetes;

  before(async () => {
    kubernetes = await startEmbeddedKubernetes({ images: {} });
  });

  after(() => kubernetes.close());

  it('answers 401 without the token', async () => {
    for (const headers of [{}, { Authorization: 'Bearer wrong' }]) {
      const response = await fetch(`${kubernetes.url}/api/v1/pods`, { headers });
      expect(response.status).to.equal(401);
      expect(await response.json()).to.include({ kind: 'Status', reason: 'Unauthorized', code: 401 });
    }
  });

  it('takes the token before the path, for kubectl, which sends none without TLS', async () => {
    const response = await fetch(`${kubernetes.url}/${kubernetes.token}/api/v1/pods`);
    expect(response.status).to.equal(200);
    expect(JSON.parse(kubernetes.kubeconfig()).clusters[0].cluster.server).to.equal(
      `${kubernetes.url}/${kubernetes.token}`,
    );
  });

  it('refuses a request for a host name that is not its own', async () => {
    const headers = { Host: 'attacker.example', Authorization: `Bearer ${kubernetes.token}` };
    const sent = request(`${kubernetes.url}/api/v1/pods`, { headers }).end();
    const [response] = await once(sent, 'response');
    response.resume();
    expect(response.statusCode).to.equal(403);
  });

  it('refuses a body of more than 3 MiB', async () => {
    const response = await fetch(`${kubernetes.url}/${kubernetes.token}/api/v1/namespaces`, {
      method: 'POST',
      body: JSON.stringify({ metadata: { name: 'big' }, padding: 'x'.repeat(3 * 1024 * 1024) }),
    });
    expect(await response.json()).to.include({ code: 413, reason: 'RequestEntityTooLarge' });
  });

  it('leaves nothing listening when it is closed', async () => {
    const brief = await startEmbeddedKubernetes({ images: {} });
    await fetch(`${brief.url}/${brief.token}/api/v1/namespaces/default/pods`, {
      method: 'POST',
      body: JSON.stringify({
        metadata: { name: 'x' },
        spec: { containers: [{ name: 'x', image: 'x', ports: [{ containerPort: 80 }] }] },
      }),
    });
    await brief.close();
    const [error] = await once(connect(Number(new URL(brief.url).port), '127.0.0.1'), 'error').catch(
      (reason: unknown) => [reason],
    );
    expect(error).to.have.property('code', 'ECONNREFUSED');
  });
});
