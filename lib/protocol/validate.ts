import { type AwsError, invalidParameter } from '../errors.ts';
import type { OperationName } from '../operations/operation.ts';
import { structureReader } from './shape-readers.ts';
import { inputShapes } from './shapes.generated.ts';
import type { Reader, Violations } from './simple-readers.ts';

type ValidateInput = (operation: OperationName, input: unknown) => object;

/**
 * Makes the function that checks a request's body against the service model and answers a copy which holds what the
 * model knows and nothing else. Checks are made on the first call of an operation and kept.
 *
 * A wrong type is a SerializationException, as AWS's reader stops at the first. Missing members and unknown enum
 * values are counted together and told in InvalidParameterException, which every ECS operation declares ("Common
 * errors" and each operation's "Errors", Amazon ECS API Reference).
 */
export function createValidateInput(): ValidateInput {
  const structures = new Map<string, Reader>();
  return (operation, input) => {
    const violations: Violations = [];
    const output = structureReader(inputShapes[operation], structures)(input, '', violations);
    if (violations.length > 0) throw constraintError(violations);
    return output as object;
  };
}

function constraintError(violations: Violations): AwsError {
  const [first] = violations;
  // Seen from CreateService without one: "InvalidParameterException: TaskDefinition can not be blank."
  if (first?.blank && !first.path.includes('.')) {
    return invalidParameter(`${first.path.charAt(0).toUpperCase()}${first.path.slice(1)} can not be blank.`);
  }
  const count = `${violations.length} validation error${violations.length === 1 ? '' : 's'} detected`;
  const texts = violations.map(({ value, path, constraint }) => {
    return `Value ${value} at '${path}' failed to satisfy constraint: ${constraint}`;
  });
  return invalidParameter(`${count}: ${texts.join('; ')}`);
}
