import { expect } from 'chai';
import { createCallerGuard } from '../../lib/protocol/caller-guard.ts';

describe('caller guard', () => {
  const guard = createCallerGuard(['ECS.example.com']);

  const allowed = [
    { host: 'localhost:8080' },
    { host: 'kecs.localhost' },
    { host: 'ecs.localhost.localstack.cloud:4566' },
    { host: '127.0.0.1:8080' },
    { host: '[::1]:8080' },
    { host: '192.168.1.5' },
    { host: 'ecs.us-east-1.amazonaws.com' },
    { host: 'ecs.example.com:8080' },
    { host: 'host.docker.internal:8080' },
    { host: 'kecs:8080' },
    {},
    { host: 'localhost:8080', origin: 'http://localhost:3000' },
    { host: 'localhost:8080', origin: 'http://127.0.0.1:3000' },
    { host: 'localhost:8080', origin: 'http://[::1]:3000' },
    { host: 'ecs.example.com:8080', origin: 'http://ecs.example.com:8080' },
  ];
  for (const headers of allowed) {
    it(`lets ${JSON.stringify(headers)} in`, () => {
      expect(() => guard(headers)).not.to.throw();
    });
  }

  const refused = [
    { host: 'evil.example' },
    { host: 'localhost.evil.example' },
    { host: 'amazonaws.com.evil.example' },
    { host: 'evillocalhost.localstack.cloud' },
    { host: '127.0.0.1.nip.io' },
    { host: 'localhost', origin: 'null' },
    { host: 'localhost', origin: 'https://evil.example' },
    { host: 'localhost', origin: 'https://127.0.0.1.evil.example' },
    { host: 'ecs.example.com:8080', origin: 'http://ecs.example.com:9090' },
  ];
  for (const headers of refused) {
    it(`refuses ${JSON.stringify(headers)}`, () => {
      expect(() => guard(headers))
        .to.throw()
        .that.deep.include({ code: 'AccessDeniedException', status: 403 });
    });
  }
});
