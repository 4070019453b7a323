/** A line that begins at column 0 and is no comment; blank lines and indented ones are passed. */
const topLine = /(?:^|\n)(?![ \n#]|\r\n)([^\n]+)/g;
/** How a line of a plain block mapping begins: with a plain key, or with an item of the key before it. */
const plainLine = /^(?:[A-Za-z][\w.-]{0,100}:(?= |\r?$)|- |-\r?$)/;
const kindLine = /^kind: +([A-Za-z][A-Za-z0-9]*) *(?: #.*)?\r?$/;
const firstKind = /(?:^|\n)kind: +([A-Za-z][A-Za-z0-9]*)/;
/** What ends a line for kubectl but not for the eye, and a mark that confuses its reader. */
const oddBreak = /[\u0085\u2028\u2029\ufeff]|\r(?!\n)/;

/** The kind that `plainKindOf` gives, if it gives one: what is wanted anyway need not be scanned. */
export function firstKindIn(text: string): string | undefined {
  return firstKind.exec(text)?.[1];
}

/**
 * The kind of the document, if its text alone tells for sure, so that the document need not be parsed: a block mapping
 * at column 0 of plain keys, with exactly one `kind: Word` and no `items`. Whatever else stands at column 0 could be
 * anything (the end of a quoted text, a merge, an explicit key), and then the document is parsed.
 * `text` starts at the first content of the document; `isLineStart` says whether a line starts there.
 */
export function plainKindOf(text: string, isLineStart: boolean): string | undefined {
  if (!isLineStart || !/^[A-Za-z]/.test(text)) return undefined;
  let kind: string | undefined;
  for (const [, line = ""] of text.matchAll(topLine)) {
    if (!plainLine.test(line) || line.startsWith("items:")) return undefined;
    if (!line.startsWith("kind:")) continue;
    if (kind !== undefined) return undefined;
    kind = kindLine.exec(line)?.[1];
    if (kind === undefined) return undefined;
  }
  return kind === undefined || isTypedWord(kind) || oddBreak.test(text) ? undefined : kind;
}

/** Words that YAML reads as something else than a text. */
function isTypedWord(word: string): boolean {
  return /^(?:y|n|yes|no|on|off|true|false|null)$/i.test(word);
}
