import { DescribeNetworkInterfacesCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { expect } from 'chai';
import { refusal } from '../support/refusal.ts';
import { type StartedEmulator, startEmulator } from '../support/start-emulator.ts';

describe('EC2 of a KECS that stands alone', () => {
  let started: StartedEmulator;
  before(async () => {
    started = await startEmulator();
  });
  after(() => started.close());

  it('says in the words of EC2 that another call is not answered', async () => {
    expect(await refusal(started.ec2.send(new DescribeVpcsCommand()))).to.match(/^UnsupportedOperation: KECS answers/);
  });

  it('says so of an interface that is not its own', async () => {
    const command = new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: ['eni-0123456789abcdef0'] });
    expect(await refusal(started.ec2.send(command))).to.match(/^UnsupportedOperation: KECS answers/);
  });
});
