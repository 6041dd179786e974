import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { ExecSession } from './exec-session.ts';

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
  cat: async (_args, { stdin, stdout }) => {
    if (!stdin) return 0;
    for await (const chunk of stdin) if (!stdout.write(chunk)) await once(stdout, 'drain');
    return 0;
  },
  tty: (_args, session) => say(session, session.terminal ? '/dev/pts/0\n' : 'not a tty\n', session.terminal ? 0 : 1),
  stty: ([what], session) => {
    if (what !== 'size' || !session.terminal) return complain(session, 'stty: only "stty size" in a terminal\n');
    const { rows, columns } = session.terminal.size;
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

const say = (session: ExecSession, text: string, code = 0): number => write(session.stdout, session, text, code);

const complain = (session: ExecSession, text: string): number =>
  write(session.terminal ? session.stdout : session.stderr, session, text, 1);

/** A terminal returns the carriage at the end of a line (termios, ONLCR). */
function write(output: Writable, { terminal }: ExecSession, text: string, code: number): number {
  output.write(terminal ? text.replaceAll('\n', '\r\n') : text);
  return code;
}
