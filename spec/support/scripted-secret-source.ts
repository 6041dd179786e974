import type { SecretSource, StoredSecret } from '../../lib/runtime/secret-source.ts';

/** Knows these texts, by ARN or by name of a parameter. */
export function scriptedSecretSource(
  stored: Readonly<Record<string, string>>,
): SecretSource & { asked: StoredSecret[] } {
  const asked: StoredSecret[] = [];
  return {
    asked,
    read: async (secret) => {
      asked.push(secret);
      const text = stored[secret.service === 'ssm' ? secret.name : secret.arn];
      if (text === undefined) throw new Error('ResourceNotFoundException: there is none of this name.');
      return text;
    },
  };
}
