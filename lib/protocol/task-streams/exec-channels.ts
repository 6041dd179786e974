/**
 * How a command in a task travels over a websocket: the first byte of each message, in both directions, says what follows.
 * The numbers are those of Kubernetes' `v5.channel.k8s.io`. `result` is JSON of our own and the last message:
 * `{"exitCode": 0}`, or `{"message": "…"}` when the command did not run to its end, with an `exitCode` where a shell would
 * have one (126, 127). `resize` is `{"columns": 80, "rows": 24}`; `close` followed by the byte 0 ends the input.
 */
export const execChannels = { stdin: 0, stdout: 1, stderr: 2, result: 3, resize: 4, close: 255 } as const;

/** The subprotocol, for clients that want to be sure whom they talk to. */
export const execProtocol = 'v1.exec.kecs.dev';

export interface ExecResult {
  readonly exitCode?: number;
  readonly message?: string;
}

export const execFrame = (channel: number, data: Buffer): Buffer => Buffer.concat([Buffer.of(channel), data]);
