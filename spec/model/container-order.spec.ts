import { expect } from 'chai';
import { orderContainers } from '../../lib/model/container-order.ts';

describe('the order of containers', () => {
  const container = (name: string, ...dependsOn: [string, 'START' | 'COMPLETE' | 'SUCCESS' | 'HEALTHY'][]) => ({
    name,
    dependsOn: dependsOn.map(([containerName, condition]) => ({ containerName, condition })),
  });
  const order = (...containers: ReturnType<typeof container>[]) =>
    orderContainers(containers).map((ordered) => `${ordered.container.name} ${ordered.phase}`);

  it('puts a container after the one whose START it waits for', () => {
    expect(order(container('a', ['b', 'START']), container('b'))).to.deep.equal(['b main', 'a main']);
  });

  it('keeps up beside the others what must be up while one of them ends first', () => {
    expect(
      order(container('app', ['migrate', 'SUCCESS']), container('migrate', ['db', 'START']), container('db')),
    ).to.deep.equal(['db beside', 'migrate first', 'app main']);
  });

  it('refuses a circle', () => {
    expect(() => order(container('a', ['b', 'START']), container('b', ['a', 'START']))).to.throw('lead back to itself');
  });

  const held = (...containers: ReturnType<typeof container>[]) =>
    orderContainers(containers).map((one) => `${one.container.name} ${one.phase}${one.held ? ' held' : ''}`);

  it('holds back what waits for an end with any exit code', () => {
    expect(held(container('a', ['b', 'COMPLETE']), container('b', ['c', 'HEALTHY']), container('c'))).to.deep.equal([
      'c main',
      'b main held',
      'a main held',
    ]);
  });

  it('holds back what waits for one container to be healthy and for the same one to end', () => {
    expect(held(container('a', ['c', 'HEALTHY']), container('b', ['c', 'SUCCESS']), container('c'))).to.deep.equal([
      'c main',
      'a main held',
      'b main held',
    ]);
  });
});
