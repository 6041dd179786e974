import type * as ecs from '@aws-sdk/client-ecs';
import { invalidParameter } from '../errors.ts';
import type { Scope } from './arn.ts';

export type SettingName = ecs.SettingName;

/** A setting that was put for a principal; the root's is the default of the account in that region. */
export interface AccountSettingRecord {
  /** {@link accountSettingKey} */
  readonly arn: string;
  readonly name: SettingName;
  readonly value: string;
  readonly principalArn: string;
}

interface Rule {
  readonly values: readonly string[];
  /** What an account has that never put the setting. */
  readonly initial: string;
  readonly managedByAws?: true;
}

const enabledOrNot = ['enabled', 'disabled'];
const onOrOff = ['on', 'off'];

/** The values and initial values of "Amazon ECS account settings" (Developer Guide) and API_PutAccountSetting.html. */
export const accountSettings: Readonly<Record<SettingName, Rule>> = {
  awsvpcTrunking: { values: enabledOrNot, initial: 'disabled' },
  containerInsights: { values: ['enhanced', ...enabledOrNot], initial: 'disabled' },
  containerInstanceLongArnFormat: { values: enabledOrNot, initial: 'enabled' },
  defaultLogDriverMode: { values: ['blocking', 'non-blocking'], initial: 'non-blocking' },
  fargateEventWindows: { values: enabledOrNot, initial: 'disabled' },
  fargateFIPSMode: { values: enabledOrNot, initial: 'disabled' },
  fargateTaskRetirementWaitPeriod: { values: ['0', '7', '14'], initial: '7' },
  guardDutyActivate: { values: onOrOff, initial: 'off', managedByAws: true },
  serviceLongArnFormat: { values: enabledOrNot, initial: 'enabled' },
  tagResourceAuthorization: { values: onOrOff, initial: 'on' },
  taskLongArnFormat: { values: enabledOrNot, initial: 'enabled' },
};

export const settingNames = Object.keys(accountSettings).toSorted() as SettingName[];

export const accountSettingKey = ({ account, region }: Scope, principalArn: string, name: SettingName): string =>
  `${account}/${region}/${principalArn}/${name}`;

/** KECS checks no signatures, so every caller is the root user of the account. */
export const rootOf = ({ account }: Scope): string => `arn:aws:iam::${account}:root`;

/** @throws InvalidParameterException unless a caller may give the setting this value. */
export function checkSetting(name: SettingName, value: string): void {
  checkNotManaged(name);
  const { values } = accountSettings[name];
  if (!values.includes(value)) {
    throw invalidParameter(`The account setting ${name} can be ${values.join(', ')}, but not '${value}'.`);
  }
}

/** "Currently, the guardDutyActivate account setting is the only one Amazon Web Services manages" (API_Setting.html). */
export function checkNotManaged(name: SettingName): void {
  if (accountSettings[name].managedByAws) {
    throw invalidParameter(`The account setting ${name} is managed by AWS: it can be read only.`);
  }
}

/** @throws InvalidParameterException unless it is the root, a user or a role of the account. */
export function checkPrincipal({ account }: Scope, principalArn: string): void {
  const [, owner] = /^arn:aws[\w-]*:iam::(\d{12}):(?:root|(?:user|role)\/.+)$/.exec(principalArn) ?? [];
  if (owner !== account) {
    throw invalidParameter(
      `principalArn must name the root user, a user or a role of account ${account}, but was '${principalArn}'.`,
    );
  }
}
