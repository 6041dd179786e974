import { type AwsError, serializationException } from '../errors.ts';

/**
 * AWS's sentences for a JSON value of the wrong type. ECS answers such as "STRING_VALUE cannot be converted to Integer"
 * (aws-actions/amazon-ecs-deploy-task-definition issue 587) and "Unrecognized collection type class
 * com.amazonaws.madison.frontend.RegisterTaskDefinitionRequest" (its issue 610); the others are what DynamoDB, which has
 * the same reader, was recorded to say (dynalite, test/helpers.js).
 */
export const typeMismatch = {
  scalar(value: unknown, javaType: string): AwsError {
    if (Array.isArray(value)) return serializationException(`Unrecognized collection type class java.lang.${javaType}`);
    if (typeof value === 'object') return typeMismatch.structureForOther();
    return serializationException(`${tokenOf(value)} cannot be converted to ${javaType}`);
  },
  structureForOther: (): AwsError => serializationException('Start of structure or map found where not expected'),
  scalarForCollection: (): AwsError => serializationException('Unexpected field type'),
  unexpectedToken: (): AwsError => serializationException('Unexpected token received from parser'),
  listForStructure: (shape: string): AwsError =>
    serializationException(`Unrecognized collection type class com.amazonaws.madison.frontend.${shape}`),
  listForMap: (): AwsError =>
    serializationException('Unrecognized collection type java.util.Map<java.lang.String, java.lang.String>'),
};

function tokenOf(value: unknown): string {
  if (typeof value === 'string') return 'STRING_VALUE';
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  return Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE';
}
