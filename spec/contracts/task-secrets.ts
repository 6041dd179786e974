import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CoreV1Api } from '@kubernetes/client-node';
import { type ContainerDefinition, RegisterTaskDefinitionCommand, type Task } from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import type { EmulatorOptions } from '../../lib/index.ts';
import type { Log } from '../../lib/util/log.ts';
import { type EcsTasks, createEcsTasks, taskIdOf } from '../support/ecs-tasks.ts';
import { scriptedSecretSource } from '../support/scripted-secret-source.ts';
import type { StartedEmulator } from '../support/start-emulator.ts';
import { waitFor } from '../support/wait-for.ts';

export interface TaskSecretsGround {
  start(options: EmulatorOptions): Promise<StartedEmulator>;
  api(started: StartedEmulator): Promise<CoreV1Api>;
  /** Whether commands really run. */
  readonly realProcesses: boolean;
}

const arn = (name: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}`;
const stored = {
  [arn('db-AbCdEf')]: '{"password":"s3cret-word"}',
  [arn('login-AbCdEf')]: '{"username":"puller","password":"s3cret-login"}',
  '/prod/key': 's3cret-key',
};
const secrets = [
  { name: 'DB', valueFrom: `${arn('db-AbCdEf')}:password::` },
  { name: 'KEY', valueFrom: '/prod/key' },
];

/** Where the values of a task's secrets are, and where they are not. */
export function describeTaskSecrets(on: string, ground: TaskSecretsGround): void {
  describe(`the secrets of a task on ${on}`, () => {
    const cluster = `Secrets_${Date.now().toString(36)}`;
    const namespace = `x---secrets-0${cluster.slice(8)}z-us-east-1`;
    let directory: string;
    let logged: string[];
    let started: StartedEmulator;
    let tasks: EcsTasks;
    let api: CoreV1Api;

    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'kecs-secrets-'));
      logged = [];
      const options = { state: join(directory, 'state.json'), log: logInto(logged) };
      started = await ground.start({ ...options, secretSource: scriptedSecretSource(stored) });
      api = await ground.api(started);
      tasks = await createEcsTasks(started.ecs, cluster);
    });

    after(async () => {
      await tasks?.remove();
      await started?.close();
      await rm(directory, { recursive: true });
    });

    const register = async (family: string, container: Partial<ContainerDefinition>) => {
      const containerDefinitions = [{ name: 'My_App', image: 'nginx:latest', ...container }];
      await started.ecs.send(new RegisterTaskDefinitionCommand({ family, containerDefinitions }));
    };
    const secretsOf = async (task: Task) => {
      const labelSelector = `kecs.dev/task-id=${taskIdOf(task)}`;
      return (await api.listNamespacedSecret({ namespace, labelSelector })).items;
    };

    it('are in Kubernetes Secrets that end with the Pod, and nowhere else', async () => {
      await register('app', { secrets, repositoryCredentials: { credentialsParameter: arn('login-AbCdEf') } });
      const task = await tasks.running(await tasks.runOne('app'));
      const found = await secretsOf(task);
      const texts = found.flatMap(({ data = {} }) => Object.values(data).map((text) => atob(text)));
      expect(texts.slice(0, 2)).to.deep.equal(['s3cret-word', 's3cret-key']);
      expect(texts[2]).to.include('s3cret-login');
      expect(found.map(({ type }) => type)).to.deep.equal(['Opaque', 'kubernetes.io/dockerconfigjson']);

      const pod = await api.readNamespacedPod({ namespace, name: `task-${taskIdOf(task)}` });
      expect(pod.spec?.imagePullSecrets?.map(({ name }) => name)).to.deep.equal([found[1]?.metadata?.name]);
      expect(JSON.stringify(pod)).to.not.include('s3cret');
      expect(JSON.stringify(await tasks.describe(task.taskArn ?? ''))).to.not.include('s3cret');
      for (const file of await readdir(directory)) {
        expect(await readFile(join(directory, file), 'utf8'), file).to.not.include('s3cret');
      }
      expect(logged.join('\n')).to.not.include('s3cret');

      await tasks.stop(task.taskArn ?? '');
      await waitFor('the end of the Secrets', async () => (await secretsOf(task)).length === 0, 60_000);
    });

    it('fail the task in the words of AWS where one cannot be had, and leave nothing', async () => {
      await register('missing', { secrets: [...secrets, { name: 'NONE', valueFrom: arn('none-AbCdEf') }] });
      const task = await tasks.stopped(await tasks.runOne('missing'));
      expect(task.stopCode).to.equal('TaskFailedToStart');
      expect(task.stoppedReason).to.match(
        /^ResourceInitializationError: unable to pull secrets or registry auth: .*none-AbCdEf: ResourceNotFoundException/,
      );
      expect(await secretsOf(task)).to.deep.equal([]);
    });

    if (!ground.realProcesses) return;

    it('go with a Pod that Kubernetes refuses', async () => {
      await register('refused', { secrets, hostname: 'Not_A_Host' });
      const task = await tasks.stopped(await tasks.runOne('refused'));
      expect(task.stoppedReason).to.match(/^Kubernetes refused the task: /);
      expect(await secretsOf(task)).to.deep.equal([]);
    });

    it('are in the environment of the container, before one that environment gives', async () => {
      const command = ['sh', '-c', 'test "$DB" = s3cret-word && test "$KEY" = s3cret-key && exit 7'];
      const environment = [{ name: 'KEY', value: 'shadowed' }];
      await register('env', { image: 'busybox:latest', command, environment: [], secrets });
      const overrides = { containerOverrides: [{ name: 'My_App', environment }] };
      const task = await tasks.stopped(await tasks.runOne('env', { overrides }));
      expect(task.containers?.[0]?.exitCode).to.equal(7);
    });
  });
}

function logInto(lines: string[]): Log {
  const add = (...words: unknown[]) => void lines.push(words.map((word) => JSON.stringify(word)).join(' '));
  return { debug: add, info: add, warn: add, error: add };
}
