/** A `kind` written the way everybody writes it: a plain word at column 0, perhaps with a comment. */
const plainKind = /^kind:[ \t]+([A-Za-z][A-Za-z0-9]*)[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|$)/;
/** Anything else at column 0 that could give the mapping a `kind`: a quoted or explicit key, a merge, a tag or an anchor. */
const otherSource = /[\r\n](?:["']|\?|<<|[!&*{[])/;
const wordStart = /^[A-Za-z]/;
/** kubectl takes any object that has a list of `items` apart, whatever its kind. */
const mayHoldItems = /(?:^|\n)items[ \t]*:/;

/**
 * The kind of the document, if its text alone tells for sure: a block mapping at column 0 with exactly one `kind: Word`.
 * `text` starts at the first content of the document, at the start of a line.
 */
export function plainKindOf(text: string): string | undefined {
  if (!wordStart.test(text) || mayHoldItems.test(text)) return undefined;
  const at = text.startsWith("kind:") ? 0 : lineStartingWithKind(text, 0);
  if (at === -1 || lineStartingWithKind(text, at) !== -1) return undefined;
  const kind = plainKind.exec(text.slice(at, at + 200))?.[1];
  return kind === undefined || isTypedWord(kind) || otherSource.test(text) ? undefined : kind;
}

/** The offset of the next line after `from` that starts with `kind:`, or -1. */
function lineStartingWithKind(text: string, from: number): number {
  for (let at = text.indexOf("\nkind", from); at !== -1; at = text.indexOf("\nkind", at + 1)) {
    let colon = at + "\nkind".length;
    while (text[colon] === " " || text[colon] === "\t") colon++;
    if (text[colon] === ":") return at + 1;
  }
  return -1;
}

/** Words that YAML reads as something else than a text. */
function isTypedWord(word: string): boolean {
  return /^(?:y|n|yes|no|on|off|true|false|null)$/i.test(word);
}
