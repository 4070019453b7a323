/** A token of Calico's selector language, and the offset at which it starts. */
export type Token =
  | { readonly type: "key" | "string"; readonly text: string; readonly at: number }
  | { readonly type: Operator; readonly at: number };

/** Everything that is written with fixed letters or marks. */
export type Operator =
  | "=="
  | "!="
  | "in"
  | "not in"
  | "contains"
  | "starts with"
  | "ends with"
  | "has("
  | "all()"
  | "global()"
  | "("
  | ")"
  | "{"
  | "}"
  | ","
  | "!"
  | "&&"
  | "||"
  | "end";

/** A selector that Calico cannot read: what is wrong, and the column, counted from 1. */
export class SelectorError extends Error {
  override readonly name = "SelectorError";
  readonly column: number;

  constructor(message: string, at: number) {
    super(message);
    this.column = at + 1;
  }
}

/** "Label keys: letters, figures and `_ . / -`", at most 512 of them. */
const keyPattern = /[A-Za-z0-9_./-]+/y;
const longestKey = 512;
const blank = /[ \t]*/y;

/** In the order they are tried: longer ones before what they start with. Words are operators only where a label was named before. */
const marks: readonly (readonly [RegExp, Operator])[] = [
  [/==/y, "=="],
  [/!=/y, "!="],
  [/&&/y, "&&"],
  [/\|\|/y, "||"],
  [/\(/y, "("],
  [/\)/y, ")"],
  [/\{/y, "{"],
  [/\}/y, "}"],
  [/,/y, ","],
  [/!/y, "!"],
];
const calls: readonly (readonly [RegExp, Operator])[] = [
  [/all\([ \t]*\)/y, "all()"],
  [/global\([ \t]*\)/y, "global()"],
  [/has\(/y, "has("],
];
const words: readonly (readonly [RegExp, Operator])[] = [
  [/not[ \t]*in(?![A-Za-z0-9_./-])/y, "not in"],
  [/in(?![A-Za-z0-9_./-])/y, "in"],
  [/contains(?![A-Za-z0-9_./-])/y, "contains"],
  [/starts[ \t]*with(?![A-Za-z0-9_./-])/y, "starts with"],
  [/ends[ \t]*with(?![A-Za-z0-9_./-])/y, "ends with"],
];

/** The tokens of a selector, `end` last. Throws a SelectorError at the first thing that is none. */
export function selectorTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = matchEnd(blank, text, 0) ?? 0;
  while (at < text.length) {
    const token = nextToken(text, at, tokens.at(-1));
    tokens.push(token.token);
    at = matchEnd(blank, text, token.end) ?? token.end;
  }
  tokens.push({ type: "end", at: text.length });
  return tokens;
}

function nextToken(
  text: string,
  at: number,
  before: Token | undefined,
): { readonly token: Token; readonly end: number } {
  const quote = text[at];
  if (quote === "'" || quote === '"') {
    const end = text.indexOf(quote, at + 1);
    if (end < 0) throw new SelectorError(`the string that starts here has no closing ${quote}`, at);
    return { token: { type: "string", text: text.slice(at + 1, end), at }, end: end + 1 };
  }
  const fixed = before?.type === "key" ? [...words, ...marks] : [...marks, ...calls];
  for (const [pattern, type] of fixed) {
    const end = matchEnd(pattern, text, at);
    if (end !== undefined) return { token: { type, at }, end };
  }
  const end = matchEnd(keyPattern, text, at);
  if (end === undefined)
    throw new SelectorError(
      `${JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0))} has no meaning here`,
      at,
    );
  if (end - at > longestKey) throw new SelectorError(`a label key has at most ${longestKey} characters`, at);
  return { token: { type: "key", text: text.slice(at, end), at }, end };
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
