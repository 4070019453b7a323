import { type TextView, viewOf, viewThrough } from "./text-view.ts";

/** What is shown in place of a secret. */
const shown = "***";
/** Shorter texts stand in too many words. */
const shortest = 4;
/** A line of a key by itself gives most of it away. */
const shortestLine = 16;
/** How many characters one of a secret may take: `%25252541` for each of four that stand for three. */
const longestForm = 16;

/** What is no visible character of ASCII; what nobody sees comes in runs. */
const unplain = /[\s\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{M}\p{Default_Ignorable_Code_Point}\u2800]+|[^!-~]/gu;
/** A character in any of the ways in which URLs, JSON, HTML and programs write it. */
const escapes =
  /((?:%(?:25){0,3}[\da-f]{2})+)|\\+u\{?([\da-f]{4,6})\}?|\\+x([\da-f]{2})|&#(\d{1,7});|&#x([\da-f]{1,6});|\\+[nrtbfv]|\\+/giu;

/**
 * Finds secrets in texts, whatever form they take there: in capitals, with anything invisible in between, on several lines, in Base64 of
 * either alphabet wherever they begin in what is encoded, in hexadecimal, percent-encoded, escaped as in JSON or HTML, or a mixture.
 */
export class SecretMask {
  /** As they stand in a text, and as they stand in it when its escapes are read. */
  readonly #literal: readonly string[];
  readonly #meant: readonly string[];
  /** How much of a text at a cut may be part of a secret. */
  readonly reach: number;

  constructor(secrets: readonly string[]) {
    const all = [...new Set(secrets.flatMap((secret) => [secret, ...linesOf(secret)]))].filter(isLongEnough);
    this.#literal = [...new Set(all.flatMap(literalForms))].filter(isLongEnough);
    this.#meant = [...new Set(all.flatMap(meantForms))].filter(isLongEnough);
    this.reach = longestForm * Math.max(0, ...all.map(({ length }) => length));
  }

  /** The text with `***` for each secret. */
  mask(text: string): string {
    if (this.#literal.length === 0) return text;
    const plain = plainView(text);
    const masked = [...places(plain, this.#literal), ...places(viewThrough(plain, meantView(plain.text)), this.#meant)];
    let [line, done] = ["", 0];
    for (const [start, end] of masked.toSorted(([a], [b]) => a - b)) {
      if (start >= done) line += text.slice(done, start) + shown;
      done = Math.max(done, end);
    }
    return line + text.slice(done);
  }

  /** Whether a secret is in the text. */
  isIn(text: string): boolean {
    if (this.#literal.length === 0) return false;
    const plain = plainView(text).text;
    if (this.#literal.some((form) => plain.includes(form))) return true;
    if (!/[\\%&]/.test(plain)) return false;
    const meant = meantView(plain).text;
    return this.#meant.some((form) => meant.includes(form));
  }
}

function places(view: TextView, forms: readonly string[]): readonly (readonly [start: number, end: number])[] {
  const found: (readonly [start: number, end: number])[] = [];
  for (const form of forms) {
    for (let at = view.text.indexOf(form); at >= 0; at = view.text.indexOf(form, at + 1))
      found.push(view.origin(at, at + form.length));
  }
  return found;
}

function isLongEnough({ length }: string): boolean {
  return length >= shortest;
}

function linesOf(secret: string): readonly string[] {
  const lines = secret.split(/[\r\n]+/).filter((line) => line.length >= shortestLine && !line.startsWith("-----"));
  return lines.length > 1 ? lines : [];
}

function literalForms(secret: string): readonly string[] {
  const hex = Buffer.from(secret).toString("hex");
  const escaped = [encodeURIComponent(Buffer.from(secret).toString()), JSON.stringify(secret).slice(1, -1)];
  return [
    ...[secret, secret.replaceAll(" ", "+"), ...escaped, ...base64Forms(secret)].map((form) => plainView(form).text),
    hex,
    hex.replace(/..(?!$)/g, "$&:"),
  ];
}

function meantForms(secret: string): readonly string[] {
  const read = [secret, ...base64Forms(secret)].map((form) => meantView(plainView(form).text).text);
  // What looks like an escape in the secret is none where all of it is escaped.
  return [...read, plainText(secret)];
}

/** A secret in Base64, by what stands before it in what is encoded, without the characters that depend on that. */
function base64Forms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    return encoded.slice(shift === 0 ? 0 : shift + 1, (shift + bytes.length) % 3 === 0 ? undefined : -1);
  });
}

/** The text as small letters of which each is a byte of UTF-8, without what is invisible; the alphabets of Base64 are one. */
function plainView(text: string): TextView {
  const view = viewOf(text, unplain, ([character]) => plainBytes(character));
  return { text: plainLetters(view.text), origin: view.origin };
}

/** What escapes stand for, in a text that is plain. */
function meantView(text: string): TextView {
  return viewOf(text, escapes, ([, percent, unicode, byte, decimal, entity]) => {
    if (percent !== undefined) return plainText(percentDecoded(percent));
    const hexadecimal = unicode ?? byte ?? entity;
    if (hexadecimal !== undefined) return plainText(characterOf(Number.parseInt(hexadecimal, 16)));
    return decimal === undefined ? "" : plainText(characterOf(Number(decimal)));
  });
}

function percentDecoded(text: string): string {
  return Buffer.from(text.replaceAll(/%(?:25)*(?=[\da-f]{2})/gi, ""), "hex").toString();
}

function characterOf(code: number): string {
  return code > 0x10_ffff ? "" : String.fromCodePoint(code);
}

/** A backslash that an escape stands for may escape what follows. */
function plainText(text: string): string {
  return plainLetters(text.replaceAll(unplain, plainBytes)).replaceAll("\\", "");
}

/** Wide letters and such are compatible with those that everybody has. */
function plainBytes(character: string): string {
  const compatible = character
    .normalize("NFKD")
    .replaceAll(/[\s\p{C}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/gu, "");
  return Buffer.from(compatible).toString("latin1");
}

function plainLetters(text: string): string {
  return text.replaceAll(/[A-Z_-]/g, (letter) => (letter === "-" ? "+" : letter === "_" ? "/" : letter.toLowerCase()));
}
