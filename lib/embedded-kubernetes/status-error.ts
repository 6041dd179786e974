import type { ResourceType } from './resource-types.ts';

/** A failure as the API server words it; its `body` is the `Status` object on the wire. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly code: number;
  readonly reason: string;
  readonly details: object | undefined;

  constructor(code: number, reason: string, message: string, details?: object) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  get body(): object {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(this.details && { details: this.details }),
      code: this.code,
    };
  }
}

export function notFound(type: ResourceType, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${qualified(type)} "${name}" not found`, details(type, name));
}

export function noSuchPath(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExists(type: ResourceType, name: string): StatusError {
  return new StatusError(409, 'AlreadyExists', `${qualified(type)} "${name}" already exists`, details(type, name));
}

export function conflict(type: ResourceType, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(type)} "${name}": ${why}`;
  return new StatusError(409, 'Conflict', message, details(type, name));
}

export function forbidden(type: ResourceType, name: string, why: string): StatusError {
  return new StatusError(403, 'Forbidden', `${qualified(type)} "${name}" is forbidden: ${why}`, details(type, name));
}

export interface Cause {
  readonly reason: 'FieldValueInvalid' | 'FieldValueRequired' | 'FieldValueForbidden';
  readonly field: string;
  readonly message: string;
}

export function invalid(type: ResourceType, name: string, causes: readonly Cause[]): StatusError {
  const sentences = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const listed = sentences.length === 1 ? sentences[0] : `[${sentences.join(', ')}]`;
  const group = type.group === '' ? {} : { group: type.group };
  const message = `${type.kind}${type.group && `.${type.group}`} "${name}" is invalid: ${listed}`;
  return new StatusError(422, 'Invalid', message, { name, ...group, kind: type.kind, causes });
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function expired(from: number, oldest: number): StatusError {
  return new StatusError(410, 'Expired', `too old resource version: ${from} (${oldest})`);
}

function qualified(type: ResourceType): string {
  return type.group === '' ? type.name : `${type.name}.${type.group}`;
}

function details(type: ResourceType, name: string): object {
  return { name, ...(type.group && { group: type.group }), kind: type.name };
}
