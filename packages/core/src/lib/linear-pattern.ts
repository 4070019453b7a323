import { RE2JS } from "re2js";

/** A regular expression of RE2 that takes time in proportion to the text, whoever wrote it. */
export interface LinearPattern {
  /** Whether the whole of a text matches. */
  readonly matches: (text: string) => boolean;
  /** How long its first match in a text is, where that is at the start; else undefined. */
  readonly lengthFromStart: (text: string) => number | undefined;
}

/** Longer ones are read, but not compiled. */
const longest = 4096;
const compiled = new Map<string, LinearPattern | undefined>();

/** Undefined for what is no regular expression. */
export function linearPattern(text: string): LinearPattern | undefined {
  if (!compiled.has(text)) {
    if (compiled.size > 10_000) compiled.clear();
    compiled.set(text, compile(text));
  }
  return compiled.get(text);
}

function compile(text: string): LinearPattern | undefined {
  if (text.length > longest) return undefined;
  try {
    const pattern = RE2JS.compile(text);
    return {
      matches: (asked) => pattern.matches(asked),
      lengthFromStart(asked) {
        const matcher = pattern.matcher(asked);
        return matcher.find() && matcher.start() === 0 ? matcher.end() : undefined;
      },
    };
  } catch {
    return undefined;
  }
}
