import { invalidParameter } from '../../errors.ts';
import { type SettingName, settingNames } from '../../model/account-setting.ts';
import type { Context, Input, Operation } from '../operation.ts';
import { page } from '../paging.ts';
import { describeSetting, effectiveValue, principalOf, settingOf } from './settings.ts';

/** "This value can be between 1 and 10" (API_ListAccountSettings.html). */
const largestPage = 10;

export const listAccountSettings: Operation<'ListAccountSettings'> = async (input, context) => {
  const principal = principalOf(input.principalArn, context);
  if (input.value !== undefined && input.name === undefined) {
    throw invalidParameter('A value can only be given together with the name of an account setting.');
  }
  const settings = namesOf(input).flatMap((name) => {
    const value = valueOf(name, principal, input, context);
    const isAskedFor = value !== undefined && (input.value ?? value) === value;
    return isAskedFor ? [describeSetting(name, value, principal)] : [];
  });
  const { items, nextToken } = page(settings, input, ({ name = '' }) => name, { largest: largestPage });
  return { settings: items, nextToken };
};

const namesOf = ({ name }: Input<'ListAccountSettings'>): readonly SettingName[] =>
  name === undefined ? settingNames : [name];

function valueOf(
  name: SettingName,
  principal: string,
  { effectiveSettings }: Input<'ListAccountSettings'>,
  context: Context,
): string | undefined {
  return effectiveSettings ? effectiveValue(name, principal, context) : settingOf(name, principal, context)?.value;
}
