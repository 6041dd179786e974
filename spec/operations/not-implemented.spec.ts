import * as ecs from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { operations } from '../../lib/operations/index.ts';
import { type EmulatorClient, startEmulatorClient } from '../support/emulator-client.ts';
import { refusal } from '../support/refusal.ts';

describe('the table of operations', () => {
  let emulator: EmulatorClient;

  before(async () => {
    emulator = await startEmulatorClient();
  });
  after(() => emulator.close());

  it('has every operation of the SDK', () => {
    const commands = Object.keys(ecs).filter((name) => /^[A-Z]\w*Command$/.test(name));
    expect(Object.keys(operations)).to.have.members(commands.map((name) => name.slice(0, -'Command'.length)));
    expect(commands).to.have.lengthOf(88);
  });

  it('answers an operation that KECS does not have in words', async () => {
    const call = emulator.ecs.send(new ecs.ListDaemonsCommand({}));
    expect(await refusal(call)).to.equal(
      'UnsupportedFeatureException: KECS does not implement ListDaemons yet; docs/operations.md lists the operations it lacks.',
    );
  });
});
