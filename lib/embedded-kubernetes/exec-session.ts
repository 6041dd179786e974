import type { Readable, Writable } from 'node:stream';

/** A command in a container, as the one who started it sees it. */
export interface ExecSession {
  /** Ends when its sender closes it. Absent: the command has no input. */
  readonly stdin?: Readable;
  /** With a terminal it carries all output. */
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly terminal?: ExecTerminal;
  /** Aborted when nobody listens any more. */
  readonly signal: AbortSignal;
}

export interface ExecTerminal {
  /** As its window was last said to be; zeros until then. */
  readonly size: TerminalSize;
  /** Calls back for each later change. */
  onResize(listener: (size: TerminalSize) => void): void;
}

/** In characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}
