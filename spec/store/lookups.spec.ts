import { expect } from 'chai';
import type { ClusterRecord } from '../../lib/model/cluster.ts';
import { openStore } from '../../lib/store/json-store.ts';
import { findTask, parseTaskDefinition, taskArnOf } from '../../lib/store/lookups.ts';
import type { Store } from '../../lib/store/store.ts';
import { storedTask } from '../support/stored-task.ts';

const scope = { account: '000000000000', region: 'us-east-1' };
const arnOf = (resource: string): string => `arn:aws:ecs:us-east-1:000000000000:${resource}`;
const cluster: ClusterRecord = {
  arn: arnOf('cluster/web'),
  name: 'web',
  status: 'ACTIVE',
  settings: [],
  capacityProviders: [],
  defaultCapacityProviderStrategy: [],
  tags: [],
};

describe('findTask', () => {
  let store: Store;

  beforeEach(async () => {
    store = await openStore({ warn: () => undefined });
    store.tasks.put(storedTask('web', '1'));
    store.tasks.put(storedTask('other', '2'));
  });

  for (const reference of ['1', arnOf('task/web/1'), arnOf('task/1')]) {
    it(`finds a task by ${reference}`, () => {
      expect(findTask(store, cluster, reference)?.id).to.equal('1');
    });
  }

  for (const reference of ['2', arnOf('task/other/2'), arnOf('service/web/1'), '']) {
    it(`does not find '${reference}' in the cluster`, () => {
      expect(findTask(store, cluster, reference)).to.equal(undefined);
    });
  }
});

describe('taskArnOf', () => {
  it('makes an ARN of an id, in the cluster, and leaves an ARN of another cluster as it is', () => {
    expect(taskArnOf(cluster, '1')).to.equal(arnOf('task/web/1'));
    expect(taskArnOf(cluster, arnOf('task/other/2'))).to.equal(arnOf('task/other/2'));
  });
});

describe('parseTaskDefinition', () => {
  it('reads a family, a revision and an ARN', () => {
    expect(parseTaskDefinition(scope, 'web')).to.deep.equal({ family: 'web' });
    expect(parseTaskDefinition(scope, 'web:12')).to.deep.equal({ family: 'web', revision: 12 });
    expect(parseTaskDefinition(scope, arnOf('task-definition/web:3'))).to.deep.equal({ family: 'web', revision: 3 });
  });

  it('knows nothing of other resources, accounts and regions', () => {
    for (const reference of [
      arnOf('cluster/web'),
      arnOf('task-definition/web:3').replace('us-east-1', 'eu-west-1'),
      arnOf('task-definition/web:3').replace('000000000000', '111111111111'),
      'web:1:2',
      'web/1',
    ]) {
      expect(parseTaskDefinition(scope, reference)).to.equal(undefined);
    }
  });
});
