import { expect } from 'chai';
import { secretManifests } from '../../lib/kubernetes/secret-manifests.ts';
import { readTaskSecrets } from '../../lib/runtime/task-secrets.ts';
import type { TaskLaunch } from '../../lib/runtime/task-runtime.ts';
import { golden } from '../support/golden.ts';
import { scriptedSecretSource } from '../support/scripted-secret-source.ts';

interface Input {
  readonly launch: TaskLaunch;
  /** What the source of secrets has. */
  readonly stored: Readonly<Record<string, string>>;
}

describe("the Secrets of a task's Pod", () => {
  for (const { name, input, output } of golden<Input>('secret-manifests')) {
    it(`are as spec/golden has them: ${name}`, async () => {
      const { launch, stored } = input;
      const secrets = await readTaskSecrets(launch.definition, launch, scriptedSecretSource(stored));
      expect(secretManifests(launch, launch.definition, secrets, 'spec')).to.deep.equal(output);
    });
  }
});
