import { join } from 'node:path';
import { expect } from 'chai';
import { ecsCall } from '../../lib/cli/ecs-call.ts';
import type { Task } from '../../lib/model/task.ts';
import { freePortRange } from '../support/free-port-range.ts';
import { hasCommand } from '../support/has-command.ts';
import { describeOnK3d, k3d, kubernetesOf, randomK3dName } from '../support/k3d.ts';
import { type KecsProcesses, type RunningKecs, buildKecs, createKecsProcesses } from '../support/kecs-processes.ts';
import { addressOf } from '../support/run-web-task.ts';
import { waitFor } from '../support/wait-for.ts';

const limitMs = 120_000;
const cluster = 'my-cluster';
const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-local'], assignPublicIp: 'ENABLED' as const } };

/** The commands of the founding document in its order, with fewer ports and other numbers. */
describeOnK3d('A k3d cluster made by the command of the founding document', () => {
  const name = randomK3dName();
  let processes: KecsProcesses;
  let variables: Record<string, string>;
  let kecs: RunningKecs;
  /** Of the host ports two are mapped at first. */
  let first: number;
  let apiPort: number;
  let endpoint: string;
  let task: Task;

  before(async () => {
    await buildKecs();
    processes = await createKecsProcesses();
    variables = {
      KUBECONFIG: join(processes.folder, 'kubeconfig'),
      AWS_ACCESS_KEY_ID: '000000000000',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_DEFAULT_REGION: 'us-east-1',
    };
    ({ first } = await freePortRange(4));
    ({ first: apiPort } = await freePortRange(2, { first: 8_081, last: 8_999 }));
    endpoint = `http://localhost:${apiPort}`;
    await shell(`k3d cluster create ${name} \\
      --port "${first}-${first + 1}:30000-30001@server:0" \\
      --port "${apiPort}:${apiPort}@server:0" \\
      --port "${apiPort + 1}:${apiPort + 1}@server:0"`);
  });

  after(async () => {
    await processes?.close();
    await k3d('cluster', 'delete', name);
  });

  async function shell(command: string): Promise<string> {
    const { code, stdout, stderr } = await processes.run(['-c', command], variables, ['bash']);
    if (code !== 0) throw new Error(`${command} ended with ${code}: ${stderr}`);
    return stdout;
  }

  const flagsFor = (port: number) => [
    '--cluster=k3d',
    `--k3d-name=${name}`,
    `--port=${port}`,
    `--public-ip-host-ports-first=${first}`,
    `--public-ip-host-ports-last=${first + 3}`,
  ];
  const start = async () => {
    kecs = await processes.start(flagsFor(apiPort), {}, undefined, limitMs);
  };

  async function runTask(taskDefinition = 'web-app'): Promise<Task> {
    const { tasks } = await ecsCall(endpoint, 'RunTask', { cluster, taskDefinition, networkConfiguration });
    return running(tasks?.[0]?.taskArn ?? '');
  }
  const running = (taskArn: string): Promise<Task> =>
    waitFor(
      'a running task',
      async () => {
        const { tasks = [] } = await ecsCall(endpoint, 'DescribeTasks', { cluster, tasks: [taskArn] });
        return tasks[0]?.lastStatus === 'RUNNING' ? tasks[0] : undefined;
      },
      limitMs,
    );
  const idOf = ({ taskArn }: Pick<Task, 'taskArn'>): string => taskArn?.split('/').at(-1) ?? '';
  const answers = (port: number): Promise<boolean> =>
    fetch(`http://localhost:${port}`, { signal: AbortSignal.timeout(2_000) }).then(
      ({ ok }) => ok,
      () => false,
    );

  it('leads the port that it maps for the API to KECS, which says so', async () => {
    await start();
    expect(kecs.stdout()).to.include(
      `k3d cluster ${name} maps port ${apiPort} of every address of this host to its nodes`,
    );
    expect(kecs.url).to.equal(`http://127.0.0.1:${apiPort}`);
    expect(await ecsCall(endpoint, 'ListClusters', {})).to.deep.equal({ clusterArns: [] });
  });

  it('runs the usage example', async () => {
    await ecsCall(endpoint, 'CreateCluster', { clusterName: cluster });
    await ecsCall(endpoint, 'RegisterTaskDefinition', {
      family: 'web-app',
      containerDefinitions: [
        { name: 'nginx', image: 'nginx:latest', portMappings: [{ containerPort: 80, protocol: 'tcp' }] },
      ],
    });
    task = await runTask('web-app:1');
    expect(addressOf(task)).to.equal(`http://127.0.0.1:${first}`);
    await waitFor('an answer', () => answers(first));
    expect(await shell(`curl http://localhost:${first}`)).to.match(/nginx/i);
  });

  it('runs the usage example by the AWS CLI', async function () {
    if (!hasCommand('aws', '--version')) {
      process.stdout.write('      Left out: there is no AWS CLI here.\n');
      return this.skip();
    }
    const run = await shell(`aws ecs run-task \\
      --cluster ${cluster} \\
      --task-definition web-app:1 \\
      --network-configuration '{
        "awsvpcConfiguration": {
          "subnets": ["subnet-local"],
          "assignPublicIp": "ENABLED"
        }
      }' \\
      --endpoint-url ${endpoint}`);
    const [{ taskArn = '' }] = (JSON.parse(run) as { tasks: [Task] }).tasks;
    await running(taskArn);
    const described = await shell(`aws ecs describe-tasks --cluster ${cluster} --tasks ${idOf({ taskArn })} \\
      --endpoint-url ${endpoint}`);
    const [seen] = (JSON.parse(described) as { tasks: [Task] }).tasks;
    expect(addressOf(seen)).to.equal(`http://127.0.0.1:${first + 1}`);
    await waitFor('an answer', () => answers(first + 1));
    await shell(`aws ecs stop-task --cluster ${cluster} --task ${taskArn} --endpoint-url ${endpoint}`);
  });

  it('shows the mapping, the Service and the Pod to the troubleshooting commands', async () => {
    const mapped = await shell(`docker inspect k3d-${name}-serverlb | grep -A 10 "Ports"`);
    expect(mapped).to.include(`"30000/tcp"`).and.include(`"HostPort": "${first}"`);
    const service = await shell(`kubectl get svc -n ${cluster}-us-east-1 task-${idOf(task)}`);
    expect(service).to.match(/NodePort .* 80:30000\/TCP/);
    const pods = await shell(`kubectl get pods -n ${cluster}-us-east-1 -l kecs.dev/task-id=${idOf(task)}`);
    expect(pods).to.match(/ 1\/1 +Running /);
  });

  it('uses a mapping that was added by k3d node edit for the next task, and the running ones go on', async () => {
    await shell(`k3d node edit k3d-${name}-serverlb --port-add ${first + 2}:30002`);
    await waitFor('an answer of the API', () => ecsCall(endpoint, 'ListClusters', {}, { limitMs: 1_000 }), limitMs);
    await waitFor('an answer of the task', () => answers(first));
    // Where there is no AWS CLI, the second port has had no task yet.
    for (let port = first; port < first + 2; port = Number(new URL(addressOf(await runTask())).port));
    const forwarded = await runTask();
    expect(addressOf(forwarded)).to.equal(`http://127.0.0.1:${first + 3}`);
    for (const port of [first, first + 2, first + 3]) await waitFor(`an answer on port ${port}`, () => answers(port));
    expect(await running(task.taskArn ?? '')).to.deep.equal(task);
  });

  it('takes no second KECS on that port, nor one on a port that it maps for something else', async () => {
    const second = await processes.run(['start', ...flagsFor(apiPort), '--state=memory']);
    expect([second.code, second.stderr]).to.deep.include(1);
    expect(second.stderr).to.match(
      new RegExp(`Port ${apiPort} leads to another KECS already, which listens on http://`),
    );
    const other = await processes.run(['start', ...flagsFor(first), '--state=memory']);
    expect([other.code, other.stderr]).to.deep.equal([
      1,
      `kecs: Port ${first} of this host belongs to k3d cluster ${name}, which maps it to port 30000 of its nodes. ` +
        'Choose another with --port.\n',
    ]);
    expect(await answers(first)).to.equal(true);
  });

  it('goes on answering on mapped ports when KECS is killed, and leads the API to the next KECS', async () => {
    await kecs.end('SIGKILL');
    expect([await answers(first), await answers(first + 2), await answers(first + 3)]).to.deep.equal([
      true,
      true,
      false,
    ]);
    await start();
    expect(await running(task.taskArn ?? '')).to.deep.equal(task);
    await waitFor('an answer of the forwarder', () => answers(first + 3));
  });

  it('passes the test script of the founding document', async () => {
    const { taskArns = [] } = await ecsCall(endpoint, 'ListTasks', { cluster });
    for (const one of taskArns) await ecsCall(endpoint, 'StopTask', { cluster, task: one });
    expect(await shell(`ENDPOINT=${endpoint} CLUSTER=${cluster} examples/test-assignpublicip.sh`)).to.match(
      new RegExp(`The task answers at http://localhost:${first}/|The task answers at http://localhost:${first + 1}/`),
    );
  });

  it('runs an image that k3d image import has brought', async () => {
    const image = `${name}-httpd:1`;
    await shell(
      `docker tag busybox:latest ${image} && k3d image import ${image} --cluster ${name}; docker rmi ${image}`,
    );
    const command = ['httpd', '-f', '-p', '80', '-h', '/etc'];
    await ecsCall(endpoint, 'RegisterTaskDefinition', {
      family: 'imported',
      containerDefinitions: [{ name: 'httpd', image, command, portMappings: [{ containerPort: 80 }] }],
    });
    const address = addressOf(await runTask('imported'));
    await waitFor('an answer', async () => (await (await fetch(`${address}/passwd`)).text()).includes('nobody'));
  });

  it('is started when it is stopped, and keeps the port of the API', async () => {
    await kecs.end('SIGTERM');
    const { items } = await (await kubernetesOf(name)).listNamespacedService({ namespace: 'kecs-system' });
    expect(items).to.deep.equal([]);
    await k3d('cluster', 'stop', name);
    await start();
    expect((await ecsCall(endpoint, 'ListClusters', {})).clusterArns).to.have.length(1);
    await kecs.end('SIGTERM');
  });
});
