import { familyKey } from '../../store/store.ts';
import type { Context } from '../operation.ts';

/** The names of all families of the caller, "lexicographically by family name". */
export function familiesOf({ store, account, region }: Context): string[] {
  const prefix = familyKey(account, region, '');
  const families = [];
  for (const { arn } of store.families.values()) {
    if (arn.startsWith(prefix)) families.push(arn.slice(prefix.length));
  }
  return families.sort();
}
