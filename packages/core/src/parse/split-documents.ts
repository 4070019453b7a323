/** Where a document lies in its stream. */
export interface DocumentText {
  /** Where the YAML parser starts: at the `---` when something is written on its line, else at the line of the content. */
  readonly start: number;
  /** The first character of the content, past separator, blanks and comments. */
  readonly body: number;
  readonly end: number;
  /** What follows a `...` in the same piece of the stream: kubectl drops it. */
  readonly dropped?: true;
}

/** A line that separates documents. `---#c` is none in YAML, but it is for kubectl. A carriage return alone ends no line for it. */
const separator = /(?:^\ufeff?|\n\ufeff?)(?:---(?=[ \t\r\n#]|$)|\.\.\.(?=[ \t\r\n]|$))/g;
const markerLength = 3;

/**
 * Splits a stream at its separator lines, without parsing: a document that is broken does not take the others with it.
 * At column 0 a separator ends a document wherever it stands, also in a quoted or block scalar, so this needs no context.
 * Documents with nothing but blanks and comments are left out, as kubectl does. kubectl cuts a stream at `---` and reads
 * one document of each piece: what stands behind a `...` is told apart.
 */
export function splitDocuments(text: string): readonly DocumentText[] {
  const documents: DocumentText[] = [];
  let start = 0;
  let body = firstContent(text, 0);
  let awaitsStart = startsWithDirective(text, body);
  let isDropped = false;
  const add = (end: number): void => {
    documents.push({ start, body, end, ...(isDropped ? { dropped: true } : {}) });
  };
  for (const match of text.matchAll(separator)) {
    const after = match.index + match[0].length;
    const marker = after - markerLength;
    const opens = text.charAt(marker) === "-";
    if (awaitsStart && opens && body < marker) {
      // The `---` after `%` directives belongs to their document.
      awaitsStart = false;
      continue;
    }
    const holds = body < marker;
    if (holds) add(marker);
    isDropped = !opens && (isDropped || holds);
    body = firstContent(text, after);
    start = opens && isOnSameLine(text, after, body) ? marker : indentationStart(text, body);
    awaitsStart = !opens && startsWithDirective(text, body);
  }
  if (body < text.length) add(text.length);
  return documents;
}

/** Whether the document begins with `%YAML`, `%TAG` or the like, which kubectl refuses. */
export function startsWithDirective(text: string, body: number): boolean {
  return text.charAt(body) === "%";
}

/** The first character at or after `from` that is no blank, line break, byte order mark or comment. */
export function firstContent(text: string, from: number): number {
  let inComment = false;
  for (let i = from; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === "\n" || char === "\r") inComment = false;
    else if (inComment || char === " " || char === "\t" || char === "\ufeff") continue;
    else if (char === "#") inComment = true;
    else return i;
  }
  return text.length;
}

/** The start of the line that `body` is the first content of: a byte order mark there must be the parser's first character. */
function indentationStart(text: string, body: number): number {
  let at = body;
  while (at > 0 && /[ \t\ufeff]/.test(text.charAt(at - 1))) at--;
  return at;
}

function isOnSameLine(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const char = text.charAt(i);
    if (char === "\n" || char === "\r") return false;
  }
  return to < text.length;
}
