import type * as ecs from '@aws-sdk/client-ecs';
import {
  type AccountSettingRecord,
  type SettingName,
  accountSettingKey,
  accountSettings,
  checkPrincipal,
  rootOf,
} from '../../model/account-setting.ts';
import type { Wire } from '../../model/wire.ts';
import type { Context } from '../operation.ts';

type Setting = Wire<ecs.Setting>;

/** The principal that a call names, or else the caller. @throws InvalidParameterException */
export function principalOf(principalArn: string | undefined, context: Context): string {
  if (principalArn !== undefined) checkPrincipal(context, principalArn);
  return principalArn ?? rootOf(context);
}

/** What was put for this very principal. */
export const settingOf = (name: SettingName, principal: string, context: Context): AccountSettingRecord | undefined =>
  context.store.accountSettings.get(accountSettingKey(context, principal, name));

/** What holds for the principal: its own setting, else the account's, else what AWS gives to every account. */
export const effectiveValue = (name: SettingName, principal: string, context: Context): string =>
  (settingOf(name, principal, context) ?? settingOf(name, rootOf(context), context))?.value ??
  accountSettings[name].initial;

export async function putSetting(
  name: SettingName,
  value: string,
  principalArn: string,
  context: Context,
): Promise<Setting> {
  const { store } = context;
  store.accountSettings.put({ arn: accountSettingKey(context, principalArn, name), name, value, principalArn });
  await store.commit();
  return describeSetting(name, value, principalArn);
}

export const describeSetting = (name: SettingName, value: string, principalArn: string): Setting => ({
  name,
  value,
  principalArn,
  type: accountSettings[name].managedByAws ? 'aws_managed' : 'user',
});
