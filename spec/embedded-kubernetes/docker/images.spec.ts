import type Docker from 'dockerode';
import { expect } from 'chai';
import { Images } from '../../../lib/embedded-kubernetes/docker/images.ts';
import { silentLog } from '../../../lib/util/log.ts';

interface Played {
  /** What the engine has: image → its digests. */
  readonly present?: Record<string, string[]>;
  /** What a pull brings, or why it fails. */
  readonly registry?: Record<string, string[]>;
  readonly events?: object[];
}

/** An engine of which only images are asked. */
class PlayedEngine {
  readonly pulls: string[] = [];
  readonly said: string[] = [];
  readonly images: Images;
  readonly #present: Record<string, string[]>;

  constructor({ present = {}, registry = {}, events = [] }: Played) {
    this.#present = { ...present };
    const modem = {
      followProgress: (name: string, done: (error: Error | null) => void, tell: (event: object) => void) => {
        for (const event of events) tell(event);
        const found = registry[name];
        if (found) this.#present[name.replace(/:latest$/, '')] = found;
        setImmediate(() => done(found ? null : new Error('pull access denied')));
      },
    };
    const docker = {
      modem,
      pull: async (name: string) => {
        this.pulls.push(name);
        return name;
      },
      getImage: (name: string) => ({ inspect: async () => this.#inspect(name) }),
    };
    const log = { ...silentLog, info: (line: string) => void this.said.push(line) };
    this.images = new Images(docker as unknown as Docker, log);
  }

  #inspect(name: string): object {
    const digests = this.#present[name];
    if (!digests) throw Object.assign(new Error('no such image'), { statusCode: 404 });
    return { Id: 'sha256:id', RepoDigests: digests, Size: 7, Config: { StopSignal: 'SIGQUIT' } };
  }
}

describe('images of Docker', () => {
  const ensure = (engine: PlayedEngine, image: string, imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never') =>
    engine.images.ensure(
      { image, imagePullPolicy },
      async () => undefined,
      () => {},
    );
  const old = ['nginx@sha256:old'];
  const recent = ['nginx@sha256:new'];

  it('are pulled where they are absent, with the tag that Kubernetes means', async () => {
    const engine = new PlayedEngine({ registry: { 'nginx:latest': recent } });
    const found = await ensure(engine, 'nginx', 'IfNotPresent');
    expect(found).to.include({
      image: 'docker.io/library/nginx:latest',
      imageID: 'nginx@sha256:new',
      stopSignal: 'SIGQUIT',
    });
    expect(engine.pulls).to.deep.equal(['nginx:latest']);
  });

  it('are pulled again with the policy Always only', async () => {
    const engine = new PlayedEngine({ present: { nginx: old }, registry: { 'nginx:latest': recent } });
    expect((await ensure(engine, 'nginx', 'IfNotPresent')).imageID).to.equal('nginx@sha256:old');
    expect((await ensure(engine, 'nginx', 'Always')).imageID).to.equal('nginx@sha256:new');
    expect(engine.pulls).to.have.length(1);
  });

  it('are used as they are where they were built here, whatever a registry has under that name', async () => {
    const engine = new PlayedEngine({ present: { mine: [] }, registry: { 'mine:latest': ['mine@sha256:other'] } });
    expect((await ensure(engine, 'mine', 'Always')).imageID).to.equal('sha256:id');
    expect(engine.pulls).to.deep.equal([]);
  });

  it('are used as they are where a pull fails', async () => {
    const engine = new PlayedEngine({ present: { nginx: old } });
    const { imageID, message } = await ensure(engine, 'nginx', 'Always');
    expect(imageID).to.equal('nginx@sha256:old');
    expect(message).to.equal('Could not pull image "nginx" (pull access denied): the one present on machine is used');
  });

  const failures: [image: string, policy: 'Always' | 'Never', reason: string, message: string][] = [
    ['none', 'Always', 'ErrImagePull', 'Error response from daemon: pull access denied'],
    ['none', 'Never', 'ErrImageNeverPull', 'Container image "none" is not present with pull policy of Never'],
    ['UPPER', 'Always', 'InvalidImageName', 'Failed to apply default image tag "UPPER": couldn\'t parse image name'],
  ];
  for (const [image, policy, reason, message] of failures) {
    it(`fail with ${reason}`, async () => {
      const error = await ensure(new PlayedEngine({}), image, policy).catch((caught: Error) => caught);
      expect(error).to.include({ reason });
      expect((error as Error).message).to.include(message);
    });
  }

  it('are pulled once for all that wait for them', async () => {
    const engine = new PlayedEngine({ registry: { 'nginx:latest': recent } });
    await Promise.all([1, 2, 3].map(() => ensure(engine, 'nginx', 'Always')));
    expect(engine.pulls).to.have.length(1);
  });

  it('tell how far their pull has come, and when it is done', async () => {
    const events = [
      { status: 'Pulling from library/nginx', id: 'latest' },
      { status: 'Already exists', id: 'a' },
      { status: 'Downloading', id: 'b', progressDetail: { current: 1_500_000, total: 30_000_000 } },
      { status: 'Pull complete', id: 'b' },
    ];
    const engine = new PlayedEngine({ registry: { 'nginx:latest': recent }, events });
    await ensure(engine, 'nginx', 'Always');
    expect(engine.said[0]).to.equal('Pulling image nginx: 1.5 of 30.0 MB, 1 of 2 layers.');
    expect(engine.said[1]).to.match(/^Pulled image nginx in \d+\.\d s\.$/);
  });

  it('are up to date without a word', async () => {
    const events = [{ status: 'Pulling from library/nginx', id: 'latest' }, { status: 'Image is up to date' }];
    const engine = new PlayedEngine({ present: { nginx: old }, registry: { 'nginx:latest': old }, events });
    await ensure(engine, 'nginx', 'Always');
    expect(engine.said).to.deep.equal([]);
  });
});
