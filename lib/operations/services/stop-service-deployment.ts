import { AwsError, invalidParameter } from '../../errors.ts';
import { isOver } from '../../model/service-rollout.ts';
import type { ServiceDeployment } from '../../model/service.ts';
import type { Operation } from '../operation.ts';

type Status = NonNullable<ServiceDeployment['status']>;

/** "PENDING, IN_PROGRESS: moves to the ROLLBACK_REQUESTED state … the others continue" ("Stopping Amazon ECS service deployments"). */
const stoppable: readonly (Status | undefined)[] = ['PENDING', 'IN_PROGRESS'];

export const stopServiceDeployment: Operation<'StopServiceDeployment'> = async (input, context) => {
  const { store, scheduler, now } = context;
  const { serviceDeploymentArn: arn = '', stopType = 'ROLLBACK' } = input;
  const record = store.serviceDeployments.get(arn);
  if (!record) throw new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
  const { serviceDeployment } = record;
  checkStoppable(serviceDeployment, stopType);
  if (stoppable.includes(serviceDeployment.status)) {
    const status: Status = stopType === 'ROLLBACK' ? 'ROLLBACK_REQUESTED' : 'STOP_REQUESTED';
    const statusReason = `The ${stopType === 'ROLLBACK' ? 'rollback' : 'stop'} was requested by a call of StopServiceDeployment.`;
    store.serviceDeployments.put({
      ...record,
      serviceDeployment: { ...serviceDeployment, status, statusReason, updatedAt: now() },
    });
  }
  await store.commit();
  scheduler.wakeService(record.serviceArn);
  return { serviceDeploymentArn: arn };
};

function checkStoppable(deployment: ServiceDeployment, stopType: string): void {
  const { status, serviceDeploymentArn: arn } = deployment;
  if (isOver(deployment)) {
    throw new AwsError(
      'ConflictException',
      `The service deployment ${arn} is ${status}: it cannot be stopped any more.`,
    );
  }
  if (stopType === 'ROLLBACK' && deployment.sourceServiceRevisions?.length === 0) {
    throw invalidParameter(`There is no service revision before that of ${arn} to roll back to.`);
  }
}
