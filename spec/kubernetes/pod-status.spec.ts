import { expect } from 'chai';
import type { V1Pod } from '@kubernetes/client-node';
import { goneObservation, mergeObservation } from '../../lib/kubernetes/merge-observation.ts';
import { observePod } from '../../lib/kubernetes/pod-status.ts';
import type { ContainerObservation, TaskObservation } from '../../lib/runtime/task-runtime.ts';
import { golden } from '../support/golden.ts';

describe('what a Pod says of its task', () => {
  for (const { name, input, output } of golden<{ readonly pod: V1Pod; readonly now: number }>('pod-status')) {
    it(`is as spec/golden has it: ${name}`, () => {
      expect(observePod(input.pod, input.now)).to.deep.equal(output);
    });
  }
});

describe('two observations of a task', () => {
  const task = (container: Omit<ContainerObservation, 'name'>): TaskObservation => ({
    taskArn: 'arn',
    present: true,
    ready: true,
    stopping: false,
    containers: [{ name: 'app', ...container }],
  });
  const merged = (earlier: Omit<ContainerObservation, 'name'>, now: Omit<ContainerObservation, 'name'>) =>
    mergeObservation(task(earlier), task(now)).containers[0];

  it('keep an exit code that Kubernetes forgot', () => {
    expect(merged({ state: 'stopped', exitCode: 3 }, { state: 'waiting' })).to.include({
      state: 'stopped',
      exitCode: 3,
    });
  });

  it('drop why a container waited once it runs', () => {
    expect(merged({ state: 'waiting', reason: 'no room' }, { state: 'running' })).to.not.have.property('reason');
  });

  it('call a container unhealthy that was healthy before', () => {
    expect(merged({ state: 'running', health: 'HEALTHY' }, { state: 'running', health: 'UNKNOWN' })).to.include({
      health: 'UNHEALTHY',
    });
  });

  it('do not hold the health of a container against the one that was started in its place', () => {
    const earlier = { state: 'running', health: 'HEALTHY', runtimeId: 'a' } as const;
    expect(merged(earlier, { state: 'running', health: 'UNKNOWN', runtimeId: 'b' })).to.include({ health: 'UNKNOWN' });
  });

  it('show containers as stopped once the task is gone', () => {
    expect(goneObservation(task({ state: 'running', startedAt: 1 }))).to.deep.include({
      present: false,
      ready: false,
      containers: [{ name: 'app', state: 'stopped', startedAt: 1 }],
    });
  });
});
