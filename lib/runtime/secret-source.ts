import type { Scope } from '../model/arn.ts';
import type { ParameterReference, SecretsManagerReference } from '../model/secret-reference.ts';

/** Where the values of secrets come from. A value goes into a Kubernetes Secret and nowhere else: no log, no state file. */
export interface SecretSource {
  /**
   * The text of a secret as GetSecretValue has it, or of a parameter as GetParameter with decryption has it.
   * @param scope the task's own account and region
   * @param signal ends the wait; the task fails then
   * @throws Error that says why, for the task's `stoppedReason`
   */
  read(secret: StoredSecret, scope: Scope, signal: AbortSignal): Promise<string>;
}

export type StoredSecret = Omit<SecretsManagerReference, 'jsonKey'> | ParameterReference;

export const noSecretSource: SecretSource = {
  read: async () => {
    throw new Error(
      'KECS has no source of secrets. Give createEmulator a secretSource, or put the value into environment instead.',
    );
  },
};
