import { invalidParameter } from '../errors.ts';

export interface Token {
  /** A sign of the language, or a word: a subject, an operator in letters or a value. */
  readonly kind: 'sign' | 'word';
  readonly text: string;
  /** A word in quotation marks is a value whatever it says. */
  readonly quoted?: true;
}

const signs = /&&|\|\||==|!=|>=|<=|=~|!~|[><!()[\],]/y;
const quoted = /'([^']*)'|"([^"]*)"/y;
const word = /[^\s()[\],=!<>&|'"]+/y;
/** A pattern has signs of its own, and ends with the expression around it. */
const pattern = /(?:\([^()]*\)|[^\s()])+/y;

/** @throws InvalidParameterException */
export function tokensOf(expression: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (form: RegExp): RegExpExecArray | null => {
    form.lastIndex = at;
    const match = form.exec(expression);
    at += match?.[0].length ?? 0;
    return match;
  };
  while (take(/\s*/y) && at < expression.length) {
    const next = readToken(take, tokens.at(-1));
    if (!next) throw invalidQuery(expression, `cannot be read from '${expression.slice(at)}' on`);
    tokens.push(next);
  }
  return tokens;
}

export const invalidQuery = (expression: string, fault: string): Error =>
  invalidParameter(`Invalid expression: '${expression}' ${fault}.`);

function readToken(take: (form: RegExp) => RegExpExecArray | null, before: Token | undefined): Token | undefined {
  const quotation = take(quoted);
  if (quotation) return { kind: 'word', text: quotation[1] ?? quotation[2] ?? '', quoted: true };
  const isPattern =
    before?.kind === 'sign' ? /^[=!]~$/.test(before.text) : /^(?:not_)?matches$/.test(before?.text ?? '');
  const text = (isPattern && take(pattern)) || take(word);
  if (text) return { kind: 'word', text: text[0] };
  const sign = take(signs);
  return sign ? { kind: 'sign', text: sign[0] } : undefined;
}
