import {
  type Attribute,
  CreateClusterCommand,
  DeleteAttributesCommand,
  ListAttributesCommand,
  type ListAttributesCommandInput,
  ListContainerInstancesCommand,
  PutAttributesCommand,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import type { Context } from '../../../lib/operations/operation.ts';
import { type EmulatorClient, startEmulatorClient } from '../../support/emulator-client.ts';
import { node } from '../../support/node.ts';
import { refusal } from '../../support/refusal.ts';

describe('attributes', () => {
  let emulator: EmulatorClient;
  let a: string;
  let b: string;

  beforeEach(async () => {
    const nodes = [node('node-a'), node('node-b')];
    emulator = await startEmulatorClient({}, () => ({ nodes: () => nodes }) as unknown as Context);
    await emulator.ecs.send(new CreateClusterCommand({ clusterName: 'web' }));
    const { containerInstanceArns } = await emulator.ecs.send(new ListContainerInstancesCommand({ cluster: 'web' }));
    [a = '', b = ''] = containerInstanceArns ?? [];
  });
  afterEach(() => emulator.close());

  const put = (...attributes: Attribute[]) =>
    emulator.ecs.send(new PutAttributesCommand({ cluster: 'web', attributes }));
  const remove = (...attributes: Attribute[]) =>
    emulator.ecs.send(new DeleteAttributesCommand({ cluster: 'web', attributes }));
  const list = async (input: Partial<ListAttributesCommandInput> = {}) =>
    (await emulator.ecs.send(new ListAttributesCommand({ cluster: 'web', targetType: 'container-instance', ...input })))
      .attributes;

  describe('serialization', () => {
    it('answers what was put with the ARN of its target, however that was named', async () => {
      const targetId = a.split('/')[2];
      const { attributes } = await put({ name: 'stack', value: 'blue', targetType: 'container-instance', targetId });
      expect(attributes).to.deep.equal([
        { name: 'stack', value: 'blue', targetType: 'container-instance', targetId: a },
      ]);
    });
  });

  describe('validation', () => {
    it('refuses none and more than ten at once', async () => {
      expect(await refusal(put())).to.match(/takes 1 to 10 attributes, but was given 0/);
      const eleven = Array.from({ length: 11 }, (_, i) => ({ name: `a${i}`, targetId: a }));
      expect(await refusal(put(...eleven))).to.match(/takes 1 to 10 attributes, but was given 11/);
      expect(await refusal(remove())).to.match(/DeleteAttributes takes 1 to 10/);
    });

    for (const [name, value] of [
      ['', 'blue'],
      ['a b', 'blue'],
      ['stack', ' blue'],
      ['stack', 'x'.repeat(129)],
    ] as const) {
      it(`refuses '${name}' with the value '${value.slice(0, 8)}'`, async () => {
        expect(await refusal(put({ name, value, targetId: a }))).to.match(/^InvalidParameterException: .* 1 to 128 /);
      });
    }

    it("refuses the names that are ECS's own", async () => {
      expect(await refusal(put({ name: 'ecs.os-type', value: 'plan9', targetId: a }))).to.match(
        /prefix ecs\. is ECS's/,
      );
    });

    it('refuses a target that is not there, and puts nothing of the others', async () => {
      const call = put({ name: 'stack', targetId: a }, { name: 'stack', targetId: 'nothing' });
      expect(await refusal(call)).to.match(/^TargetNotFoundException: The specified target nothing was not found/);
      expect(await list({ attributeName: 'stack' })).to.deep.equal([]);
    });

    it('refuses the eleventh attribute of an instance', async () => {
      await put(...Array.from({ length: 10 }, (_, i) => ({ name: `a${i}`, targetId: a })));
      await put({ name: 'a3', value: 'again', targetId: a });
      expect(await refusal(put({ name: 'one-more', targetId: a }))).to.match(
        /^AttributeLimitExceededException: .* 10 /,
      );
    });

    it('refuses a value to filter by without a name', async () => {
      expect(await refusal(list({ attributeValue: 'blue' }))).to.match(/together with an attributeName/);
    });
  });

  describe('behaviour', () => {
    it('lists by name and value, those of the node itself too', async () => {
      await put({ name: 'stack', value: 'blue', targetId: a }, { name: 'stack', value: 'green', targetId: b });
      expect(await list({ attributeName: 'stack' })).to.deep.equal([
        { name: 'stack', value: 'blue', targetId: a },
        { name: 'stack', value: 'green', targetId: b },
      ]);
      expect(await list({ attributeName: 'stack', attributeValue: 'green' })).to.have.lengthOf(1);
      expect(await list({ attributeName: 'ecs.os-type' })).to.have.lengthOf(2);
      expect(await list()).to.have.lengthOf(8);
    });

    it('filters container instances', async () => {
      await put({ name: 'stack', value: 'blue', targetId: b });
      const command = new ListContainerInstancesCommand({ cluster: 'web', filter: 'attribute:stack == blue' });
      expect((await emulator.ecs.send(command)).containerInstanceArns).to.deep.equal([b]);
    });

    it('puts a value over another, and deletes', async () => {
      await put({ name: 'stack', value: 'blue', targetId: a });
      await put({ name: 'stack', value: 'green', targetId: a });
      expect((await remove({ name: 'stack', value: 'blue', targetId: a })).attributes).to.deep.equal([]);
      expect((await remove({ name: 'stack', targetId: a })).attributes).to.deep.equal([
        { name: 'stack', value: 'green', targetId: a },
      ]);
      expect(await list({ attributeName: 'stack' })).to.deep.equal([]);
    });
  });
});
