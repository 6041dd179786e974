import { expect } from 'chai';
import {
  type TaskStatus,
  firstStatusOfStopping,
  hasReached,
  lifecycle,
  mayFollow,
} from '../../lib/model/task-lifecycle.ts';

describe('task lifecycle', () => {
  it('has the statuses of the task lifecycle page in their order', () => {
    expect(Object.keys(lifecycle)).to.deep.equal([
      'PROVISIONING',
      'PENDING',
      'ACTIVATING',
      'RUNNING',
      'DEACTIVATING',
      'STOPPING',
      'DEPROVISIONING',
      'STOPPED',
    ]);
  });

  it('goes forward only', () => {
    for (const [from, followers] of Object.entries(lifecycle)) {
      for (const to of followers) expect(hasReached(from as TaskStatus, to), `${from} to ${to}`).to.equal(false);
    }
  });

  it('leads from every status to STOPPED', () => {
    for (const start of Object.keys(lifecycle) as TaskStatus[]) {
      const reached = new Set<TaskStatus>([start]);
      for (const status of reached) for (const next of lifecycle[status]) reached.add(next);
      expect(reached.has('STOPPED'), start).to.equal(true);
    }
  });

  it('deactivates only what was activated', () => {
    expect(firstStatusOfStopping('PENDING')).to.equal('STOPPING');
    expect(firstStatusOfStopping('ACTIVATING')).to.equal('DEACTIVATING');
    expect(firstStatusOfStopping('RUNNING')).to.equal('DEACTIVATING');
  });

  it('revives nothing', () => {
    for (const status of Object.keys(lifecycle) as TaskStatus[]) expect(mayFollow('STOPPED', status)).to.equal(false);
  });
});
