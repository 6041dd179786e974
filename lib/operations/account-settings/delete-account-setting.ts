import { type SettingName, accountSettingKey, checkNotManaged } from '../../model/account-setting.ts';
import type { Operation } from '../operation.ts';
import { describeSetting, effectiveValue, principalOf } from './settings.ts';

/** Answers what holds from now on: "disables an account setting", which is deleting the principal's own one. */
export const deleteAccountSetting: Operation<'DeleteAccountSetting'> = async (input, context) => {
  const name = input.name as SettingName;
  const principal = principalOf(input.principalArn, context);
  checkNotManaged(name);
  context.store.accountSettings.delete(accountSettingKey(context, principal, name));
  await context.store.commit();
  return { setting: describeSetting(name, effectiveValue(name, principal, context), principal) };
};
