import { type SettingName, checkSetting, rootOf } from '../../model/account-setting.ts';
import type { Operation } from '../operation.ts';
import { putSetting } from './settings.ts';

export const putAccountSettingDefault: Operation<'PutAccountSettingDefault'> = async (input, context) => {
  const { value = '' } = input;
  const name = input.name as SettingName;
  checkSetting(name, value);
  return { setting: await putSetting(name, value, rootOf(context), context) };
};
