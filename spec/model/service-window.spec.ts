import { expect } from 'chai';
import { deploymentWindow } from '../../lib/model/service-window.ts';

describe('deploymentWindow', () => {
  const rows = [
    { desired: 4, strategy: 'REPLICA', window: [4, 8] },
    { desired: 4, strategy: 'REPLICA', minimum: 50, window: [2, 8] },
    { desired: 3, strategy: 'REPLICA', minimum: 50, maximum: 150, window: [2, 4] },
    { desired: 1, strategy: 'REPLICA', minimum: 1, maximum: 199, window: [1, 1] },
    { desired: 20, strategy: 'REPLICA', minimum: 0, maximum: 100, window: [0, 20] },
    { desired: 0, strategy: 'REPLICA', window: [0, 0] },
    { desired: 3, strategy: 'DAEMON', window: [0, 3] },
    { desired: 3, strategy: 'DAEMON', minimum: 50, window: [2, 3] },
  ] as const;
  for (const { desired, strategy, window, ...percents } of rows) {
    const { minimum, maximum } = { minimum: undefined, maximum: undefined, ...percents };
    it(`is ${window.join(' to ')} for ${desired} tasks of a ${strategy} service with ${minimum ?? 'default'}/${maximum ?? 'default'} %`, () => {
      const deploymentConfiguration = { minimumHealthyPercent: minimum, maximumPercent: maximum };
      const settings = { desiredCount: desired, schedulingStrategy: strategy, deploymentConfiguration };
      expect(Object.values(deploymentWindow(settings))).to.deep.equal([...window]);
    });
  }
});
