import { revisionsOf } from '../../store/lookups.ts';
import type { Context, Operation } from '../operation.ts';
import { page } from '../paging.ts';
import { familiesOf } from './families.ts';

/**
 * "ACTIVE … only families that have an ACTIVE task definition revision are listed. INACTIVE … only families that do not
 * have any ACTIVE task definition revisions" (API_ListTaskDefinitionFamilies.html); without it, both.
 */
export const listTaskDefinitionFamilies: Operation<'ListTaskDefinitionFamilies'> = async (input, context) => {
  const { familyPrefix = '', status = 'ALL' } = input;
  const families = familiesOf(context)
    .filter((family) => family.startsWith(familyPrefix))
    .filter((family) => status === 'ALL' || statusOf(family, context) === status);
  const { items, nextToken } = page(families, input, (family) => family);
  return { families: items, nextToken };
};

function statusOf(family: string, context: Context): 'ACTIVE' | 'INACTIVE' {
  for (const { definition } of revisionsOf(context.store, context, family)) {
    if (definition.status === 'ACTIVE') return 'ACTIVE';
  }
  return 'INACTIVE';
}
