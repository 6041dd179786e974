import { readFileSync, readdirSync } from 'node:fs';
import { expect } from 'chai';
import { requiredAttributesOf } from '../../lib/model/task-definition-attributes.ts';
import { compatibilitiesOf } from '../../lib/model/task-definition-compatibilities.ts';
import { withDefaults } from '../../lib/model/task-definition-defaults.ts';
import type { TaskDefinitionInput } from '../../lib/model/task-definition.ts';

const folder = new URL('../golden/task-definition/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

describe('what ECS fills into a task definition', () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.input.json'))) {
    const name = file.replace('.input.json', '');
    it(`is as the golden pair ${name} has it`, () => {
      const definition = withDefaults(read(file) as TaskDefinitionInput);
      const described = {
        ...definition,
        requiresAttributes: requiredAttributesOf(definition),
        compatibilities: compatibilitiesOf(definition),
      };
      expect(described).to.deep.equal(read(`${name}.output.json`));
    });
  }
});
