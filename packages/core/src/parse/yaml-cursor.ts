const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const nextLine = 0x85;
const lineSeparator = 0x2028;
const paragraphSeparator = 0x2029;

/** A place in a text, with what YAML wants to know of it: how far it is from the start of its line. */
export class YamlCursor {
  readonly text: string;
  at: number;
  line = 0;
  lineStart = 0;

  constructor(text: string, at = 0) {
    this.text = text;
    this.at = at;
    this.lineStart = at;
  }

  get column(): number {
    return this.at - this.lineStart;
  }

  /** The character code `ahead` of here; NaN past the end. */
  code(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead);
  }

  atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Passes a line break and gives what it means in a text: U+2028 and U+2029 stand for themselves, all others for a line feed. */
  passBreak(): string {
    const code = this.code();
    this.at += code === carriageReturn ? this.#widthOfReturn() : 1;
    this.line++;
    this.lineStart = this.at;
    return code === lineSeparator || code === paragraphSeparator ? String.fromCharCode(code) : "\n";
  }

  /** kubectl takes the carriage return before each line feed away before YAML is read: CR CR LF is one break, too. */
  #widthOfReturn(): number {
    if (this.code(1) === lineFeed) return 2;
    return this.code(1) === carriageReturn && this.code(2) === lineFeed ? 3 : 1;
  }

  /** Passes a comment, if one is here. */
  passComment(): void {
    if (this.code() === 35) while (!isBreakOrEnd(this.code())) this.at++;
  }

  /** Passes spaces, and tabs where those may stand. */
  passSpaces(passesTabs: boolean): void {
    const passes = passesTabs ? isBlank : isSpace;
    while (passes(this.code())) this.at++;
  }

  passBlanks(): void {
    while (isBlank(this.code())) this.at++;
  }

  /** Whether a line with `---` or `...` and nothing glued to it begins here. */
  atDocumentMarker(): boolean {
    if (this.at !== this.lineStart) return false;
    const mark = this.text.slice(this.at, this.at + 3);
    return (mark === "---" || mark === "...") && isBlankOrEnd(this.code(3));
  }
}

/** Whether a code ends a line for kubectl: so do U+0085, U+2028 and U+2029, in every editor invisible. */
export function isBreak(code: number): boolean {
  return (
    code === lineFeed ||
    code === carriageReturn ||
    code === nextLine ||
    code === lineSeparator ||
    code === paragraphSeparator
  );
}

/** A blank or a tab. */
export function isBlank(code: number): boolean {
  return code === space || code === tab;
}

/** A line break, or the end of the text. */
export function isBreakOrEnd(code: number): boolean {
  return isBreak(code) || Number.isNaN(code);
}

/** A blank, a line break, or the end of the text. */
export function isBlankOrEnd(code: number): boolean {
  return isBlank(code) || isBreakOrEnd(code);
}

/** What names of anchors and handles of tags are made of. */
export function isNameCode(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 95 ||
    code === 45
  );
}

function isSpace(code: number): boolean {
  return code === 32;
}
