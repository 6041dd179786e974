import { expect } from 'chai';
import { answerFaults } from './answer-faults.ts';

describe('answerFaults, which every answer in the specs is held to', () => {
  it('finds nothing wrong with what the model has', () => {
    const task = {
      taskArn: 'arn',
      createdAt: 1.5,
      overrides: { containerOverrides: [{ name: 'web', command: ['a'] }] },
    };
    expect(answerFaults('RunTask', { tasks: [task], failures: [] })).to.deep.equal([]);
  });

  it('finds a member that the model does not know, however deep', () => {
    const task = { containers: [{ name: 'web', port: 80 }] };
    expect(answerFaults('RunTask', { tasks: [task] })).to.deep.equal([
      'RunTask.tasks[0].containers[0].port is not in the model.',
    ]);
  });

  it('finds a member of another type, and null', () => {
    const container = { exitCode: '1', networkBindings: {}, name: null };
    expect(answerFaults('DescribeTasks', { tasks: [{ containers: [container] }] })).to.deep.equal([
      'DescribeTasks.tasks[0].containers[0].exitCode is string, not number.',
      'DescribeTasks.tasks[0].containers[0].networkBindings is {}, not a list.',
      'DescribeTasks.tasks[0].containers[0].name is object, not string.',
    ]);
  });

  it('looks into lists of strings and maps', () => {
    const definition = { compatibilities: [1], containerDefinitions: [{ dockerLabels: { a: 2 } }] };
    expect(answerFaults('DescribeTaskDefinition', { taskDefinition: definition })).to.deep.equal([
      'DescribeTaskDefinition.taskDefinition.compatibilities[0] is number, not string.',
      'DescribeTaskDefinition.taskDefinition.containerDefinitions[0].dockerLabels.a is number, not string.',
    ]);
  });
});
