import type { BenchContext } from './bench-case.ts';
import { callEc2, send } from './ecs-call.ts';
import { startKecs } from './kecs.ts';
import { type Peer, resetPath, startPeer } from './peers.ts';
import type { ServerProcess } from './server-process.ts';

export interface Contender extends ServerProcess {
  readonly name: string;
  /** A subnet that the server takes in RunTask; moto knows those of its default VPC only. */
  readonly subnet: string;
  reset(): Promise<void>;
}

/** Runs a measurement with all contenders up, so that each round can go over all of them. */
export async function withContenders<T>(
  context: BenchContext,
  state: string,
  measure: (contenders: readonly Contender[]) => Promise<T>,
): Promise<T> {
  const contenders: Contender[] = [];
  try {
    for (const name of ['KECS', 'ministack', 'moto'] as const)
      contenders.push(await startContender(name, context, state));
    return await measure(contenders);
  } finally {
    await Promise.all(contenders.map((contender) => contender.stop()));
  }
}

export async function startContender(
  name: 'KECS' | Peer,
  { directory }: BenchContext,
  state: string,
): Promise<Contender> {
  const server = name === 'KECS' ? await startKecs({ directory, state }) : await startPeer(name, directory);
  const path = name === 'KECS' ? '/_aws/ecs/reset' : resetPath[name];
  const findSubnet = async (): Promise<string> => (name === 'moto' ? await firstSubnet(server) : 'subnet-12345678');
  let subnet = await findSubnet();
  return {
    ...server,
    name,
    get subnet() {
      return subnet;
    },
    async reset() {
      const { status, text } = await send(server.port, 'POST', path, {}, '');
      if (status >= 300) throw new Error(`${name} answered its reset with ${status}: ${text.slice(0, 300)}`);
      subnet = await findSubnet();
    },
  };
}

async function firstSubnet(server: ServerProcess): Promise<string> {
  const subnet = /<subnetId>(.+?)<\/subnetId>/.exec(await callEc2(server, 'DescribeSubnets'))?.[1];
  if (!subnet) throw new Error(`${server.name} has no subnet.`);
  return subnet;
}
