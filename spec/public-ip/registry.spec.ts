import { expect } from 'chai';
import type { PublicIpProvider } from '../../lib/public-ip/public-ip-provider.ts';
import { createPublicIps } from '../../lib/public-ip/registry.ts';
import { type Log, silentLog } from '../../lib/util/log.ts';

const taskArn = 'arn:aws:ecs:us-east-1:000000000000:task/web/1';
const endpoint = { taskArn, address: '10.0.0.1', route: async () => ({ host: '127.0.0.1', port: 9 }) };
const ports = [{ container: 'web', containerPort: 80, protocol: 'tcp' }] as const;

function provider(name: string, calls: string[], more: Partial<PublicIpProvider> = {}): PublicIpProvider {
  const note = (what: string) => calls.push(`${name} ${what}`);
  return {
    name,
    allocate: async (request) => {
      note('allocate');
      return { ...request, publicIp: `ip of ${name}`, ports: request.ports.map((port) => ({ ...port, hostPort: 1 })) };
    },
    open: async () => void note('open'),
    release: async () => void note('release'),
    close: async () => void note('close'),
    ...more,
  };
}

describe('the providers of an emulator', () => {
  const calls: string[] = [];
  const warnings: string[] = [];
  const log: Log = { ...silentLog, warn: (text) => warnings.push(text), error: (_, text) => warnings.push(text ?? '') };

  beforeEach(() => {
    calls.length = 0;
    warnings.length = 0;
  });

  it('keep a task with the one that assigned it, when another takes over', async () => {
    const publicIps = createPublicIps(provider('old', calls), log);
    const before = await publicIps.allocate({ taskArn, ports });
    publicIps.setProvider(provider('new', calls));
    const after = await publicIps.allocate({ taskArn, ports });
    expect([before.provider, after.provider]).to.deep.equal(['old', 'new']);
    expect(await publicIps.publish(taskArn, before)).to.deep.equal(before);
    await publicIps.open(taskArn, before, endpoint);
    await publicIps.release(taskArn, before);
    expect(calls).to.deep.equal(['old allocate', 'new allocate', 'old open', 'old release']);
  });

  it('record the ports that a provider changed when it published', async () => {
    const changed = [{ container: 'web', containerPort: 80, protocol: 'tcp', hostPort: 2 }] as const;
    const publish: PublicIpProvider['publish'] = async (assignment) => ({ ...assignment, ports: changed });
    const publicIps = createPublicIps(provider('one', calls, { publish }), log);
    const publicIp = await publicIps.allocate({ taskArn, ports });
    expect((await publicIps.publish(taskArn, publicIp)).ports).to.deep.equal(changed);
  });

  it('tell of tasks that are to be published again, those of a later provider, too', () => {
    const tellers: ((taskArn: string) => void)[] = [];
    const watch: PublicIpProvider['watch'] = (changed) => void tellers.push(changed);
    const publicIps = createPublicIps(provider('old', calls, { watch }), log);
    const told: string[] = [];
    publicIps.watch((arn) => told.push(arn));
    const next = provider('new', calls, { watch });
    publicIps.setProvider(next);
    publicIps.setProvider(next);
    for (const [n, tell] of tellers.entries()) tell(`task ${n}`);
    expect(told).to.deep.equal(['task 0', 'task 1']);
  });

  it('keep a task that has no address yet without one', async () => {
    const allocate: PublicIpProvider['allocate'] = async ({ taskArn: arn }) => ({ taskArn: arn, ports: [] });
    const publicIps = createPublicIps(provider('one', calls, { allocate }), log);
    const publicIp = await publicIps.allocate({ taskArn, ports });
    expect(publicIp).to.deep.equal({ provider: 'one', ports: [] });
    expect(await publicIps.publish(taskArn, publicIp)).to.deep.equal(publicIp);
  });

  it('say in words that a stopped task had a provider that is not there any more', async () => {
    const publicIps = createPublicIps(provider('one', calls), log);
    await publicIps.release(taskArn, { provider: 'gone', publicIp: '127.0.0.1', ports: [] });
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.contain(taskArn).and.to.contain('"gone"').and.to.contain('"one"');
  });

  it('refuse to serve a task of an unknown provider', async () => {
    const publicIps = createPublicIps(provider('one', calls), log);
    const publicIp = { provider: 'gone', publicIp: '127.0.0.1', ports: [] };
    expect(await publicIps.open(taskArn, publicIp, endpoint).catch(String)).to.contain('"gone"');
  });

  it('have names of their own', () => {
    const first = provider('one', calls);
    const publicIps = createPublicIps(first, log);
    publicIps.setProvider(first);
    expect(() => publicIps.setProvider(provider('one', calls))).to.throw('"one"');
  });

  it('take up tasks each with its provider, in their order, and keep those of unknown ones as they are', async () => {
    const asked: unknown[] = [];
    const restore: PublicIpProvider['restore'] = async (assignments) => {
      asked.push(assignments.map((assignment) => assignment.taskArn));
      return assignments.map((assignment) => ({ ...assignment, publicIp: 'restored' }));
    };
    const publicIps = createPublicIps(provider('one', calls, { restore }), log);
    const tasks = ['gone', 'one'].map((name) => ({ taskArn: name, provider: name, publicIp: 'recorded', ports: [] }));
    const restored = await publicIps.restore(tasks);
    expect(asked).to.deep.equal([['one']]);
    expect(restored.map(({ provider: name, publicIp }) => [name, publicIp])).to.deep.equal([
      ['gone', 'recorded'],
      ['one', 'restored'],
    ]);
    expect(warnings.join()).to.contain('"gone"');
  });

  it('close even when one of them fails', async () => {
    const close = () => Promise.reject(new Error('stuck'));
    const publicIps = createPublicIps(provider('one', calls, { close }), log);
    publicIps.setProvider(provider('two', calls));
    await publicIps.close();
    expect(calls).to.deep.equal(['two close']);
    expect(warnings.join()).to.contain('"one"');
  });
});
