import { expect } from 'chai';
import { podManifest } from '../../lib/kubernetes/pod-manifest.ts';
import { warningsOf } from '../../lib/kubernetes/warnings.ts';
import { applyOverrides } from '../../lib/model/overrides.ts';
import type { ContainerDefinition, TaskDefinition } from '../../lib/model/task-definition.ts';
import { shapes } from '../../lib/protocol/shapes.generated.ts';
import { type TaskLaunch, TaskRefused } from '../../lib/runtime/task-runtime.ts';
import { type Fate, fates } from './parameter-fates.ts';

/** Whatever the SDK's model can say of a task has a row in `parameter-fates.ts`, so that nothing is dropped in silence. */
describe('every parameter of a task definition and its overrides', () => {
  it('has its fate written down', () => {
    const walked = ['RegisterTaskDefinitionRequest', 'TaskOverride', 'TaskVolumeConfiguration'].flatMap((shape) =>
      leavesOf(shape),
    );
    expect(Object.keys(fates)).to.have.members([...new Set(walked)]);
  });

  for (const [parameter, fate] of Object.entries(fates)) it(`${parameter} ${titleOf(fate)}`, () => check(fate));
});

/** Members that hold no structure of members again, as `Structure.member`. */
function leavesOf(shape: string, seen = new Set<string>()): string[] {
  if (seen.has(shape) || shape === 'Tag') return [];
  seen.add(shape);
  return Object.entries(shapes[shape] ?? {}).flatMap(([member, type]) => {
    const inner = type.replaceAll(/[[\]!{}]/g, '');
    return shapes[inner] && inner !== 'Tag' ? leavesOf(inner, seen) : [`${shape}.${member}`];
  });
}

function titleOf(fate: Fate): string {
  if ('kept' in fate) return `says nothing to Kubernetes: ${fate.kept}`;
  if ('refused' in fate) return 'is refused in words';
  return 'warned' in fate ? 'is warned about' : 'reaches the Pod';
}

function check(fate: Fate): void {
  if ('kept' in fate) return expect(fate.kept).to.not.equal('') as unknown as void;
  const launch = launchOf(fate.given);
  const definition = applyOverrides(launch.definition, launch.overrides);
  if ('refused' in fate) {
    expect(() => podManifest(launch, options)).to.throw(TaskRefused, fate.refused);
  } else if ('warned' in fate) {
    podManifest(launch, options);
    expect(warningsOf(definition).join('\n')).to.include(fate.warned);
  } else {
    expect(podManifest(launch, options)).to.not.deep.equal(podManifest(launchOf(fate.without ?? {}), options));
  }
}

const options = { instanceId: 'spec', cpuRequestRatio: 1, forbidPrivileged: false, volumesDirectory: '/volumes' };

function launchOf({ container = {}, task = {}, ...more }: NonNullable<Extract<Fate, { given: object }>['given']>) {
  const first: ContainerDefinition = { name: 'app', image: 'app', ...container };
  const definition: TaskDefinition = { containerDefinitions: [first, { name: 'other', image: 'other' }], ...task };
  const launch: TaskLaunch = {
    taskArn: 'arn:aws:ecs:us-east-1:000000000000:task/web/1',
    taskId: '1',
    clusterName: 'web',
    region: 'us-east-1',
    account: '000000000000',
    definition,
    overrides: {},
    ...more,
  };
  return launch;
}
