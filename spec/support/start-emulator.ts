import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import { type Emulator, type EmulatorOptions, createEmulator, listen } from '../../lib/index.ts';
import { checkAnswers } from './check-answers.ts';

export interface StartedEmulator {
  readonly emulator: Emulator;
  readonly url: string;
  readonly ecs: ECSClient;
  readonly ec2: EC2Client;
  /** Another region or account: a client of its own. */
  client(region: string, accessKeyId: string): ECSClient;
  close(): Promise<void>;
}

/** An emulator on a free port, and the real SDK's clients for it. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<StartedEmulator> {
  const emulator = createEmulator({ port: 0, ...options });
  await emulator.start();
  const { url, close } = await listen(emulator);
  const settings = (region: string, accessKeyId: string) => ({
    endpoint: url,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey: 'local' },
  });
  const clients = [
    checkAnswers(new ECSClient(settings('us-east-1', '000000000000'))),
    new EC2Client(settings('us-east-1', '000000000000')),
  ] as const;
  const others: ECSClient[] = [];
  return {
    emulator,
    url,
    ecs: clients[0],
    ec2: clients[1],
    client: (region, accessKeyId) => {
      const client = checkAnswers(new ECSClient(settings(region, accessKeyId)));
      others.push(client);
      return client;
    },
    close: async () => {
      for (const client of [...clients, ...others]) client.destroy();
      await Promise.all([close(), emulator.stop()]);
    },
  };
}
