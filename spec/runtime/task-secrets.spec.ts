import { expect } from 'chai';
import type { ContainerDefinition } from '../../lib/model/task-definition.ts';
import { noSecretSource } from '../../lib/runtime/secret-source.ts';
import { readTaskSecrets } from '../../lib/runtime/task-secrets.ts';
import { refusal } from '../support/refusal.ts';
import { scriptedSecretSource } from '../support/scripted-secret-source.ts';

const scope = { account: '111122223333', region: 'us-east-1' };
const arn = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf';
const withSecret = (valueFrom: string): ContainerDefinition => ({ name: 'app', secrets: [{ name: 'A', valueFrom }] });
const source = scriptedSecretSource({ [arn]: '{"password":"p4ss","port":5432}', plain: 'text', empty: '' });
const read = (...containerDefinitions: ContainerDefinition[]) =>
  readTaskSecrets({ containerDefinitions }, scope, source);

describe("the secrets of a task's containers", () => {
  const values: [valueFrom: string, value: string][] = [
    [arn, '{"password":"p4ss","port":5432}'],
    [`${arn}:password::`, 'p4ss'],
    [`${arn}:port::`, '5432'],
    ['plain', 'text'],
    ['empty', ''],
  ];
  for (const [valueFrom, value] of values) {
    it(`have the value of ${valueFrom}`, async () => {
      expect((await read(withSecret(valueFrom))).values.get('app')).to.deep.equal([value]);
    });
  }

  it('are read once, however many containers want one', async () => {
    source.asked.length = 0;
    await read(withSecret(`${arn}:password::`), { ...withSecret(`${arn}:port::`), name: 'other' });
    expect(source.asked).to.deep.equal([{ service: 'secretsmanager', arn }]);
  });

  const start =
    'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ';
  const failures: [what: string, container: ContainerDefinition, message: string][] = [
    [
      'a member that is missing',
      withSecret(`${arn}:user::`),
      `${start}unable to retrieve secret from asm: secret ${arn}: retrieved secret from Secrets Manager did not contain json key user`,
    ],
    [
      'a parameter that is missing',
      withSecret('/none'),
      `${start}unable to retrieve secrets from ssm: parameter /none: ResourceNotFoundException: there is none of this name.`,
    ],
    [
      'a login without a password',
      { name: 'app', repositoryCredentials: { credentialsParameter: 'plain' } },
      `${start}unable to get registry auth from asm: secret plain: retrieved secret from Secrets Manager is not JSON`,
    ],
  ];
  for (const [what, container, message] of failures) {
    it(`fail in the words of AWS for ${what}, without a value in them`, async () => {
      expect(await refusal(read(container))).to.equal(`TaskRefused: ${message}`);
    });
  }

  it('fail with the way out where nothing knows secrets', async () => {
    const refused = readTaskSecrets({ containerDefinitions: [withSecret(arn)] }, scope, noSecretSource);
    expect(await refusal(refused)).to.include('Give createEmulator a secretSource');
  });
});
