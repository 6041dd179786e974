/** An error that an AWS client sees under `code`; everything else that is thrown reaches it as `ServerException`. */
export class AwsError extends Error {
  readonly code: string;
  /** HTTP status: 400 for the caller's faults (botocore declares no other for ECS), 500 for ours. */
  readonly status: number;
  /** What the error's shape has beside its message, as `resourceIds` of ConflictException. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, options: AwsErrorOptions = {}) {
    super(message, options);
    this.name = code;
    this.code = code;
    this.status = status;
    this.members = options.members ?? {};
  }
}

export interface AwsErrorOptions extends ErrorOptions {
  readonly members?: Readonly<Record<string, unknown>>;
}

export const clientException = (message: string): AwsError => new AwsError('ClientException', message);

export const invalidParameter = (message: string): AwsError => new AwsError('InvalidParameterException', message);

/** The body could not be read as the operation's input (AWS JSON 1.1 protocol, "Error responses"). */
export const serializationException = (message: string): AwsError => new AwsError('SerializationException', message);

export const clusterNotFound = (): AwsError => new AwsError('ClusterNotFoundException', 'Cluster not found.');

/** Every operation of the SDK is answered: one that KECS does not have yet says so with this. */
export const unsupportedFeature = (message: string): AwsError => new AwsError('UnsupportedFeatureException', message);

export const serverException = (message: string, cause?: unknown): AwsError =>
  new AwsError('ServerException', message, 500, { cause });
