import { type Scope, ecsArn } from '../model/arn.ts';
import type { TaskRecord } from '../model/task.ts';
import type { Store } from '../store/store.ts';
import type { NetworkInterface } from './network-interface.ts';

/** The network interfaces of the tasks that have not stopped: AWS deletes a task's interface when the task stops. */
export function* taskNetworkInterfaces(store: Pick<Store, 'tasks'>, scope: Scope): Iterable<NetworkInterface> {
  for (const record of store.tasks.values()) {
    if (record.account !== scope.account || record.region !== scope.region) continue;
    if (record.task.lastStatus === 'STOPPED') continue;
    yield* interfacesOf(record);
  }
}

function* interfacesOf(record: TaskRecord): Iterable<NetworkInterface> {
  for (const attachment of record.task.attachments ?? []) {
    if (attachment.type !== 'ElasticNetworkInterface') continue;
    const details = new Map(attachment.details?.map(({ name = '', value = '' }) => [name, value]));
    const id = details.get('networkInterfaceId');
    // While an attachment is PRECREATED it has no interface yet.
    if (id === undefined) continue;
    yield {
      id,
      account: record.account,
      region: record.region,
      // As ECS describes the interfaces that it makes.
      description: ecsArn(record, `attachment/${attachment.id ?? ''}`),
      subnetId: details.get('subnetId') ?? '',
      availabilityZone: record.task.availabilityZone ?? `${record.region}a`,
      macAddress: details.get('macAddress') ?? '',
      privateDnsName: details.get('privateDnsName') ?? '',
      privateIp: details.get('privateIPv4Address') ?? '',
      ...(record.publicIp?.publicIp !== undefined && { publicIp: record.publicIp.publicIp }),
    };
  }
}
