import type { IncomingMessage } from 'node:http';
import { expect } from 'chai';
import { callerOf, credentialScope } from '../../lib/protocol/request-context.ts';

describe('request context', () => {
  const configured = { account: '000000000000', region: 'us-east-1' };
  const header = (credential: string): IncomingMessage =>
    ({
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host` },
      url: '/',
    }) as IncomingMessage;

  it('reads the scope of a signed request', () => {
    expect(credentialScope(header('AKIA/20260101/eu-west-1/ecs/aws4_request'))).to.deep.equal({
      accessKeyId: 'AKIA',
      region: 'eu-west-1',
      service: 'ecs',
    });
  });

  it('reads the scope of a presigned query', () => {
    const url = '/?Action=X&X-Amz-Credential=123456789012%2F20260101%2Feu-west-1%2Fec2%2Faws4_request';
    const scope = credentialScope({ headers: {}, url } as IncomingMessage);
    expect(scope).to.deep.equal({ accessKeyId: '123456789012', region: 'eu-west-1', service: 'ec2' });
    expect(callerOf(scope, configured)).to.deep.equal({ account: '123456789012', region: 'eu-west-1' });
  });

  it('takes the configured account and region where the credentials tell none', () => {
    expect(callerOf(undefined, configured)).to.deep.equal(configured);
    expect(callerOf(credentialScope(header('AKIA')), configured)).to.deep.equal(configured);
    expect(callerOf(credentialScope(header('AKIA/20260101/../ecs/aws4_request')), configured)).to.deep.equal(
      configured,
    );
    expect(credentialScope({ headers: { authorization: 'Bearer x' } } as IncomingMessage)).to.equal(undefined);
  });
});
