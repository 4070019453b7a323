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
  switch (random(9)) {
    case 0:
    case 1:
    case 2:
      return text.slice(0, at) + pick(pieces, random) + text.slice(at);
    case 3:
      return text.slice(0, at) + pick(pieces, random) + text.slice(at + 1 + random(3));
    case 4:
      return text.slice(0, at) + text.slice(at + 1 + random(6));
    case 5:
      return (
        text.slice(0, at) +
        pick(["\u0085", "\u2028", "\u2029", "\r", "\r\n", " \n"], random) +
        text.slice(text.indexOf("\n", at) + 1 || at)
      );
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
    default: {
      const lines = text.split("\n");
      const from = random(lines.length);
      const indent = " ".repeat(random(5));
      lines[from] = indent + (lines[from] ?? "").trimStart();
      return lines.join("\n");
    }
  }
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
