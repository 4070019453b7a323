/** The offset where the line of an offset starts. */
export function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && !isBreak(text.charCodeAt(at - 1))) at--;
  return at;
}

/** The end of the line of an offset, before its line break. */
export function lineEnd(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && !isBreak(text.charCodeAt(at))) at++;
  return at;
}

/** The start of the line after the one of an offset. */
export function nextLine(text: string, offset: number): number {
  const end = lineEnd(text, offset);
  if (end === text.length) return end;
  return text.startsWith("\r\n", end) ? end + 2 : end + 1;
}

/** Whether a text may hold a comment. What looks like one inside quotes counts: better left alone than lost. */
export function mayHoldComment(text: string): boolean {
  return /(?:^|[ \t\r\n])#/.test(text);
}

/** The line break that a text uses: its first. */
export function lineBreakOf(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? "\n";
}

/** Turns offsets of one text into lines and columns from 1, and back. A byte order mark has no width, as in `Location`. */
export class TextLines {
  readonly #starts: number[] = [0];
  readonly #length: number;

  constructor(text: string) {
    this.#length = text.length;
    for (let at = nextLine(text, 0); at < text.length; at = nextLine(text, at)) this.#starts.push(at);
    if (text.length > 0 && isBreak(text.charCodeAt(text.length - 1))) this.#starts.push(text.length);
    if (text.charCodeAt(0) === byteOrderMark) this.#starts[0] = 1;
  }

  offsetAt(line: number, column: number): number {
    return Math.min((this.#starts[line - 1] ?? this.#length) + column - 1, this.#length);
  }

  positionAt(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}

const byteOrderMark = 0xfeff;

function isBreak(code: number): boolean {
  return code === 10 || code === 13;
}
