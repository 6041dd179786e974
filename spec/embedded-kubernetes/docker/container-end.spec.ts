import type Docker from 'dockerode';
import { expect } from 'chai';
import { endOf } from '../../../lib/embedded-kubernetes/docker/container-end.ts';

const status = (statusCode: number) => Object.assign(new Error('answered'), { statusCode });

/** A container whose engine answers as listed, one after the other. */
function played(waits: (Error | undefined)[], state: object | Error): Docker.Container {
  return {
    wait: async () => {
      const error = waits.shift();
      if (error) throw error;
    },
    inspect: async () => {
      if (state instanceof Error) throw state;
      return { State: state };
    },
  } as unknown as Docker.Container;
}

describe('the end of a container in Docker', () => {
  it('is told with its exit code', async () => {
    expect(await endOf(played([], { ExitCode: 3, OOMKilled: false }))).to.deep.equal({ exitCode: 3 });
  });

  it('is told to be for want of memory', async () => {
    expect(await endOf(played([], { ExitCode: 137, OOMKilled: true }))).to.deep.equal({
      exitCode: 137,
      reason: 'OOMKilled',
    });
  });

  it('is waited for again when the engine went away meanwhile', async () => {
    const away = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    expect(await endOf(played([away], { ExitCode: 0, OOMKilled: false }))).to.deep.equal({ exitCode: 0 });
  });

  it('is not known where somebody has removed it', async () => {
    const unknown = { exitCode: 137, reason: 'ContainerStatusUnknown' };
    expect(await endOf(played([status(404)], {}))).to.deep.equal(unknown);
    expect(await endOf(played([], status(404)))).to.deep.equal(unknown);
  });
});
