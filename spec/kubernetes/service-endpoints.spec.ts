import { expect } from 'chai';
import { type ApiClient, ApiError } from '../../lib/kubernetes/api-client.ts';
import { whenServed } from '../../lib/kubernetes/service-endpoints.ts';

const taskArn = 'arn:aws:ecs:us-east-1:000000000000:task/web/0123456789abcdef0123456789abcdef';

describe('the wait for the endpoint of a Service', () => {
  const slice = (conditions: object, ...addresses: string[]) => ({ endpoints: [{ addresses, conditions }] });

  /** Answers, or fails with, one thing after the other; the last one again and again. @returns how often it was asked */
  async function askedUntilServed(...answers: (object[] | Error)[]): Promise<number> {
    let asked = 0;
    const api: Pick<ApiClient, 'get'> = {
      get: async <T>() => {
        const answer = answers[Math.min(asked++, answers.length - 1)] ?? [];
        if (answer instanceof Error) throw answer;
        return { items: answer } as T;
      },
    };
    await whenServed(api, taskArn);
    return asked;
  }

  it('ends with the first ready address', async () => {
    expect(await askedUntilServed([slice({ ready: true }, '10.0.0.1')])).to.equal(1);
    expect(
      await askedUntilServed([], [slice({})], [slice({ ready: false }, '10.0.0.1')], [slice({}, '10.0.0.1')]),
    ).to.equal(4);
  });

  for (const [what, status] of [
    ['knows no EndpointSlices', 404],
    ['lets nobody see them', 403],
  ] as const) {
    it(`ends at once where the API server ${what}`, async () => {
      expect(await askedUntilServed(new ApiError(status, '', ''))).to.equal(1);
    });
  }

  it('goes on while the API server is away', async () => {
    const away = [new Error('connect ECONNREFUSED 127.0.0.1:6443'), new ApiError(503, '', 'starting')];
    expect(await askedUntilServed(...away, [slice({}, '10.0.0.1')])).to.equal(3);
  });
});
