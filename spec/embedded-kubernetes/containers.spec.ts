import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect } from 'chai';
import { startEmbeddedKubernetes, type EmbeddedKubernetes } from '../../lib/embedded-kubernetes/embedded-kubernetes.ts';
import { waitFor } from '../support/wait-for.ts';

describe('containers of the embedded Kubernetes', () => {
  let kubernetes: EmbeddedKubernetes;

  beforeEach(async () => {
    const serve = [
      'const server = require("http").createServer((request, response) => response.end(process.env.GREETING));',
      'server.listen(Number(process.argv[1]), process.argv[2], () => console.log("listening"));',
      'process.on("SIGTERM", () => process.exit(7));',
    ];
    kubernetes = await startEmbeddedKubernetes({
      images: {
        'greeter:*': { command: [process.execPath, '-e', serve.join(''), '{port:80}', '{host}'] },
        broken: { command: ['/nowhere/program'] },
      },
      // Two test runs on one machine would choose the same NodePorts of the usual range.
      nodePortRange: { first: 20_000, last: 29_999 },
    });
  });

  afterEach(() => kubernetes.close());

  const call = async (method: string, path: string, body?: object): Promise<Record<string, any>> => {
    const response = await fetch(`${kubernetes.url}/api/v1/namespaces/default/${path}`, {
      method,
      headers: { Authorization: `Bearer ${kubernetes.token}`, 'Content-Type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return text.startsWith('{') ? JSON.parse(text) : { text };
  };

  const run = (name: string, container: object) =>
    call('POST', 'pods', {
      metadata: { name, labels: { app: name, 'kecs.dev/task-id': 'abc' } },
      spec: {
        restartPolicy: 'Never',
        containers: [{ name: 'main', image: 'nginx', ports: [{ containerPort: 80 }], ...container }],
      },
    });

  const expose = async (name: string, protocol = 'TCP'): Promise<number> => {
    const ports = [{ port: 80, protocol }];
    const service = await call('POST', 'services', {
      metadata: { name },
      spec: { type: 'NodePort', selector: { app: name }, ports },
    });
    return service['spec'].ports[0].nodePort;
  };

  const untilPhase = (name: string, phase: string) =>
    waitFor(`pod ${name} to be ${phase}`, async () => {
      const pod = await call('GET', `pods/${name}`);
      return pod['status'].phase === phase && pod;
    });

  const eventsUntilDeleted = async (name: string): Promise<Record<string, any>[]> => {
    const path = `pods?watch=1&fieldSelector=metadata.name=${name}`;
    const response = await fetch(`${kubernetes.url}/${kubernetes.token}/api/v1/namespaces/default/${path}`);
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.endsWith('\n') && text.includes('"DELETED"')) break;
    }
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  };

  it('say that they are simulated, and who they are', async () => {
    await run('web', { env: [{ name: 'PASSWORD', value: 'hunter2' }] });
    const port = await expose('web');
    const answer = await waitFor('an answer', () => fetch(`http://127.0.0.1:${port}/hello`));
    const text = await answer.text();
    expect(JSON.parse(text)).to.deep.include({
      simulated: true,
      image: 'nginx',
      namespace: 'default',
      pod: 'web',
      container: 'main',
      labels: { app: 'web', 'kecs.dev/task-id': 'abc' },
      path: '/hello',
    });
    expect(text).to.not.contain('hunter2');
    expect((await call('GET', 'pods/web/log'))['text']).to.contain('GET /hello\n');
  });

  it('echo datagrams on a UDP port', async () => {
    await run('udp', { ports: [{ containerPort: 80, protocol: 'UDP' }] });
    const port = await expose('udp', 'UDP');
    await untilPhase('udp', 'Running');
    const socket = createSocket('udp4');
    const answered = once(socket, 'message');
    const timer = setInterval(() => socket.send('ping', port, '127.0.0.1'), 20);
    const [message] = await answered;
    clearInterval(timer);
    socket.close();
    expect(String(message)).to.equal('ping');
  });

  it('end by themselves as KECS_SIMULATE_EXIT_CODE and KECS_SIMULATE_EXIT_AFTER say', async () => {
    const env = [
      { name: 'KECS_SIMULATE_EXIT_CODE', value: '9' },
      { name: 'KECS_SIMULATE_EXIT_AFTER', value: '0.05' },
    ];
    await run('ends', { env });
    await untilPhase('ends', 'Running');
    const pod = await untilPhase('ends', 'Failed');
    expect(pod['status'].containerStatuses[0].state.terminated).to.include({ exitCode: 9, reason: 'Error' });
  });

  it('run the host command that the configuration names for their image', async () => {
    await run('greeter', { image: 'greeter:1', env: [{ name: 'GREETING', value: 'hello' }] });
    const port = await expose('greeter');
    const answer = await waitFor('an answer', () => fetch(`http://127.0.0.1:${port}/`));
    expect(await answer.text()).to.equal('hello');
    expect((await call('GET', 'pods/greeter/log'))['text']).to.equal('listening\n');
    const events = eventsUntilDeleted('greeter');
    await call('DELETE', 'pods/greeter');
    const last = (await events).at(-1);
    expect(last?.['object'].status.containerStatuses[0].state.terminated).to.include({ exitCode: 7, reason: 'Error' });
  });

  it('fail to start when the host has no such program', async () => {
    await run('broken', { image: 'broken' });
    const pod = await untilPhase('broken', 'Failed');
    expect(pod['status'].containerStatuses[0].state.terminated).to.include({ exitCode: 128, reason: 'StartError' });
  });

  it('wait for a Secret that their environment names', async () => {
    await run('waits', { env: [{ name: 'WORD', valueFrom: { secretKeyRef: { name: 'late', key: 'word' } } }] });
    await waitFor('the pod to wait', async () => {
      const { status } = await call('GET', 'pods/waits');
      return status.containerStatuses?.[0].state.waiting?.reason === 'CreateContainerConfigError';
    });
    await call('POST', 'secrets', { metadata: { name: 'late' }, stringData: { word: 'open' } });
    await untilPhase('waits', 'Running');
  });

  it('get a NodePort later whose host port is taken at first, and an Event says so', async () => {
    const stranger = createServer().listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const { port } = stranger.address() as AddressInfo;
    await kubernetes.close();
    kubernetes = await startEmbeddedKubernetes({ images: {}, nodePortRange: { first: port, last: port } });
    await run('blocked', {});
    await expose('blocked');
    const event = await waitFor(
      'the Event',
      async () => (await call('GET', 'events?fieldSelector=reason=NodePortUnavailable'))['items'][0],
    );
    expect(event.message).to.contain(`Cannot listen on 127.0.0.1:${port}/TCP`);
    stranger.close();
    await waitFor('an answer', async () => (await fetch(`http://127.0.0.1:${port}/`)).ok);
  });

  it('are all there when 300 Pods come at once', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `many-${index}`);
    await Promise.all(names.map((name) => run(name, {})));
    await waitFor('all to run', async () => {
      const { items } = await call('GET', 'pods?fieldSelector=status.phase=Running');
      return items.length === 300;
    });
    const { items } = await call('GET', 'pods');
    expect(new Set(items.map(({ status }: any) => status.podIP)).size).to.equal(300);
  });
});
