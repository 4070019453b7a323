const lineEnd = /[\r\n]/;
const blank = /[ \t]/;

/** What follows a `|` or `>` that opens a block scalar: indicators, and perhaps a comment. */
const blockHeader = /[|>][-+\d]*[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n|$)/y;

/**
 * The text with every line break inside `{...}` and `[...]` turned into blanks, and comments there too: the same length,
 * so offsets stay right. go-yaml, and so kubectl, does not care how lines inside brackets are indented; js-yaml does.
 * Quoted texts keep their line breaks, which mean something.
 */
export function joinFlowLines(text: string): string {
  return new FlowJoiner(text).join();
}

class FlowJoiner {
  readonly #text: string;
  #result = "";
  #at = 0;
  #depth = 0;
  /** Inside an unquoted text, where quotes and, outside brackets, brackets are ordinary characters. */
  #inPlain = false;

  constructor(text: string) {
    this.#text = text;
  }

  join(): string {
    while (this.#at < this.#text.length) this.#step(this.#text.charAt(this.#at));
    return this.#result;
  }

  #step(char: string): void {
    if (lineEnd.test(char)) this.#breakLine();
    else if (blank.test(char)) this.#copyTo(this.#at + 1);
    else if (char === "#" && this.#isAfterBlank()) this.#comment();
    else if (this.#depth > 0 && ",[]{}".includes(char)) this.#bracket(char);
    else if (this.#isIndicator(char)) this.#endToken();
    else if (this.#inPlain) this.#copyTo(this.#at + 1);
    else this.#token(char);
  }

  #breakLine(): void {
    if (this.#depth > 0) this.#blankTo(this.#at + 1);
    else {
      this.#copyTo(this.#at + 1);
      this.#inPlain = false;
    }
  }

  /** `- `, `? ` and `: ` begin or separate nodes. */
  #isIndicator(char: string): boolean {
    if (char !== ":" && (this.#inPlain || (char !== "-" && char !== "?"))) return false;
    const next = this.#text.charAt(this.#at + 1);
    return next === "" || /\s/.test(next);
  }

  #endToken(): void {
    this.#copyTo(this.#at + 1);
    this.#inPlain = false;
  }

  #bracket(char: string): void {
    if (char === "{" || char === "[") this.#depth++;
    else if (char !== ",") this.#depth--;
    this.#endToken();
  }

  #token(char: string): void {
    if (char === "{" || char === "[") this.#bracket(char);
    else if (char === '"' || char === "'") this.#quoted(char);
    else if (this.#depth === 0 && (char === "|" || char === ">")) this.#blockScalar();
    else if (char === "!" || char === "&") this.#copyTo(this.#endOfWord());
    else {
      this.#inPlain = true;
      this.#copyTo(this.#at + 1);
    }
  }

  #endOfWord(): number {
    let end = this.#at;
    while (end < this.#text.length && !/[\s,[\]{}]/.test(this.#text.charAt(end))) end++;
    return Math.max(end, this.#at + 1);
  }

  #quoted(quote: string): void {
    let end = this.#at + 1;
    for (; end < this.#text.length; end++) {
      const char = this.#text.charAt(end);
      if (quote === '"' && char === "\\") end++;
      else if (char === quote) {
        if (quote === '"' || this.#text.charAt(end + 1) !== "'") break;
        end++;
      }
    }
    this.#copyTo(Math.min(end + 1, this.#text.length));
  }

  /** A block scalar goes on while lines are blank or further in than the line that opens it. */
  #blockScalar(): void {
    blockHeader.lastIndex = this.#at;
    if (!blockHeader.test(this.#text)) {
      this.#inPlain = true;
      this.#copyTo(this.#at + 1);
      return;
    }
    const indent = this.#indentOfLine();
    let end = blockHeader.lastIndex;
    for (let next = /([ \t]*)([^\r\n]*)(?:\r\n?|\n|$)/y; end < this.#text.length; end = next.lastIndex) {
      next.lastIndex = end;
      const [, margin = "", content = ""] = next.exec(this.#text) ?? [];
      if (content !== "" && margin.length <= indent) break;
    }
    this.#copyTo(end);
  }

  #indentOfLine(): number {
    let start = this.#at;
    while (start > 0 && !lineEnd.test(this.#text.charAt(start - 1))) start--;
    let end = start;
    while (this.#text.charAt(end) === " ") end++;
    return end - start;
  }

  #isAfterBlank(): boolean {
    return this.#at === 0 || /\s/.test(this.#text.charAt(this.#at - 1));
  }

  #comment(): void {
    let end = this.#at;
    while (end < this.#text.length && !lineEnd.test(this.#text.charAt(end))) end++;
    if (this.#depth > 0) this.#blankTo(end);
    else this.#copyTo(end);
  }

  #copyTo(end: number): void {
    this.#result += this.#text.slice(this.#at, end);
    this.#at = end;
  }

  #blankTo(end: number): void {
    this.#result += " ".repeat(end - this.#at);
    this.#at = end;
  }
}
