/**
 * `npm run demo`: starts KECS on the embedded Kubernetes, runs the founding document's task with a public IP, and shows
 * that it answers on the host. It goes on serving until Ctrl-C; with `-- --once` it ends after the answer.
 */
import { ecsCall } from '../lib/cli/ecs-call.ts';
import { createEmulator, listen } from '../lib/index.ts';

const once = process.argv.includes('--once');
const emulator = createEmulator({ port: once ? 0 : 8080 });
await emulator.start();
const server = await listen(emulator);
const { url } = server;
console.log(`KECS answers the Amazon ECS API at ${url}`);

await ecsCall(url, 'CreateCluster', { clusterName: 'my-cluster' });
await ecsCall(url, 'RegisterTaskDefinition', {
  family: 'web-app',
  containerDefinitions: [
    { name: 'nginx', image: 'nginx:latest', portMappings: [{ containerPort: 80, protocol: 'tcp' }] },
  ],
});
const { tasks = [], failures } = await ecsCall(url, 'RunTask', {
  cluster: 'my-cluster',
  taskDefinition: 'web-app:1',
  networkConfiguration: { awsvpcConfiguration: { subnets: [], assignPublicIp: 'ENABLED' } },
});
const taskArn = tasks[0]?.taskArn;
if (!taskArn) throw new Error(`RunTask started no task: ${JSON.stringify(failures)}`);
console.log(`RunTask started ${taskArn}`);

const hostPort = await publicPort(taskArn);
const address = `http://localhost:${hostPort}`;
console.log(`$ curl ${address}`);
console.log(await (await fetch(address)).text());

if (once) await end();
else {
  console.log('KECS goes on serving; Ctrl-C ends it.');
  process.once('SIGINT', () => void end());
}

async function publicPort(task: string): Promise<number> {
  for (;;) {
    const { tasks: described } = await ecsCall(url, 'DescribeTasks', { cluster: 'my-cluster', tasks: [task] });
    const [found] = described ?? [];
    const port = found?.containers?.[0]?.networkBindings?.[0]?.hostPort;
    if (port) return port;
    if (found?.lastStatus === 'STOPPED') throw new Error(`The task stopped: ${found.stoppedReason}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function end(): Promise<void> {
  await Promise.all([server.close(), emulator.stop()]);
}
