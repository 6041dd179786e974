import { type SettingName, checkSetting } from '../../model/account-setting.ts';
import type { Operation } from '../operation.ts';
import { principalOf, putSetting } from './settings.ts';

export const putAccountSetting: Operation<'PutAccountSetting'> = async ({ value = '', ...input }, context) => {
  const name = input.name as SettingName;
  checkSetting(name, value);
  return { setting: await putSetting(name, value, principalOf(input.principalArn, context), context) };
};
