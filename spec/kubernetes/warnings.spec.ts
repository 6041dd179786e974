import { expect } from 'chai';
import { warningsOf } from '../../lib/kubernetes/warnings.ts';

describe('what a task does without on Kubernetes', () => {
  it('is said of each container', () => {
    const containerDefinitions = [
      { name: 'app', ulimits: [{ name: 'nofile' as const, softLimit: 1, hardLimit: 2 }] },
      { name: 'logged', logConfiguration: { logDriver: 'awslogs' as const } },
    ];
    expect(warningsOf({ containerDefinitions })).to.deep.equal([
      'Container app: ulimits have no effect: Kubernetes has none.',
      'Container logged: logConfiguration has no effect: read the output with kecs or kubectl logs.',
    ]);
  });

  it('is nothing for a plain task', () => {
    expect(warningsOf({ containerDefinitions: [{ name: 'app', image: 'a' }] })).to.deep.equal([]);
  });
});
