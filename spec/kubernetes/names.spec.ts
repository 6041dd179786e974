import { expect } from 'chai';
import { decodeName, encodeName, namespaceName, taskNames } from '../../lib/kubernetes/names.ts';

describe('names in Kubernetes', () => {
  it('are the ECS names where Kubernetes allows them', () => {
    expect(namespaceName('my-cluster', 'us-east-1')).to.equal('my-cluster-us-east-1');
    expect(encodeName('nginx')).to.equal('nginx');
  });

  for (const name of ['Web', 'a_b', 'A-b_C', '-a-', '_', 'x--a', 'h--a', 'a--B', 'x'.repeat(63), 'ABC'.repeat(9)]) {
    it(`lead back to ${name}`, () => {
      expect(encodeName(name)).to.match(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
      expect(decodeName(encodeName(name))).to.equal(name);
    });
  }

  it('lead back to a name that is too long by what its object remembers', () => {
    const name = 'Long_'.repeat(50);
    const encoded = encodeName(name);
    expect(encoded).to.match(/^[a-z0-9-]{1,63}$/);
    expect(decodeName(encoded, { [encoded]: name })).to.equal(name);
  });

  it('stay apart for names that differ', () => {
    const names = ['a-b', 'a_b', 'A-b', 'a-B', 'aB', 'x--a-bz', `${'a'.repeat(99)}1`, `${'a'.repeat(99)}2`];
    expect(new Set(names.map((name) => encodeName(name))).size).to.equal(names.length);
  });

  it('fit with the region into a namespace', () => {
    expect(namespaceName('Long_'.repeat(50), 'ap-southeast-1').length).to.be.at.most(63);
  });

  it('follow from the ARN of a task', () => {
    expect(taskNames('arn:aws:ecs:eu-west-1:000000000000:task/web/abc')).to.deep.equal({
      taskId: 'abc',
      clusterName: 'web',
      region: 'eu-west-1',
      namespace: 'web-eu-west-1',
      name: 'task-abc',
    });
    expect(() => taskNames('task/web/abc')).to.throw('task/web/abc is no task ARN');
  });
});
