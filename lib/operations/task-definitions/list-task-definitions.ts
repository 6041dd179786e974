import { revisionsOf } from '../../store/lookups.ts';
import type { Context, Input, Operation } from '../operation.ts';
import { page } from '../paging.ts';
import { familiesOf } from './families.ts';

export const listTaskDefinitions: Operation<'ListTaskDefinitions'> = async (input, context) => {
  const arns = [...arnsOf(input, context)];
  if (input.sort === 'DESC') arns.reverse();
  const { items, nextToken } = page(arns, input, (arn) => arn);
  return { taskDefinitionArns: items, nextToken };
};

/** "familyPrefix: the full family name" (API_ListTaskDefinitions.html). */
function* arnsOf({ familyPrefix, status = 'ACTIVE' }: Input<'ListTaskDefinitions'>, context: Context) {
  for (const family of familyPrefix === undefined ? familiesOf(context) : [familyPrefix]) {
    for (const { arn, definition } of revisionsOf(context.store, context, family)) {
      if (definition.status === status) yield arn;
    }
  }
}
