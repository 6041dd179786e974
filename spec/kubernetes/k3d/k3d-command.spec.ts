import { expect } from 'chai';
import { runK3d } from '../../../lib/kubernetes/k3d/k3d-command.ts';
import { fakeK3d } from '../../support/fake-k3d.ts';

describe('the k3d command', () => {
  it('is ended when it takes too long, and named', async () => {
    const fake = await fakeK3d({ 'cluster create': [{ hangs: true }] });
    const began = runK3d(['cluster', 'create', 'mine'], { environment: fake.environment, limitMs: 1_000 });
    expect(await began.catch(({ message }: Error) => message)).to.equal(
      'k3d cluster create mine did not end within 1 s: look at docker ps -a and docker logs, and try again.',
    );
    await fake.remove();
  });
});
