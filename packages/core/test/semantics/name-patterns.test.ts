import { describe, expect, it } from "vitest";
import { matchesNamePattern } from "../../src/semantics/dns-names.ts";

const letter = "[-a-zA-Z0-9_]";

/** The expression that pkg/fqdn/matchpattern of 1.19 and 1.20 makes of a pattern that ends in the dot of the root. */
function since119(pattern: string): string {
  if (/^[*]+[.]?$/.test(pattern)) return `(^(${letter}+[.])+$)|(^[.]$)`;
  const escaped = pattern.replaceAll(".", "[.]").replace(/^[*]{2,}\[\.\]/, `(${letter}+([.]${letter}+){0,})[.]`);
  return `^${escaped.replaceAll(/[*]+/g, `${letter}*`)}$`;
}

/** That of 1.16 to 1.18. */
function until118(pattern: string): string {
  if (pattern === "*") return `(^(${letter}+[.])+$)|(^[.]$)`;
  return `^${pattern.replaceAll(".", "[.]").replaceAll("*", `${letter}*`)}$`;
}

function textsOf(alphabet: string, most: number): readonly string[] {
  let longest = [""];
  const all: string[] = [];
  for (let length = 1; length <= most; length++) {
    longest = longest.flatMap((text) => Array.from(alphabet, (each) => text + each));
    all.push(...longest);
  }
  return all;
}

describe("patterns of names, against the expressions that Cilium makes of them", () => {
  const isPattern = (text: string): boolean => /^(?:[a*]+\.?)+$/.test(text) && !text.includes("..");
  const patterns = textsOf("a*.", 6).filter(isPattern);
  const names = textsOf("ab.", 5).filter((text) => /^(?:[ab]+\.)*[ab]+$/.test(text));

  it.each([
    ["since 1.19", since119, "within-label"],
    ["up to 1.18", until118, "one-label"],
  ] as const)("%s", (_, expressionOf, stars) => {
    const differing = patterns.flatMap((pattern) => {
      // "Sanitize: a pattern is a name of the root, but for the star alone."
      const expression = new RegExp(expressionOf(pattern === "*" || pattern.endsWith(".") ? pattern : `${pattern}.`));
      return names.filter((name) => matchesNamePattern(pattern, name, stars) !== expression.test(`${name}.`));
    });
    expect(patterns.length * names.length).toBeGreaterThan(10_000);
    expect(differing).toEqual([]);
  });
});
