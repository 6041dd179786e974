import type { Operation, Output } from '../operation.ts';
import { checkArns } from './service-history.ts';

export const describeServiceRevisions: Operation<'DescribeServiceRevisions'> = async (input, { store }) => {
  const serviceRevisions: NonNullable<Output<'DescribeServiceRevisions'>['serviceRevisions']> = [];
  const failures: NonNullable<Output<'DescribeServiceRevisions'>['failures']> = [];
  for (const arn of checkArns('serviceRevisionArns', input.serviceRevisionArns)) {
    const record = store.serviceRevisions.get(arn);
    if (record) serviceRevisions.push(record.revision);
    else failures.push({ arn, reason: 'MISSING' });
  }
  return { serviceRevisions, failures };
};
