import { expect } from 'chai';
import { type ServiceNews, withEvent } from '../../lib/model/service-events.ts';
import type { ServiceRecord } from '../../lib/model/service.ts';

describe('the events of a service', () => {
  const none = { name: 'web', events: [] as ServiceRecord['events'] } as ServiceRecord;
  const after = (...news: readonly (readonly [ServiceNews, number])[]): string[] => {
    const told = news.reduce((service, [one, now], i) => withEvent(service, one, `id-${i}`, now), none);
    return told.events.map(({ message = '' }) => message);
  };
  const cannotPlace: ServiceNews = { kind: 'cannotPlace', reason: 'No port is free.' };
  const refused = '(service web) was unable to place a task. Reason: No port is free.';
  const steady: ServiceNews = { kind: 'steady' };
  const started: ServiceNews = { kind: 'started', taskIds: ['a'], replacedUnhealthy: 0 };
  const pending: ServiceNews = { kind: 'stoppedPending', count: 1 };

  it('come newest first, with an id and a time', () => {
    const service = withEvent(withEvent(none, started, 'one', 1), steady, 'two', 2);
    expect(service.events).to.deep.equal([
      { id: 'two', createdAt: 2, message: '(service web) has reached a steady state.' },
      { id: 'one', createdAt: 1, message: '(service web) has started 1 tasks: (task a).' },
    ]);
  });

  it('tell of a cause that lasts once', () => {
    expect(after([cannotPlace, 1], [started, 2], [cannotPlace, 3])).to.have.length(2);
  });

  it('tell of it again after six hours', () => {
    expect(after([cannotPlace, 1], [cannotPlace, 6 * 3600], [cannotPlace, 6 * 3600 + 1])).to.deep.equal([
      refused,
      refused,
    ]);
  });

  it('tell of it again when the service was steady meanwhile', () => {
    expect(after([cannotPlace, 1], [steady, 2], [cannotPlace, 3])[0]).to.equal(refused);
  });

  it('tell of all that was done, even of the same twice', () => {
    expect(after([pending, 1], [pending, 2])).to.have.length(2);
  });

  it('are a hundred at most', () => {
    const many = Array.from({ length: 101 }, (_, i) => [{ ...started, taskIds: [`${i}`] }, i] as const);
    const messages = after(...many);
    expect(messages).to.have.length(100);
    expect(messages[0]).to.equal('(service web) has started 1 tasks: (task 100).');
  });

  it('have the words of AWS for each kind', () => {
    const kinds: readonly (readonly [ServiceNews, string])[] = [
      [
        { kind: 'started', taskIds: ['a', 'b'], replacedUnhealthy: 1 },
        'has started 2 tasks: (task a) (task b). Amazon ECS replaced 1 tasks due to an unhealthy status.',
      ],
      [{ kind: 'stopped', taskIds: ['a', 'b'] }, 'has stopped 2 running tasks: (task a) (task b).'],
      [{ kind: 'stoppedPending', count: 2 }, 'stopped 2 pending tasks.'],
      [{ kind: 'unhealthy', taskId: 'a' }, '(task a) failed container health checks.'],
      [
        { kind: 'noInstance', reason: 'NO ACTIVE INSTANCES' },
        'was unable to place a task because no container instance met all of its requirements. Reason: NO ACTIVE INSTANCES',
      ],
      [{ kind: 'launchFailed', error: 'E.' }, 'failed to launch a task with (error E.).'],
      [{ kind: 'throttled' }, 'is unable to consistently start tasks successfully.'],
      [{ kind: 'completed', deploymentId: 'd' }, '(deployment d) deployment completed.'],
      [{ kind: 'failed', deploymentId: 'd' }, '(deployment d) deployment failed: tasks failed to start.'],
      [{ kind: 'rollingBack', deploymentId: 'd' }, 'rolling back to deployment d.'],
    ];
    for (const [news, words] of kinds) expect(after([news, 1])).to.deep.equal([`(service web) ${words}`]);
  });
});
