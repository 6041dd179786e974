import { expect } from 'chai';
import { ObjectStorage } from '../../lib/embedded-kubernetes/object-storage.ts';
import { configMaps } from '../../lib/embedded-kubernetes/resource-types.ts';

describe('ObjectStorage', () => {
  const object = (name: string) => ({ metadata: { name, namespace: 'default' } });

  it('refuses a watch from a version that its history has forgotten', () => {
    const storage = new ObjectStorage(4);
    for (let i = 0; i < 10; i++) storage.create(configMaps, object(`x${i}`));
    expect(() => storage.watch(1, () => {}))
      .to.throw(/^too old resource version: 1 \(\d+\)$/)
      .with.property('code', 410);
  });

  it('delivers to everybody in order when a listener stores something itself', () => {
    const storage = new ObjectStorage();
    const heard: number[] = [];
    storage.watch(storage.version, ({ object: { metadata } }) => {
      if (metadata.name === 'first') storage.create(configMaps, object('second'));
    });
    storage.watch(storage.version, ({ version }) => heard.push(version));
    storage.create(configMaps, object('first'));
    expect(heard).to.deep.equal([2, 3]);
  });

  it('replays what came after a version, once', () => {
    const storage = new ObjectStorage();
    storage.create(configMaps, object('a'));
    const from = storage.version;
    storage.create(configMaps, object('b'));
    const names: string[] = [];
    const stop = storage.watch(from, ({ object: { metadata } }) => names.push(metadata.name));
    storage.create(configMaps, object('c'));
    stop();
    storage.create(configMaps, object('d'));
    expect(names).to.deep.equal(['b', 'c']);
  });
});
