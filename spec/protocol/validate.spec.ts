import { expect } from 'chai';
import { AwsError } from '../../lib/errors.ts';
import type { OperationName } from '../../lib/operations/operation.ts';
import { createValidateInput } from '../../lib/protocol/validate.ts';

describe('input validation', () => {
  const validateInput = createValidateInput();

  function refusal(operation: OperationName, input: unknown): string {
    try {
      validateInput(operation, input);
    } catch (error) {
      if (error instanceof AwsError) return `${error.code}: ${error.message}`;
      throw error;
    }
    return 'accepted';
  }

  describe('serialization', () => {
    const container = (member: object): object => ({ family: 'f', containerDefinitions: [member] });
    const wrong: readonly [OperationName, unknown, string][] = [
      ['RegisterTaskDefinition', container({ memory: '512' }), 'STRING_VALUE cannot be converted to Integer'],
      ['RegisterTaskDefinition', container({ memory: true }), 'TRUE_VALUE cannot be converted to Integer'],
      ['RegisterTaskDefinition', container({ memory: {} }), 'Start of structure or map found where not expected'],
      ['RegisterTaskDefinition', container({ memory: [] }), 'Unrecognized collection type class java.lang.Integer'],
      ['RegisterTaskDefinition', container({ image: 5 }), 'NUMBER_VALUE cannot be converted to String'],
      ['RegisterTaskDefinition', container({ image: 5.5 }), 'DECIMAL_VALUE cannot be converted to String'],
      ['RegisterTaskDefinition', container({ image: false }), 'FALSE_VALUE cannot be converted to String'],
      ['RegisterTaskDefinition', container({ essential: 1 }), 'NUMBER_VALUE cannot be converted to Boolean'],
      ['RegisterTaskDefinition', container({ essential: 'perhaps' }), 'Unexpected token received from parser'],
      ['RegisterTaskDefinition', container({ command: 'ls' }), 'Unexpected field type'],
      ['RegisterTaskDefinition', container({ command: {} }), 'Start of structure or map found where not expected'],
      ['RegisterTaskDefinition', container({ dockerLabels: 'a' }), 'Unexpected field type'],
      ['RegisterTaskDefinition', container({ dockerLabels: { a: 1 } }), 'NUMBER_VALUE cannot be converted to String'],
      [
        'RegisterTaskDefinition',
        container({ dockerLabels: [] }),
        'Unrecognized collection type java.util.Map<java.lang.String, java.lang.String>',
      ],
      ['RegisterTaskDefinition', container({ healthCheck: 'ls' }), 'Unexpected field type'],
      ['RunTask', { launchType: 5 }, 'NUMBER_VALUE cannot be converted to String'],
      [
        'RegisterTaskDefinition',
        [],
        'Unrecognized collection type class com.amazonaws.madison.frontend.RegisterTaskDefinitionRequest',
      ],
      ['RunTask', 'text', 'Unexpected field type'],
    ];
    for (const [operation, input, message] of wrong) {
      it(`${operation} refuses ${JSON.stringify(input)}`, () => {
        expect(refusal(operation, input)).to.equal(`SerializationException: ${message}`);
      });
    }

    it('reads truth from words', () => {
      const truth = (enableExecuteCommand: unknown): unknown =>
        validateInput('RunTask', { taskDefinition: 't', enableExecuteCommand });
      expect([truth('yes'), truth('False'), truth(true)]).to.deep.equal([
        { taskDefinition: 't', enableExecuteCommand: true },
        { taskDefinition: 't', enableExecuteCommand: false },
        { taskDefinition: 't', enableExecuteCommand: true },
      ]);
    });

    it('cuts the fraction off an integer, and not off a double', () => {
      expect(validateInput('RunTask', { taskDefinition: 't', count: 2.9 })).to.deep.include({ count: 2 });
      const input = { service: 's', cluster: 'c', taskDefinition: 't', scale: { value: 12.5, unit: 'PERCENT' } };
      expect(validateInput('CreateTaskSet', input)).to.deep.equal(input);
    });
  });

  describe('validation', () => {
    const wrong: readonly [OperationName, unknown, string][] = [
      ['RunTask', {}, 'TaskDefinition can not be blank.'],
      ['RunTask', { taskDefinition: null }, 'TaskDefinition can not be blank.'],
      [
        'UpdateClusterSettings',
        { cluster: 'c' },
        "1 validation error detected: Value null at 'settings' failed to satisfy constraint: Member must not be null",
      ],
      [
        'DescribeTasks',
        { tasks: ['a', null] },
        "1 validation error detected: Value null at 'tasks.2.member' failed to satisfy constraint: Member must not be null",
      ],
      [
        'ListTasks',
        { launchType: 'MOON' },
        "1 validation error detected: Value 'MOON' at 'launchType' failed to satisfy constraint: " +
          'Member must satisfy enum value set: [EC2, EXTERNAL, FARGATE, MANAGED_INSTANCES]',
      ],
      [
        'RunTask',
        { taskDefinition: 't', overrides: { containerOverrides: [{ environmentFiles: [{ type: 's4' }] }] } },
        "2 validation errors detected: Value null at 'overrides.containerOverrides.1.member.environmentFiles.1.member.value' " +
          "failed to satisfy constraint: Member must not be null; Value 's4' at " +
          "'overrides.containerOverrides.1.member.environmentFiles.1.member.type' failed to satisfy constraint: " +
          'Member must satisfy enum value set: [s3]',
      ],
    ];
    for (const [operation, input, message] of wrong) {
      it(`${operation} refuses ${JSON.stringify(input)}`, () => {
        expect(refusal(operation, input)).to.equal(`InvalidParameterException: ${message}`);
      });
    }
  });

  describe('behaviour', () => {
    it('drops members that the model does not know, and those that are null', () => {
      const input = JSON.parse(
        '{"taskDefinition":"t","cluster":null,"colour":"red","__proto__":{"count":9},"tags":[{"key":"k","size":1}]}',
      );
      expect(validateInput('RunTask', input)).to.deep.equal({ taskDefinition: 't', tags: [{ key: 'k' }] });
    });

    it('leaves out the entries of maps that are null', () => {
      const input = { family: 'f', containerDefinitions: [{ dockerLabels: { a: 'x', b: null } }] };
      expect(validateInput('RegisterTaskDefinition', input)).to.deep.equal({
        family: 'f',
        containerDefinitions: [{ dockerLabels: { a: 'x' } }],
      });
    });

    it('keeps the keys of maps', () => {
      const logConfiguration = { logDriver: 'awslogs', options: { 'awslogs-group': 'g', mode: 'non-blocking' } };
      const input = { family: 'f', containerDefinitions: [{ name: 'n', logConfiguration }] };
      expect(validateInput('RegisterTaskDefinition', input)).to.deep.equal(input);
    });
  });
});
