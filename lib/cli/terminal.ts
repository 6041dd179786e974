import { constants } from 'node:os';
import type { TerminalSize } from '../runtime/task-runtime.ts';

/**
 * Gives this terminal to a command elsewhere: its size is told now and at each change and, with input, each key is passed
 * on, Ctrl-C included. Answers how to take it back, which happens by itself when the process ends.
 */
export function takeTerminal(withInput: boolean, tell: (size: TerminalSize) => void): () => void {
  const output = [process.stdout, process.stderr].find(({ isTTY }) => isTTY);
  const tellSize = () => output && tell({ columns: output.columns, rows: output.rows });
  tellSize();
  output?.on('resize', tellSize);
  const giveBack = withInput && process.stdin.isTTY ? takeKeys() : undefined;
  return () => {
    output?.off('resize', tellSize);
    giveBack?.();
  };
}

/** A signal ends the process without the event `exit`: the terminal would stay as it is. */
const ends = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const;

function takeKeys(): () => void {
  const giveBack = () => void process.stdin.setRawMode(false);
  const end = (signal: NodeJS.Signals) => {
    giveBack();
    process.exit(128 + constants.signals[signal]);
  };
  process.stdin.setRawMode(true);
  process.on('exit', giveBack);
  for (const signal of ends) process.on(signal, end);
  return () => {
    giveBack();
    process.off('exit', giveBack);
    for (const signal of ends) process.off(signal, end);
  };
}
