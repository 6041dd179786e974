import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecSession, ExecTerminal, TerminalSize } from './exec-session.ts';

type Builtin = (args: readonly string[], session: ExecSession, env: Environment) => number | Promise<number>;
type Environment = Readonly<Record<string, string>>;

/** Commands that a simulated container answers itself. Nothing runs on the host, and no shell interprets anything. */
const builtins: Readonly<Record<string, Builtin>> = {
  true: () => 0,
  false: () => 1,
  exit: ([code = '0']) => Number(code) & 255,
  echo: (args, session) => say(session, `${args.join(' ')}\n`),
  env: (_args, session, env) =>
    say(
      session,
      Object.entries(env)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    ),
  cat: async (_args, { stdin, stdout, terminal }) => {
    for await (const chunk of stdin ?? []) {
      const { typed, exitCode } = terminal ? untilControl(chunk as Buffer) : { typed: chunk as Buffer };
      if (!stdout.write(typed)) await once(stdout, 'drain');
      if (exitCode !== undefined) return exitCode;
    }
    return 0;
  },
  tty: (_args, session) => say(session, session.terminal ? '/dev/pts/0\n' : 'not a tty\n', session.terminal ? 0 : 1),
  stty: async ([what], session) => {
    if (what !== 'size' || !session.terminal) return complain(session, 'stty: only "stty size" in a terminal\n');
    const { rows, columns } = await sizeOf(session.terminal);
    return say(session, `${rows} ${columns}\n`);
  },
};

/** Resolves with the exit code. @throws Error when there is no such command, in the words of a container engine. */
export async function runBuiltin(command: readonly string[], session: ExecSession, env: Environment): Promise<number> {
  const [name = '', ...args] = command;
  const builtin = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
  if (!builtin) {
    const known = Object.keys(builtins).join(', ');
    throw new Error(
      `exec: "${name}": executable file not found in $PATH: this container is simulated and knows only ${known}`,
    );
  }
  return builtin(args, session, env);
}

/** What a terminal makes of Ctrl-D, which ends the input, and of Ctrl-C, which ends the program by SIGINT (termios, VEOF and VINTR). */
function untilControl(keys: Buffer): { typed: Buffer; exitCode?: number } {
  const at = keys.findIndex((key) => key === 3 || key === 4);
  if (at < 0) return { typed: keys };
  return { typed: keys.subarray(0, at), exitCode: keys[at] === 3 ? 130 : 0 };
}

/** It comes right after the start, from whoever tells it at all. */
async function sizeOf(terminal: ExecTerminal): Promise<TerminalSize> {
  if (terminal.size.columns > 0) return terminal.size;
  const told = new Promise<TerminalSize>((resolve) => terminal.onResize(resolve));
  return Promise.race([told, delay(1000, terminal.size)]);
}

const say = (session: ExecSession, text: string, code = 0): number => write(session.stdout, session, text, code);

const complain = (session: ExecSession, text: string): number =>
  write(session.terminal ? session.stdout : session.stderr, session, text, 1);

/** A terminal returns the carriage at the end of a line (termios, ONLCR). */
function write(output: Writable, { terminal }: ExecSession, text: string, code: number): number {
  output.write(terminal ? text.replaceAll('\n', '\r\n') : text);
  return code;
}
