import { type Token, invalidQuery, tokensOf } from './cluster-query-tokens.ts';

/** What an expression can ask of a container instance. */
export interface QuerySubject {
  readonly agentConnected: boolean;
  readonly agentVersion: string;
  readonly ec2InstanceId: string;
  /** ISO 8601 */
  readonly registeredAt: string;
  readonly runningTasksCount: number;
  /** An attribute without a value has ''. */
  readonly attributes: ReadonlyMap<string, string>;
  /** The groups of the tasks on it. */
  readonly taskGroups: ReadonlySet<string>;
}

export type Query = (subject: QuerySubject) => boolean;

/**
 * Reads an expression of the cluster query language ("Create expressions to define container instances for Amazon ECS
 * tasks", Developer Guide). @throws InvalidParameterException
 */
export function parseQuery(expression: string): Query {
  const tokens = new Tokens(expression);
  const query = parseOr(tokens);
  if (!tokens.atEnd) throw tokens.fault(`has '${tokens.next().text}' where its end should be`);
  return query;
}

class Tokens {
  readonly #expression: string;
  readonly #tokens: Token[];

  constructor(expression: string) {
    this.#expression = expression;
    this.#tokens = tokensOf(expression).toReversed();
  }

  get atEnd(): boolean {
    return this.#tokens.length === 0;
  }

  fault(text: string): Error {
    return invalidQuery(this.#expression, text);
  }

  next(): Token {
    const token = this.#tokens.pop();
    if (!token) throw this.fault('ends too early');
    return token;
  }

  /** Takes the next token if it is one of these, in signs or in letters. */
  take(...texts: readonly string[]): boolean {
    const token = this.#tokens.at(-1);
    const isOne = token !== undefined && !token.quoted && texts.includes(token.text);
    if (isOne) this.#tokens.pop();
    return isOne;
  }
}

function parseOr(tokens: Tokens): Query {
  const any = [parseAnd(tokens)];
  while (tokens.take('||', 'or')) any.push(parseAnd(tokens));
  return (subject) => any.some((query) => query(subject));
}

function parseAnd(tokens: Tokens): Query {
  const all = [parseNot(tokens)];
  while (tokens.take('&&', 'and')) all.push(parseNot(tokens));
  return (subject) => all.every((query) => query(subject));
}

function parseNot(tokens: Tokens): Query {
  if (tokens.take('!', 'not')) {
    const query = parseNot(tokens);
    return (subject) => !query(subject);
  }
  if (!tokens.take('(')) return parseComparison(tokens);
  const query = parseOr(tokens);
  if (!tokens.take(')')) throw tokens.fault("lacks a ')'");
  return query;
}

/** The values of a subject; none where it does not exist. */
type Read = (subject: QuerySubject) => readonly string[];
/** Whether a value is as the argument says. */
type Test = (value: string) => boolean;

function parseComparison(tokens: Tokens): Query {
  const read = readerOf(tokens);
  if (tokens.take('exists')) return (subject) => read(subject).length > 0;
  if (tokens.take('not_exists')) return (subject) => read(subject).length === 0;
  // `!exists` and `!in` are a sign and a word.
  const isNegated = tokens.take('!');
  if (isNegated && tokens.take('exists')) return (subject) => read(subject).length === 0;
  const { test, not } = parseTest(tokens);
  return (subject) => read(subject).some(test) !== (not !== isNegated);
}

const simpleSubjects: Readonly<Record<string, (subject: QuerySubject) => string>> = {
  agentConnected: ({ agentConnected }) => String(agentConnected),
  agentVersion: ({ agentVersion }) => agentVersion,
  ec2InstanceId: ({ ec2InstanceId }) => ec2InstanceId,
  registeredAt: ({ registeredAt }) => registeredAt,
  runningTasksCount: ({ runningTasksCount }) => String(runningTasksCount),
};

function readerOf(tokens: Tokens): Read {
  const { text } = tokens.next();
  if (text === 'task:group') return ({ taskGroups }) => [...taskGroups];
  const [, attribute] = /^attribute:(.+)$/.exec(text) ?? [];
  if (attribute !== undefined) {
    return ({ attributes }) => (attributes.has(attribute) ? [attributes.get(attribute) ?? ''] : []);
  }
  const read = simpleSubjects[text];
  if (!read) throw tokens.fault(`asks for '${text}', which is no subject`);
  return (subject) => [read(subject)];
}

function parseTest(tokens: Tokens): { test: Test; not: boolean } {
  if (tokens.take('==', 'equals')) return { test: equal(tokens.next().text), not: false };
  if (tokens.take('!=', 'not_equals')) return { test: equal(tokens.next().text), not: true };
  if (tokens.take('in')) return { test: oneOf(tokens), not: false };
  if (tokens.take('not_in')) return { test: oneOf(tokens), not: true };
  if (tokens.take('=~', 'matches')) return { test: like(tokens), not: false };
  if (tokens.take('!~', 'not_matches')) return { test: like(tokens), not: true };
  for (const [names, holds] of orders) {
    if (tokens.take(...names)) return { test: ordered(tokens.next().text, holds), not: false };
  }
  throw tokens.fault('has no operator after its subject');
}

const orders: readonly (readonly [readonly string[], (order: number) => boolean])[] = [
  [['>=', 'greater_than_equal'], (order) => order >= 0],
  [['>', 'greater_than'], (order) => order > 0],
  [['<=', 'less_than_equal'], (order) => order <= 0],
  [['<', 'less_than'], (order) => order < 0],
];

const equal =
  (wanted: string): Test =>
  (value) =>
    value === wanted;

function oneOf(tokens: Tokens): Test {
  if (!tokens.take('[')) throw tokens.fault('needs a list in brackets after its operator');
  const values = new Set([tokens.next().text]);
  while (tokens.take(',')) values.add(tokens.next().text);
  if (!tokens.take(']')) throw tokens.fault("lacks a ']'");
  return (value) => values.has(value);
}

/** "The argument is a Java regular expression", which must match as a whole. */
function like(tokens: Tokens): Test {
  const { text } = tokens.next();
  try {
    const form = new RegExp(`^(?:${text})$`);
    return (value) => form.test(value);
  } catch (error) {
    throw tokens.fault(`has a pattern that cannot be read: ${(error as Error).message}`);
  }
}

/** Numbers in numbers and versions are compared as numbers, so that 1.10.0 comes after 1.9.0. */
const ordered =
  (wanted: string, holds: (order: number) => boolean): Test =>
  (value) =>
    holds(value.localeCompare(wanted, 'en', { numeric: true }));
