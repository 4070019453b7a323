import { bases, pieces, separators } from "./mutation-pieces.ts";

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** A text that kubectl may read, or nearly. */
export function mutatedText(random: (below: number) => number): string {
  let text = composed(random);
  for (let changes = random(5); changes > 0; changes--) text = changed(text, random);
  return withoutHalves(text);
}

/** The text as a file holds it: half a surrogate pair cannot be written in UTF-8. */
function withoutHalves(text: string): string {
  return Buffer.from(text).toString();
}

function composed(random: (below: number) => number): string {
  let text = random(8) === 0 ? pick(separators, random) : "";
  const documents = random(3) === 0 ? 2 + random(2) : 1;
  for (let i = 0; i < documents; i++) text += (i === 0 ? "" : pick(separators, random)) + pick(bases, random);
  return text;
}

function changed(text: string, random: (below: number) => number): string {
  const at = place(text, random);
  switch (random(13)) {
    case 0:
    case 1:
    case 2:
      return text.slice(0, at) + pick(pieces, random) + text.slice(at);
    case 3:
      return text.slice(0, at) + pick(pieces, random) + text.slice(at + 1 + random(3));
    case 4:
      return text.slice(0, at) + text.slice(at + 1 + random(6));
    case 5:
      return text.slice(0, at) + pick([...breaks, " \n"], random) + text.slice(text.indexOf("\n", at) + 1 || at);
    case 6: {
      const lines = text.split("\n");
      const from = random(lines.length);
      const [line = ""] = lines.splice(from, 1);
      lines.splice(random(lines.length + 1), 0, random(2) === 0 ? line : ` ${line}`);
      return lines.join("\n");
    }
    case 7: {
      const lines = text.split("\n");
      const from = random(lines.length);
      lines.splice(from, 0, lines[random(lines.length)] ?? "");
      return lines.join("\n");
    }
    case 8:
      return rewritten(text, random);
    case 9: {
      // Lines of another text among those of this one, as far in as one of them.
      const lines = text.split("\n");
      const others = pick(bases, random).split("\n");
      const from = random(others.length);
      const at = random(lines.length);
      const indent = /^ */.exec(lines[at] ?? "")?.[0] ?? "";
      lines.splice(at, 0, ...others.slice(from, from + 1 + random(4)).map((line) => indent + line));
      return lines.join("\n");
    }
    case 10: {
      // A word written otherwise.
      const words = [...text.matchAll(/[A-Za-z]\w+/g)];
      const word = words[random(words.length)];
      if (word === undefined) return text;
      return text.slice(0, word.index) + otherwise(word[0], random) + text.slice(word.index + word[0].length);
    }
    case 11: {
      // What stands between two places once more, or elsewhere.
      const [from, to] = [at, place(text, random)].toSorted((a, b) => a - b) as [number, number]; // two
      const piece = text.slice(from, Math.min(to, from + 80));
      const target = place(text, random);
      return text.slice(0, target) + piece + text.slice(target);
    }
    default: {
      const lines = text.split("\n");
      const from = random(lines.length);
      const indent = " ".repeat(random(5));
      lines[from] = indent + (lines[from] ?? "").trimStart();
      return lines.join("\n");
    }
  }
}

/** All that ends a line for some reader of YAML. */
const breaks = ["\n", "\r\n", "\r", "\r\r\n", "\n\r", "\u0085", "\u2028", "\u2029"];

/** The whole text in another guise. */
function rewritten(text: string, random: (below: number) => number): string {
  switch (random(7)) {
    case 0:
      return text.replaceAll("\n", pick(breaks, random));
    case 1:
      return `\ufeff${text}`;
    case 2:
      return text.replaceAll(/^(?=.)/gm, " ".repeat(1 + random(3)));
    case 3:
      return `kind: List\napiVersion: v1\nitems:\n- ${text.replaceAll("\n", "\n  ")}`;
    case 4:
      return `x: |${pick(["", "2", "-", "+", "1-"], random)}\n  ${text.replaceAll("\n", "\n  ")}\n${pick(bases, random)}`;
    case 5:
      return text.replaceAll("\n", () => (random(4) === 0 ? pick(breaks, random) : "\n"));
    default:
      return `# ${text.replaceAll("\n", pick(["\n# ", "\r# ", "\r", "\u2028", "\n"], random))}`;
  }
}

/** A word in quotes, with escapes, with a tag, an anchor or a comment, or over two lines. */
function otherwise(word: string, random: (below: number) => number): string {
  const at = random(word.length);
  const code = word.charCodeAt(at).toString(16);
  const escape = pick(
    [`\\x${code}`, `\\u00${code}`, `\\U000000${code}`, `${word[at] ?? ""}\\${pick(breaks, random)}  `],
    random,
  );
  return pick(
    [
      `"${word.slice(0, at)}${escape}${word.slice(at + 1)}"`,
      `'${word}'`,
      `!!str ${word}`,
      `!!binary ${Buffer.from(word).toString("base64")}`,
      `! ${word}`,
      `&a${random(2)} ${word}`,
      `*a${random(2)}`,
      `${word} # ${word}`,
      `? ${word}\n`,
      `>-\n   ${word}\n`,
      `[${word}]`,
      `{${word}: ${word}}`,
      word.toLowerCase(),
    ],
    random,
  );
}

/** Places where something begins or ends are of more interest than the middle of a word. */
function place(text: string, random: (below: number) => number): number {
  const at = random(text.length + 1);
  if (random(2) === 0) return at;
  const next = text.slice(at).search(/[\n:,"'{}[\]-]/);
  return next < 0 ? at : at + next + random(2);
}

function pick<T>(from: readonly T[], random: (below: number) => number): T {
  const found = from[random(from.length)];
  if (found === undefined) throw new Error("nothing to pick from");
  return found;
}
