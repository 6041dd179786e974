import { expect } from 'chai';
import { taskNetworkInterfaces } from '../../lib/ec2/task-network-interfaces.ts';
import type { TaskRecord } from '../../lib/model/task.ts';
import type { Store } from '../../lib/store/store.ts';

const scope = { account: '123456789012', region: 'us-east-1' };
const record: TaskRecord = {
  ...scope,
  arn: 'arn:aws:ecs:us-east-1:123456789012:task/web/1',
  id: '1',
  clusterArn: 'arn:aws:ecs:us-east-1:123456789012:cluster/web',
  clusterName: 'web',
  task: {
    lastStatus: 'RUNNING',
    availabilityZone: 'us-east-1b',
    attachments: [
      { id: 'other', type: 'ServiceConnect', details: [] },
      {
        id: 'a1',
        type: 'ElasticNetworkInterface',
        details: [
          { name: 'subnetId', value: 'subnet-1' },
          { name: 'networkInterfaceId', value: 'eni-1' },
          { name: 'macAddress', value: '02:00:00:00:00:01' },
          { name: 'privateDnsName', value: 'ip-10-0-0-7.ec2.internal' },
          { name: 'privateIPv4Address', value: '10.0.0.7' },
        ],
      },
    ],
  },
};

describe('network interfaces of tasks', () => {
  const found = (...records: TaskRecord[]): unknown[] => {
    const tasks = { values: () => records.values() } as unknown as Store['tasks'];
    return [...taskNetworkInterfaces({ tasks }, scope)];
  };
  const expected = {
    ...scope,
    id: 'eni-1',
    description: 'arn:aws:ecs:us-east-1:123456789012:attachment/a1',
    subnetId: 'subnet-1',
    availabilityZone: 'us-east-1b',
    macAddress: '02:00:00:00:00:01',
    privateDnsName: 'ip-10-0-0-7.ec2.internal',
    privateIp: '10.0.0.7',
  };

  it('are what their attachments tell', () => {
    expect(found(record)).to.deep.equal([expected]);
  });

  it('have the public address of the task', () => {
    const publicIp = { provider: 'node-port', publicIp: '127.0.0.1', ports: [] };
    expect(found({ ...record, publicIp })).to.deep.equal([{ ...expected, publicIp: '127.0.0.1' }]);
  });

  it('have no public address while that is still to come', () => {
    expect(found({ ...record, publicIp: { provider: 'load-balancer', ports: [] } })).to.deep.equal([expected]);
  });

  it('are gone when the task has stopped, and not there before they are made', () => {
    const stopped = { ...record, task: { ...record.task, lastStatus: 'STOPPED' } };
    const precreated = { ...record, task: { attachments: [{ type: 'ElasticNetworkInterface', details: [] }] } };
    expect(found(stopped, precreated)).to.be.empty;
  });

  it('are those of the caller’s account and region', () => {
    expect(found({ ...record, account: '000000000000' }, { ...record, region: 'eu-west-1' })).to.be.empty;
  });
});
