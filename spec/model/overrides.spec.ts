import { expect } from 'chai';
import { applyOverrides } from '../../lib/model/overrides.ts';

describe('the overrides of a task', () => {
  const container = { name: 'app', image: 'a', command: ['serve'], cpu: 1, environment: [{ name: 'A', value: '1' }] };
  const definition = { family: 'f', cpu: '256', containerDefinitions: [container, { name: 'other' }] };

  it('leave a definition as it is where they say nothing', () => {
    expect(applyOverrides(definition, {})).to.deep.equal(definition);
  });

  it('change the named container only', () => {
    const { containerDefinitions } = applyOverrides(definition, {
      containerOverrides: [{ name: 'app', command: ['once'], memory: 9 }],
    });
    expect(containerDefinitions).to.deep.equal([{ ...container, command: ['once'], memory: 9 }, { name: 'other' }]);
  });

  it('replace variables by name and add the others, in their order', () => {
    const environment = [
      { name: 'A', value: 'one' },
      { name: 'B', value: '2' },
    ];
    const containerOverrides = [
      { name: 'app', environment },
      { name: 'app', environment: [{ name: 'B', value: 'two' }] },
    ];
    expect(applyOverrides(definition, { containerOverrides }).containerDefinitions?.[0]?.environment).to.deep.equal([
      { name: 'A', value: 'one' },
      { name: 'B', value: 'two' },
    ]);
  });

  it('change the size of the task', () => {
    expect(applyOverrides(definition, { cpu: '512', memory: '1024' })).to.include({
      cpu: '512',
      memory: '1024',
      family: 'f',
    });
  });
});
