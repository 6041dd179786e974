import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { PassThrough } from 'node:stream';
import type { CoreV1Api, DiscoveryV1Api, KubeConfig, V1Pod, V1PodSpec, V1Status } from '@kubernetes/client-node';
import { expect } from 'chai';
import { waitFor } from '../support/wait-for.ts';

export interface KubernetesApiSubject {
  /** The text of a kubeconfig. */
  readonly kubeconfig: string;
  close(): Promise<void>;
}

interface Answer {
  readonly code: number;
  readonly body: Record<string, any>;
}

interface WatchEvent {
  readonly type: string;
  readonly object: Record<string, any>;
}

/** What KECS and kubectl rely on, the same cases on every API server. Where the embedded one differs from a real one, it is wrong. */
export function describeKubernetesApi(on: string, connect: () => Promise<KubernetesApiSubject>): void {
  describe(`the Kubernetes API of ${on}`, function () {
    this.timeout(90_000);
    const namespace = `kecs-contract-${process.pid}`;
    const here = `/api/v1/namespaces/${namespace}`;
    let subject: KubernetesApiSubject;
    let kubeConfig: KubeConfig;
    let core: CoreV1Api;
    let discovery: DiscoveryV1Api;
    let client: typeof import('@kubernetes/client-node');

    before(async () => {
      client = await import('@kubernetes/client-node');
      subject = await connect();
      kubeConfig = new client.KubeConfig();
      kubeConfig.loadFromString(subject.kubeconfig);
      core = kubeConfig.makeApiClient(client.CoreV1Api);
      discovery = kubeConfig.makeApiClient(client.DiscoveryV1Api);
      await core.createNamespace({ body: { metadata: { name: namespace } } });
      // Where service accounts exist, Pods are accepted once their namespace's default one does.
      await waitFor('the namespace to take Pods', async () => {
        const { code } = await call('POST', `${here}/pods`, pod('first', idle));
        return code === 201;
      });
    });

    after(async () => {
      if (!subject) return;
      await core.deleteNamespace({ name: namespace, gracePeriodSeconds: 0 });
      await subject.close();
    });

    const deleteOptions = { kind: 'DeleteOptions', apiVersion: 'v1' };
    const idle: V1PodSpec = { containers: [{ name: 'main', image: 'nginx:latest', ports: [{ containerPort: 80 }] }] };

    const ending = (name: string, code: number) => ({
      name,
      image: 'busybox:latest',
      command: ['sh', '-c', `exit ${code}`],
      env: [{ name: 'KECS_SIMULATE_EXIT_CODE', value: String(code) }],
    });

    function pod(name: string, spec: V1PodSpec, labels: Record<string, string> = {}): V1Pod {
      return {
        metadata: { name, labels },
        spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, ...spec },
      };
    }

    function optionsOf(path: string): Promise<RequestOptions> {
      const { server = '' } = kubeConfig.getCurrentCluster() ?? {};
      const { protocol, hostname, port, pathname } = new URL(server + path);
      const options = { protocol, hostname, port, path: pathname + new URL(server + path).search, headers: {} };
      return kubeConfig.applyToHTTPSOptions(options).then(() => options);
    }

    async function open(method: string, path: string, body?: object | string, headers: Record<string, string> = {}) {
      const options = await optionsOf(path);
      const send = options.protocol === 'https:' ? httpsRequest : httpRequest;
      return new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
        const text = typeof body === 'object' ? JSON.stringify(body) : (body ?? '');
        const own = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
        const request = send({ ...options, method, headers: { ...own, ...options.headers, ...headers } });
        request.once('response', resolve).once('error', reject);
        request.end(text);
      });
    }

    async function call(...parameters: Parameters<typeof open>): Promise<Answer> {
      const response = await open(...parameters);
      let text = '';
      for await (const chunk of response) text += String(chunk);
      return { code: response.statusCode ?? 0, body: text.startsWith('{') ? JSON.parse(text) : { text } };
    }

    /** Collects a watch's events until one satisfies `until`. */
    async function watch(path: string, until: (event: WatchEvent) => boolean): Promise<WatchEvent[]> {
      const response = await open('GET', path);
      const events: WatchEvent[] = [];
      let text = '';
      for await (const chunk of response) {
        text += String(chunk);
        const lines = text.split('\n');
        text = lines.pop() ?? '';
        for (const line of lines) events.push(JSON.parse(line) as WatchEvent);
        if (events.some(until)) break;
      }
      response.destroy();
      return events;
    }

    const run = async (name: string, spec: V1PodSpec, labels?: Record<string, string>): Promise<V1Pod> =>
      core.createNamespacedPod({ namespace, body: pod(name, spec, labels) });

    const until = (name: string, what: string, condition: (found: V1Pod) => boolean): Promise<V1Pod> =>
      waitFor(
        `pod ${name} to be ${what}`,
        async () => {
          const found = await core.readNamespacedPod({ namespace, name });
          return condition(found) && found;
        },
        60_000,
      );

    const untilPhase = (name: string, phase: string) => until(name, phase, ({ status }) => status?.phase === phase);
    const untilReady = (name: string) =>
      until(
        name,
        'ready',
        ({ status }) => status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false,
      );

    describe('serialization', () => {
      it('discovers the resources of the core group and of discovery.k8s.io', async () => {
        const { body: list } = await call('GET', '/api/v1');
        expect(list['resources'].map(({ name }: { name: string }) => name)).to.include.members([
          'pods',
          'pods/log',
          'pods/exec',
          'pods/eviction',
          'pods/status',
          'services',
          'secrets',
          'configmaps',
          'events',
          'namespaces',
          'nodes',
        ]);
        const { body: slices } = await call('GET', '/apis/discovery.k8s.io/v1');
        expect(slices['resources'][0]).to.include({ name: 'endpointslices', kind: 'EndpointSlice', namespaced: true });
        const { body: versions } = await call('GET', '/api');
        expect(versions).to.deep.include({ kind: 'APIVersions', versions: ['v1'] });
      });

      it('names kind and version of an object, and in a list only those of the list', async () => {
        const one = await call('POST', `${here}/configmaps`, { metadata: { name: 'shape' }, data: { a: '1' } });
        expect(one.code).to.equal(201);
        expect(one.body).to.include({ kind: 'ConfigMap', apiVersion: 'v1' });
        expect(one.body['metadata']).to.include.keys('uid', 'resourceVersion', 'creationTimestamp', 'namespace');
        expect(one.body['metadata'].creationTimestamp).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        const { body: list } = await call('GET', `${here}/configmaps?fieldSelector=metadata.name=shape`);
        expect(list).to.include({ kind: 'ConfigMapList', apiVersion: 'v1' });
        expect(list['items'][0]).to.not.have.any.keys('kind', 'apiVersion');
      });

      it('answers a Table to kubectl', async () => {
        const accept = { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
        const { body } = await call('GET', `${here}/pods?limit=500`, undefined, accept);
        const columns = body['columnDefinitions'].map(({ name }: { name: string }) => name);
        expect(columns.slice(0, 7)).to.deep.equal(['Name', 'Ready', 'Status', 'Restarts', 'Age', 'IP', 'Node']);
        expect(body['rows'][0].object.kind).to.equal('PartialObjectMetadata');
        const { body: services } = await call('GET', `${here}/services`, undefined, accept);
        expect(services['columnDefinitions'].map(({ name }: { name: string }) => name)).to.deep.equal([
          'Name',
          'Type',
          'Cluster-IP',
          'External-IP',
          'Port(s)',
          'Age',
          'Selector',
        ]);
      });

      it('pages a list', async () => {
        for (const name of ['page-a', 'page-b', 'page-c']) {
          await core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels: { page: 'yes' } } } });
        }
        const first = await core.listNamespacedConfigMap({ namespace, labelSelector: 'page', limit: 2 });
        expect(first.items.map(({ metadata }) => metadata?.name)).to.deep.equal(['page-a', 'page-b']);
        const token = first.metadata?._continue ?? '';
        const rest = await core.listNamespacedConfigMap({
          namespace,
          labelSelector: 'page',
          limit: 2,
          _continue: token,
        });
        expect(rest.items.map(({ metadata }) => metadata?.name)).to.deep.equal(['page-c']);
      });

      it('makes a name from generateName', async () => {
        const made = await core.createNamespacedConfigMap({ namespace, body: { metadata: { generateName: 'some-' } } });
        expect(made.metadata?.name).to.match(/^some-[a-z0-9]{5}$/);
      });

      it('keeps the stringData of a Secret as data', async () => {
        const body = { metadata: { name: 'login' }, stringData: { word: 'open' } };
        const made = await core.createNamespacedSecret({ namespace, body });
        expect(made).to.deep.include({ data: { word: 'b3Blbg==' }, type: 'Opaque' });
        expect(made).to.not.have.property('stringData');
      });
    });

    describe('validation', () => {
      const refusals: [string, () => Promise<Answer>, object][] = [
        ['an unknown path', () => call('GET', '/api/v1/nothing'), { code: 404, reason: 'NotFound' }],
        [
          'an object that is not there',
          () => call('GET', `${here}/pods/none`),
          { code: 404, reason: 'NotFound', message: 'pods "none" not found' },
        ],
        [
          'a namespace that is not there',
          () => call('POST', '/api/v1/namespaces/none/configmaps', { metadata: { name: 'x' } }),
          { code: 404, reason: 'NotFound', message: 'namespaces "none" not found' },
        ],
        [
          'a name that is taken',
          () => call('POST', `${here}/pods`, pod('first', idle)),
          { code: 409, reason: 'AlreadyExists', message: 'pods "first" already exists' },
        ],
        [
          'a name that is none',
          () => call('POST', `${here}/pods`, pod('Not_A_Name', idle)),
          { code: 422, reason: 'Invalid' },
        ],
        [
          'a Pod without containers',
          () => call('POST', `${here}/pods`, pod('empty', { containers: [] })),
          { code: 422, reason: 'Invalid', message: 'Pod "empty" is invalid: spec.containers: Required value' },
        ],
        [
          'a selector that cannot be read',
          () => call('GET', `${here}/pods?labelSelector=a%20b%20c`),
          {
            code: 400,
            reason: 'BadRequest',
            message: "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
          },
        ],
        [
          'a field that cannot be selected',
          () => call('GET', `${here}/pods?fieldSelector=spec.foo=1`),
          { code: 400, reason: 'BadRequest' },
        ],
        ['broken JSON', () => call('POST', `${here}/pods`, '{"kind":'), { code: 400, reason: 'BadRequest' }],
        [
          "a kind that is not the path's",
          () => call('POST', `${here}/pods`, { kind: 'Service', apiVersion: 'v1', metadata: { name: 'x' } }),
          { code: 400, reason: 'BadRequest' },
        ],
        [
          'an unknown type of patch',
          () => call('PATCH', `${here}/pods/first`, '{}', { 'Content-Type': 'application/json' }),
          { code: 415, reason: 'UnsupportedMediaType' },
        ],
        [
          'a deletion of all namespaces',
          () => call('DELETE', '/api/v1/namespaces'),
          { code: 405, reason: 'MethodNotAllowed' },
        ],
        [
          'a NodePort out of range',
          () => call('POST', `${here}/services`, nodePort('far', 29_999)),
          {
            code: 422,
            reason: 'Invalid',
            message:
              'Service "far" is invalid: spec.ports[0].nodePort: Invalid value: 29999: provided port is not in the valid range. The range of valid ports is 30000-32767',
          },
        ],
        [
          'a deletion of another object of that name',
          () => call('DELETE', `${here}/pods/first`, { ...deleteOptions, preconditions: { uid: 'other' } }),
          { code: 409, reason: 'Conflict' },
        ],
        [
          'a new restart policy of a Pod',
          () =>
            call(
              'PATCH',
              `${here}/pods/first`,
              { spec: { restartPolicy: 'Always' } },
              { 'Content-Type': 'application/merge-patch+json' },
            ),
          { code: 422, reason: 'Invalid' },
        ],
      ];
      for (const [what, ask, status] of refusals) {
        it(`refuses ${what}`, async () => {
          const { code, body } = await ask();
          expect(body).to.include({ kind: 'Status', apiVersion: 'v1', status: 'Failure', ...status });
          expect(body['code']).to.equal(code);
        });
      }

      it('refuses a NodePort that another Service has', async () => {
        const { body: first } = await call('POST', `${here}/services`, nodePort('one'));
        const number = first['spec'].ports[0].nodePort;
        const { code, body } = await call('POST', `${here}/services`, nodePort('two', number));
        expect(code).to.equal(422);
        expect(body['message']).to.equal(
          `Service "two" is invalid: spec.ports[0].nodePort: Invalid value: ${number}: provided port is already allocated`,
        );
        expect(body['details'].causes[0]).to.include({ reason: 'FieldValueInvalid', field: 'spec.ports[0].nodePort' });
      });

      it('refuses an update of a version that is no longer the newest', async () => {
        const old = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'stale' } } });
        await core.replaceNamespacedConfigMap({ namespace, name: 'stale', body: { ...old, data: { a: '1' } } });
        const { code, body } = await call('PUT', `${here}/configmaps/stale`, {
          metadata: { name: 'stale', resourceVersion: old.metadata?.resourceVersion },
        });
        expect(code).to.equal(409);
        expect(body['message']).to.equal(
          'Operation cannot be fulfilled on configmaps "stale": the object has been modified; please apply your changes to the latest version and try again',
        );
      });
    });

    function nodePort(name: string, number?: number, selector: Record<string, string> = { app: name }) {
      return {
        metadata: { name },
        spec: { type: 'NodePort', selector, ports: [{ port: 80, ...(number && { nodePort: number }) }] },
      };
    }

    describe('objects', () => {
      it('patches by merge, by JSON patch and strategically', async () => {
        await core.createNamespacedConfigMap({
          namespace,
          body: { metadata: { name: 'patched' }, data: { a: '1', b: '2' } },
        });
        const path = `${here}/configmaps/patched`;
        const patch = (kind: string, body: object) =>
          call('PATCH', path, body, { 'Content-Type': `application/${kind}+json` });
        await patch('merge-patch', { data: { a: null, c: '3' } });
        await patch('json-patch', [
          { op: 'add', path: '/data/d', value: '4' },
          { op: 'remove', path: '/data/b' },
        ]);
        const { body } = await patch('strategic-merge-patch', { metadata: { labels: { x: 'y' } } });
        expect(body['data']).to.deep.equal({ c: '3', d: '4' });
        expect(body['metadata'].labels).to.deep.equal({ x: 'y' });
      });

      it('changes nothing, not even the version, by an update without change', async () => {
        const made = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'same' } } });
        const again = await core.replaceNamespacedConfigMap({ namespace, name: 'same', body: made });
        expect(again.metadata?.resourceVersion).to.equal(made.metadata?.resourceVersion);
      });

      it('selects by labels and fields', async () => {
        for (const [name, tier] of [
          ['sel-a', 'front'],
          ['sel-b', 'back'],
          ['sel-c', 'mid'],
        ] as const) {
          await core.createNamespacedConfigMap({
            namespace,
            body: { metadata: { name, labels: { sel: 'yes', tier } } },
          });
        }
        const names = async (query: string) =>
          (await call('GET', `${here}/configmaps?${query}`)).body['items'].map(
            (item: WatchEvent['object']) => item['metadata'].name,
          );
        const label = (text: string) => names(`labelSelector=${encodeURIComponent(text)}`);
        expect(await label('tier=front')).to.deep.equal(['sel-a']);
        expect(await label('sel=yes,tier!=front')).to.deep.equal(['sel-b', 'sel-c']);
        expect(await label('tier in (front, mid)')).to.deep.equal(['sel-a', 'sel-c']);
        expect(await label('sel,tier notin (front)')).to.deep.equal(['sel-b', 'sel-c']);
        expect(await label('!sel,page')).to.deep.equal(['page-a', 'page-b', 'page-c']);
        expect(await names('fieldSelector=metadata.name%3Dsel-b')).to.deep.equal(['sel-b']);
      });

      it('deletes a collection by its selector', async () => {
        await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: 'sel=yes' });
        const { items } = await core.listNamespacedConfigMap({ namespace, labelSelector: 'sel=yes' });
        expect(items).to.deep.equal([]);
      });

      it('answers a Status for a deleted ConfigMap and the object for a deleted Service', async () => {
        const configMap = await call('DELETE', `${here}/configmaps/same`);
        expect(configMap.body).to.deep.include({ kind: 'Status', status: 'Success' });
        expect(configMap.body['details']).to.include({ name: 'same', kind: 'configmaps' });
        await call('POST', `${here}/services`, nodePort('brief'));
        expect((await call('DELETE', `${here}/services/brief`)).body['kind']).to.equal('Service');
      });

      it('removes what a removed object owned', async () => {
        const owner = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'owner' } } });
        const ownerReferences = [
          { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata?.uid ?? '' },
        ];
        await core.createNamespacedSecret({ namespace, body: { metadata: { name: 'owned', ownerReferences } } });
        await core.deleteNamespacedConfigMap({ namespace, name: 'owner' });
        await waitFor('the owned Secret to go', async () => (await call('GET', `${here}/secrets/owned`)).code === 404);
      });

      it('deletes the contents of a namespace with it', async () => {
        const name = `${namespace}-brief`;
        await core.createNamespace({ body: { metadata: { name } } });
        await core.createNamespacedConfigMap({ namespace: name, body: { metadata: { name: 'inside' } } });
        await core.deleteNamespace({ name });
        await waitFor(
          'the namespace to go',
          async () => (await call('GET', `/api/v1/namespaces/${name}`)).code === 404,
          60_000,
        );
        expect((await call('GET', `/api/v1/namespaces/${name}/configmaps/inside`)).code).to.equal(404);
      });
    });

    describe('watches', () => {
      it('begins with what there is, and shows an object that ceases to match as deleted', async () => {
        await core.createNamespacedConfigMap({
          namespace,
          body: { metadata: { name: 'seen', labels: { seen: 'yes' } } },
        });
        const watching = watch(`${here}/configmaps?watch=1&labelSelector=seen`, ({ type }) => type === 'DELETED');
        await call(
          'PATCH',
          `${here}/configmaps/seen`,
          { data: { a: '1' } },
          { 'Content-Type': 'application/merge-patch+json' },
        );
        await call(
          'PATCH',
          `${here}/configmaps/seen`,
          { metadata: { labels: { seen: null } } },
          { 'Content-Type': 'application/merge-patch+json' },
        );
        const events = await watching;
        expect(events[0]?.type).to.equal('ADDED');
        expect(events.at(-1)?.type).to.equal('DELETED');
        expect(events.at(-1)?.object['metadata'].labels).to.deep.equal({ seen: 'yes' });
      });

      it('goes on after a version, without what came before', async () => {
        const { body: list } = await call('GET', `${here}/configmaps`);
        const version = list['metadata'].resourceVersion;
        await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'later' } } });
        await core.deleteNamespacedConfigMap({ namespace, name: 'later' });
        const events = await watch(
          `${here}/configmaps?watch=1&resourceVersion=${version}`,
          ({ type }) => type === 'DELETED',
        );
        expect(events.map(({ type, object }) => `${type} ${object['metadata'].name}`)).to.deep.equal([
          'ADDED later',
          'DELETED later',
        ]);
        expect(Number(events[1]?.object['metadata'].resourceVersion)).to.be.greaterThan(
          Number(events[0]?.object['metadata'].resourceVersion),
        );
      });

      it('marks the end of the initial objects with a bookmark for whoever asks', async () => {
        const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
        const events = await watch(`${here}/secrets?${query}`, ({ type }) => type === 'BOOKMARK');
        expect(events.map(({ type }) => type).slice(0, -1))
          .to.include('ADDED')
          .and.not.include('BOOKMARK');
        expect(events.at(-1)?.object['metadata'].annotations).to.deep.equal({ 'k8s.io/initial-events-end': 'true' });
      });

      it('ends after timeoutSeconds', async () => {
        const { body } = await call(
          'GET',
          `${here}/services?watch=1&timeoutSeconds=1&resourceVersion=0&labelSelector=none`,
        );
        expect(body).to.deep.equal({ text: '' });
      });
    });

    describe('Pods', () => {
      it('go from Pending over ContainerCreating to Running and Ready', async () => {
        const { body: list } = await call('GET', `${here}/pods`);
        const created = await run('life', idle);
        expect(created.status?.phase).to.equal('Pending');
        const path = `${here}/pods?watch=1&fieldSelector=metadata.name=life&resourceVersion=${list['metadata'].resourceVersion}`;
        const events = await watch(path, ({ object }) => object['status'].phase === 'Running');
        expect(summaries(events)).to.deep.equal([
          'ADDED Pending',
          'MODIFIED Pending PodScheduled',
          'MODIFIED Pending Initialized,PodScheduled main=waiting:ContainerCreating',
          'MODIFIED Running PodReadyToStartContainers,Initialized,Ready,ContainersReady,PodScheduled main=running:started:ready',
        ]);
        const { status, spec } = events.at(-1)?.object as V1Pod;
        expect(spec?.nodeName).to.be.a('string').and.not.empty;
        expect(status?.podIP).to.match(/^10\./);
        expect(status?.podIPs).to.deep.equal([{ ip: status?.podIP }]);
        expect(status).to.include.keys('hostIP', 'hostIPs', 'startTime', 'qosClass');
        const [main] = status?.containerStatuses ?? [];
        expect(main).to.include({
          ready: true,
          started: true,
          restartCount: 0,
          image: 'docker.io/library/nginx:latest',
        });
        expect(main?.containerID).to.match(/^containerd:\/\/[0-9a-f]{64}$/);
        expect(main?.imageID).to.match(/^docker\.io\/library\/nginx@sha256:[0-9a-f]{64}$/);
      });

      it('show deletion first, then how their containers ended, then that they are gone', async () => {
        const before = await untilReady('life');
        const { code, body } = await call('DELETE', `${here}/pods/life`, { ...deleteOptions, gracePeriodSeconds: 5 });
        expect(code).to.equal(200);
        expect(body['metadata']).to.include({ deletionGracePeriodSeconds: 5 });
        const path = `${here}/pods?watch=1&fieldSelector=metadata.name=life&resourceVersion=${before.metadata?.resourceVersion}`;
        const events = await watch(path, ({ type }) => type === 'DELETED');
        const [first] = events;
        expect(first?.object['status'].phase).to.equal('Running');
        expect(first?.object['metadata'].deletionTimestamp).to.be.a('string');
        const ended = events.findIndex(({ object }) => object['status'].containerStatuses[0].state.terminated);
        expect(ended).to.be.greaterThan(0);
        expect(
          events.slice(-2).map(({ type, object }) => [type, object['metadata'].deletionGracePeriodSeconds]),
        ).to.deep.equal([
          ['MODIFIED', 0],
          ['DELETED', 0],
        ]);
        const { containerStatuses, phase } = events.at(-1)?.object['status'];
        const { exitCode, startedAt, finishedAt } = containerStatuses[0].state.terminated;
        expect(phase).to.equal(exitCode === 0 ? 'Succeeded' : 'Failed');
        expect(startedAt).to.be.a('string');
        expect(finishedAt).to.be.a('string');
      });

      it('say of an eviction that it was one, and go', async () => {
        const before = await run('evicted', idle);
        await untilReady('evicted');
        const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'evicted', namespace } };
        const { code, body } = await call('POST', `${here}/pods/evicted/eviction`, eviction);
        expect([code, body['kind'], body['status']]).to.deep.equal([201, 'Status', 'Success']);
        const path = `${here}/pods?watch=1&fieldSelector=metadata.name=evicted&resourceVersion=${before.metadata?.resourceVersion}`;
        const last = (await watch(path, ({ type }) => type === 'DELETED')).at(-1)?.object;
        const target = last?.['status'].conditions.find(({ type }: { type: string }) => type === 'DisruptionTarget');
        expect(target).to.include({
          status: 'True',
          reason: 'EvictionByEvictionAPI',
          message: 'Eviction API: evicting',
        });
      });

      it('go at once with a grace period of zero', async () => {
        await run('killed', idle);
        await untilReady('killed');
        await call('DELETE', `${here}/pods/killed`, { ...deleteOptions, gracePeriodSeconds: 0 });
        expect((await call('GET', `${here}/pods/killed`)).code).to.equal(404);
      });

      it('fail with the exit code of a container that fails', async () => {
        await run('fails', { containers: [ending('main', 3)] });
        const { status } = await untilPhase('fails', 'Failed');
        const { terminated } = status?.containerStatuses?.[0]?.state ?? {};
        expect(terminated).to.include({ exitCode: 3, reason: 'Error' });
        const ready = status?.conditions?.find(({ type }) => type === 'Ready');
        expect(ready).to.include({ status: 'False', reason: 'PodFailed' });
      });

      it('succeed when all containers have ended well', async () => {
        await run('succeeds', { containers: [ending('a', 0), ending('b', 0)] });
        const { status } = await untilPhase('succeeds', 'Succeeded');
        expect(status?.containerStatuses?.map(({ state }) => state?.terminated?.reason)).to.deep.equal([
          'Completed',
          'Completed',
        ]);
        expect(status?.conditions?.find(({ type }) => type === 'Ready')).to.include({
          status: 'False',
          reason: 'PodCompleted',
        });
      });

      it('run their init containers first', async () => {
        await run('initialized', { initContainers: [ending('before', 0)], ...idle });
        const { status } = await untilReady('initialized');
        expect(status?.initContainerStatuses?.[0]?.state?.terminated).to.include({ exitCode: 0, reason: 'Completed' });
      });

      it('fail when an init container fails, and never start the others', async () => {
        await run('uninitialized', { initContainers: [ending('before', 2)], ...idle });
        const { status } = await untilPhase('uninitialized', 'Failed');
        expect(status?.containerStatuses?.[0]?.state?.waiting?.reason).to.equal('PodInitializing');
        expect(status?.conditions?.find(({ type }) => type === 'Initialized')).to.include({ status: 'False' });
      });

      it('stop a sidecar when the others have ended', async () => {
        const sidecar = { ...idle.containers[0]!, name: 'beside', restartPolicy: 'Always' };
        await run('accompanied', { initContainers: [sidecar], containers: [ending('main', 0)] });
        const { status } = await until(
          'accompanied',
          'ended with its sidecar',
          ({ status: found }) =>
            found?.phase === 'Succeeded' && found.initContainerStatuses?.[0]?.state?.terminated !== undefined,
        );
        expect(status?.initContainerStatuses?.[0]?.name).to.equal('beside');
      });

      it('hold back a container until the ConfigMap is there that its environment refers to', async () => {
        const gate = { configMapRef: { name: 'gate' } };
        const held = { name: 'held', image: 'busybox:latest', command: ['sleep', '600'], envFrom: [gate] };
        await run('gated', { containers: [idle.containers[0]!, held] });
        const { status } = await until('gated', 'half started', ({ status: found }) => {
          const [main, other] = found?.containerStatuses?.toSorted((a, b) => b.name.localeCompare(a.name)) ?? [];
          return main?.state?.running !== undefined && other?.state?.waiting?.reason === 'CreateContainerConfigError';
        });
        expect(status?.phase).to.equal('Pending');
        const waiting = status?.containerStatuses?.find(({ name }) => name === 'held')?.state?.waiting;
        expect(waiting?.message).to.equal('configmap "gate" not found');
        await call('POST', `${here}/configmaps`, { metadata: { name: 'gate' } });
        const patch = { metadata: { annotations: { woken: 'yes' } } };
        await call('PATCH', `${here}/pods/gated`, patch, { 'Content-Type': 'application/merge-patch+json' });
        expect((await untilReady('gated')).metadata?.annotations?.['woken']).to.equal('yes');
      });

      it('wait with the reason of an image that cannot be pulled', async () => {
        await run('unpullable', {
          containers: [
            { name: 'absent', image: 'registry.invalid/x:1' },
            { name: 'unnameable', image: 'Upper/Case' },
          ],
        });
        const { status } = await until(
          'unpullable',
          'refused',
          ({ status: found }) =>
            found?.containerStatuses?.every(({ state }) => /Image/.test(state?.waiting?.reason ?? '')) ?? false,
        );
        const [absent, unnameable] = status?.containerStatuses ?? [];
        expect(absent?.state?.waiting?.reason).to.be.oneOf(['ErrImagePull', 'ImagePullBackOff']);
        expect(absent?.state?.waiting?.message).to.contain(
          'failed to pull and unpack image "registry.invalid/x:1": failed to resolve reference "registry.invalid/x:1"',
        );
        expect(unnameable?.state?.waiting).to.deep.equal({
          reason: 'InvalidImageName',
          message: `Failed to apply default image tag "Upper/Case": couldn't parse image name "Upper/Case": invalid reference format: repository name (Case) must be lowercase`,
        });
        expect(status?.phase).to.equal('Pending');
      });

      it('say in the log request what is not right', async () => {
        const waiting = await call('GET', `${here}/pods/unpullable/log?container=unnameable`);
        expect(waiting.body).to.include({
          code: 400,
          message: 'container "unnameable" in pod "unpullable" is waiting to start: InvalidImageName',
        });
        const choice = await call('GET', `${here}/pods/unpullable/log`);
        expect(choice.body).to.include({
          code: 400,
          message: 'a container name must be specified for pod unpullable, choose one of: [absent unnameable]',
        });
        const unknown = await call('GET', `${here}/pods/first/log?container=zz`);
        expect(unknown.body).to.include({ code: 400, message: 'container zz is not valid for pod first' });
      });

      it('give the last lines of a log, with times if asked', async () => {
        await untilReady('first');
        const podIP = (await core.readNamespacedPod({ namespace, name: 'first' })).status?.podIP;
        expect(podIP).to.be.a('string');
        const log = await core.readNamespacedPodLog({ namespace, name: 'first', tailLines: 1, timestamps: true });
        for (const line of log.split('\n').filter(Boolean)) expect(line).to.match(/^\d{4}-\d\d-\d\dT[\d:.]+Z /);
        expect(log.split('\n').filter(Boolean)).to.have.length.at.most(1);
      });

      it('run a command by exec and tell its exit code', async () => {
        await untilReady('first');
        expect(await exec('first', ['echo', 'hello'])).to.deep.include({ stdout: 'hello\n', status: 'Success' });
        expect(await exec('first', ['false'])).to.include({
          status: 'Failure',
          reason: 'NonZeroExitCode',
          exitCode: '1',
        });
      });

      it('keep their status when their labels are patched', async () => {
        const before = await untilReady('first');
        await core.patchNamespacedPod({
          namespace,
          name: 'first',
          body: [{ op: 'add', path: '/metadata/labels', value: { a: 'b' } }],
        });
        const after = await core.readNamespacedPod({ namespace, name: 'first' });
        expect(after.status).to.deep.equal(before.status);
        expect(after.metadata?.labels).to.deep.equal({ a: 'b' });
      });

      it('are described by Events', async () => {
        const { metadata } = await core.readNamespacedPod({ namespace, name: 'first' });
        const fieldSelector = `involvedObject.name=first,involvedObject.uid=${metadata?.uid}`;
        const { items } = await core.listNamespacedEvent({ namespace, fieldSelector });
        expect(items.map(({ reason }) => reason)).to.include.members(['Scheduled', 'Pulled', 'Created', 'Started']);
        expect(items.every(({ involvedObject }) => involvedObject.kind === 'Pod')).to.equal(true);
      });
    });

    async function exec(name: string, command: string[]): Promise<Record<string, unknown>> {
      const stdout = new PassThrough();
      const chunks: Buffer[] = [];
      stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      const status = await new Promise<V1Status>((resolve, reject) => {
        new client.Exec(kubeConfig)
          .exec(namespace, name, 'main', command, stdout, new PassThrough(), null, false, resolve)
          .catch(reject);
      });
      const exitCode = status.details?.causes?.[0]?.message;
      return { stdout: Buffer.concat(chunks).toString(), status: status.status, reason: status.reason, exitCode };
    }

    describe('Services', () => {
      it('take one NodePort for TCP and UDP', async () => {
        const ports = [
          { name: 'tcp', port: 53, protocol: 'TCP' },
          { name: 'udp', port: 53, protocol: 'UDP' },
        ];
        const { body: first } = await call('POST', `${here}/services`, {
          metadata: { name: 'both' },
          spec: { type: 'NodePort', ports: [ports[0]] },
        });
        const number = first['spec'].ports[0].nodePort;
        await core.deleteNamespacedService({ namespace, name: 'both' });
        const { code, body } = await call('POST', `${here}/services`, {
          metadata: { name: 'both' },
          spec: { type: 'NodePort', ports: ports.map((port) => ({ ...port, nodePort: number })) },
        });
        expect(code, body['message']).to.equal(201);
        expect(body['spec'].clusterIPs).to.deep.equal([body['spec'].clusterIP]);
      });

      it('list their ready Pods in an EndpointSlice and answer on their NodePort', async () => {
        await run('server', idle, { app: 'server' });
        const made = await call('POST', `${here}/services`, nodePort('server'));
        const ready = await untilReady('server');
        const slice = await waitFor('the endpoint to be ready', async () => {
          const labelSelector = 'kubernetes.io/service-name=server';
          const { items } = await discovery.listNamespacedEndpointSlice({ namespace, labelSelector });
          return items.find(({ endpoints }) => endpoints?.[0]?.conditions?.ready);
        });
        expect(slice.endpoints?.[0]?.addresses).to.deep.equal([ready.status?.podIP]);
        expect(slice.endpoints?.[0]?.targetRef).to.include({ kind: 'Pod', name: 'server' });
        expect(slice.ports?.[0]).to.include({ port: 80, protocol: 'TCP' });
        const { items: nodes } = await core.listNode();
        const address = nodes[0]?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
        const url = `http://${address}:${made.body['spec'].ports[0].nodePort}/`;
        const response = await waitFor('the NodePort to answer', () =>
          fetch(url, { headers: { Connection: 'close' } }),
        );
        expect(response.status).to.equal(200);
      });

      it('lose the endpoint of a Pod that goes', async () => {
        await core.deleteNamespacedPod({ namespace, name: 'server' });
        await waitFor('the endpoint to go', async () => {
          const labelSelector = 'kubernetes.io/service-name=server';
          const { items } = await discovery.listNamespacedEndpointSlice({ namespace, labelSelector });
          return items.every(({ endpoints }) => !endpoints?.some(({ conditions }) => conditions?.ready));
        });
      });
    });
  });
}

function summaries(events: readonly WatchEvent[]): string[] {
  return events.map(({ type, object }) => {
    const { phase, conditions = [], containerStatuses = [] } = object['status'];
    const met = conditions.filter(({ status }: any) => status === 'True').map((condition: any) => condition.type);
    const containers = containerStatuses.map(({ name, state, started, ready }: any) => {
      const kind = Object.keys(state)[0] ?? '';
      return `${name}=${[kind, state[kind].reason, started && 'started', ready && 'ready'].filter(Boolean).join(':')}`;
    });
    return [type, phase, met.join(','), ...containers].filter(Boolean).join(' ');
  });
}
