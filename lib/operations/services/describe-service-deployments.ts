import type { Operation, Output } from '../operation.ts';
import { checkArns, serviceDeploymentOf } from './service-history.ts';

export const describeServiceDeployments: Operation<'DescribeServiceDeployments'> = async (input, { store }) => {
  const serviceDeployments: NonNullable<Output<'DescribeServiceDeployments'>['serviceDeployments']> = [];
  const failures: NonNullable<Output<'DescribeServiceDeployments'>['failures']> = [];
  for (const arn of checkArns('serviceDeploymentArns', input.serviceDeploymentArns)) {
    const record = store.serviceDeployments.get(arn);
    if (record) serviceDeployments.push(serviceDeploymentOf(store, record));
    else failures.push({ arn, reason: 'MISSING' });
  }
  // The scheduler may have changed them just now: what is answered must be on disk.
  await store.commit();
  return { serviceDeployments, failures };
};
