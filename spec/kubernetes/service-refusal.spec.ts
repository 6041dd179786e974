import { expect } from 'chai';
import { ApiError } from '../../lib/kubernetes/api-client.ts';
import { serviceError } from '../../lib/kubernetes/service-refusal.ts';

/** Answers of kube-apiserver 1.34 to a Service, as they came. */
const invalid = (cause: string) =>
  new ApiError(422, 'Invalid', `Service "task-1" is invalid: spec.ports[0].nodePort: Invalid value: ${cause}`);

describe('what the API server says of a Service', () => {
  const cases: readonly (readonly [string, Error, name: string, message: RegExp])[] = [
    [
      'a NodePort of another Service',
      invalid('30001: provided port is already allocated'),
      'NodePortTaken',
      /^NodePort 30001 belongs to another Service/,
    ],
    [
      'a NodePort outside of the range',
      invalid('20000: provided port is not in the valid range. The range of valid ports is 30000-32767'),
      'PublicIpUnavailable',
      /^NodePort 20000 is outside of the range 30000-32767 .*firstNodePort/,
    ],
    [
      'another fault of the Service',
      new ApiError(
        422,
        'Invalid',
        'Service "task-1" is invalid: spec.ports[0].port: Invalid value: 0: must be between 1',
      ),
      'PublicIpUnavailable',
      /^Kubernetes refused the Service of the task: Service "task-1" is invalid: .*port: Invalid value: 0/,
    ],
    [
      'a quota',
      new ApiError(403, 'Forbidden', 'services "task-1" is forbidden: exceeded quota: few, requested: services=1'),
      'PublicIpUnavailable',
      /exceeded quota/,
    ],
    [
      'a namespace that is being deleted',
      new ApiError(
        403,
        'Forbidden',
        'services "task-1" is forbidden: unable to create new content in namespace web-us-east-1 because it is being terminated',
      ),
      'ApiError',
      /being terminated/,
    ],
    ['a server that is not ready', new ApiError(503, 'ServiceUnavailable', 'try again'), 'ApiError', /try again/],
    ['no answer', new Error('connect ECONNREFUSED'), 'Error', /ECONNREFUSED/],
  ];
  for (const [what, error, name, message] of cases) {
    it(`is ${name} for ${what}`, () => {
      const known = serviceError(error) as Error;
      expect(known.name).to.equal(name);
      expect(known.message).to.match(message);
    });
  }
});
