import { expect } from 'chai';
import { secretReference } from '../../lib/model/secret-reference.ts';

describe('what valueFrom names', () => {
  const arn = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf';
  const table: [valueFrom: string, reference: object][] = [
    [arn, { service: 'secretsmanager', arn }],
    [`${arn}:password::`, { service: 'secretsmanager', arn, jsonKey: 'password' }],
    [`${arn}::AWSPREVIOUS:`, { service: 'secretsmanager', arn, versionStage: 'AWSPREVIOUS' }],
    [`${arn}:k::9d4c`, { service: 'secretsmanager', arn, jsonKey: 'k', versionId: '9d4c' }],
    [
      'arn:aws:ssm:us-east-1:111122223333:parameter/prod/key',
      { service: 'ssm', name: 'arn:aws:ssm:us-east-1:111122223333:parameter/prod/key' },
    ],
    ['/prod/key', { service: 'ssm', name: '/prod/key' }],
  ];
  for (const [valueFrom, reference] of table) {
    it(`is understood: ${valueFrom}`, () => expect(secretReference(valueFrom)).to.deep.equal(reference));
  }
});
