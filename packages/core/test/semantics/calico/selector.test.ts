import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Labels } from "../../../src/model/selector.ts";
import { selects } from "../../../src/semantics/calico/evaluate-selector.ts";
import { parseSelector } from "../../../src/semantics/calico/parse-selector.ts";
import { SelectorError } from "../../../src/semantics/calico/selector-tokens.ts";
import { podBoxes } from "../../../src/semantics/calico/selector-boxes.ts";
import { matchesSelector } from "../../../src/semantics/match-selector.ts";

const labels: Labels = { app: "web", env: "prod", "a.b/c": "x'y" };

function isSelected(text: string, of: Labels = labels): boolean {
  return selects(parseSelector(text), { labels: of, isGlobal: false }) === "yes";
}

function faultOf(text: string): string {
  try {
    parseSelector(text);
    return "none";
  } catch (error) {
    if (error instanceof SelectorError) return `${error.column}: ${error.message}`;
    throw error;
  }
}

describe("Calico's selectors", () => {
  it.each([
    ["", true],
    ["all()", true],
    [" all( ) ", true],
    ["global()", false],
    ["app == 'web'", true],
    ["app=='web'", true],
    ['app == "web"', true],
    ["app != 'db'", true],
    ["missing != 'db'", true],
    ["missing == 'db'", false],
    ["app in {'web', 'db'}", true],
    ["app in {}", false],
    ["app not in {}", true],
    ["app notin {'web'}", false],
    ["missing not in {'web'}", true],
    ["has(app)", true],
    ["!has(app)", false],
    ["!!has(app)", true],
    ["app contains 'e'", true],
    ["app starts with 'w'", true],
    ["app startswith 'b'", false],
    ["app ends with 'eb'", true],
    ["missing contains ''", false],
    ["!missing contains 'x'", true],
    ["has(app) && env == 'dev' || app == 'web'", true],
    ["has(app) && (env == 'dev' || app == 'db')", false],
    ["!(has(app) && env == 'dev')", true],
    [`a.b/c == "x'y"`, true],
    ["has == 'x'", false],
    ["all == 'x' || global != 'y'", true],
    ["in in {'x'} || not notin {'x'}", true],
  ])("%j is %j", (text, expected) => {
    expect(isSelected(text)).toBe(expected);
  });

  it.each([
    ["app", "4: the label app is not followed by ==, !=, in, not in, contains, starts with or ends with"],
    ["app == web", '8: "web" stands where a string in quotes must be'],
    ["app == 'web", "8: the string that starts here has no closing '"],
    ["(app == 'web'", '14: the end stands where ")" must be'],
    ["app == 'web')", '13: ")" stands where the end, && or || must be'],
    ["app in {'a' 'b'}", '13: a string stands where "}" must be'],
    ["has(a, b)", '6: "," stands where ")" must be'],
    ["&& has(a)", '1: "&&" stands where a label, has(...), all() or a bracket must be'],
    ["app = 'a'", '5: "=" has no meaning here'],
    ["a == 'b'\n&& has(c)", '9: "\\n" has no meaning here'],
    ["x".repeat(513), "1: a label key has at most 512 characters"],
    ["a".repeat(1025), "1025: a selector has at most 1024 characters, this one 1025"],
  ])("says what is wrong with %j", (text, fault) => {
    expect(faultOf(text)).toBe(fault);
  });

  it("throws nothing but its own error, whatever the text", () => {
    const pieces = fc.constantFrom(
      "a",
      "has(",
      "all()",
      "in",
      "not",
      "==",
      "!=",
      "'x'",
      "{",
      "}",
      "(",
      ")",
      "&&",
      "||",
      "!",
      ",",
      " ",
      "\t",
      "contains",
      "\u0000",
      "ü",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        expect(faultOf(parts.join(""))).toEqual(expect.any(String));
      }),
      { numRuns: 2000 },
    );
  });
});

const key = fc.constantFrom("a", "b", "pcns.t", "projectcalico.org/namespace", "projectcalico.org/orchestrator");
const value = fc.constantFrom("x", "xy", "k8s", "n1");
const quoted = value.map((each) => `'${each}'`);
const test = fc.oneof(
  fc
    .tuple(key, fc.constantFrom("==", "!=", "contains", "starts with", "ends with"), quoted)
    .map((parts) => parts.join(" ")),
  fc
    .tuple(key, fc.constantFrom("in", "not in"), fc.array(quoted, { maxLength: 2 }))
    .map(([name, operator, set]) => `${name} ${operator} {${set.join(", ")}}`),
  key.map((name) => `has(${name})`),
  fc.constantFrom("all()", "global()"),
);
const selector = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    test,
    tie("tree").map((tree) => `!(${tree})`),
    fc
      .tuple(tie("tree"), fc.constantFrom("&&", "||"), tie("tree"))
      .map(([a, operator, b]) => `(${a}) ${operator} (${b})`),
  ),
})).tree;
const labelsOf = (keys: readonly string[]): fc.Arbitrary<Labels> => fc.dictionary(fc.constantFrom(...keys), value);

describe("boxes of a selector", () => {
  it("select the pods that the selector selects, whatever labels pods and namespaces have", () => {
    fc.assert(
      fc.property(selector, labelsOf(["a", "b"]), labelsOf(["t"]), (text, pod, namespace) => {
        const tree = parseSelector(text);
        const named = { ...namespace, "kubernetes.io/metadata.name": "n1" };
        const boxes = podBoxes(tree);
        if (boxes === undefined) return;
        const inBox = boxes.some(
          (box) =>
            matchesSelector(box.podSelector, pod) &&
            matchesSelector(box.namespaceSelector ?? { requirements: [] }, named),
        );
        const ofNamespace = Object.fromEntries(Object.entries(namespace).map(([name, each]) => [`pcns.${name}`, each]));
        const endpoint = {
          ...ofNamespace,
          ...pod,
          "projectcalico.org/namespace": "n1",
          "projectcalico.org/orchestrator": "k8s",
        };
        expect([text, inBox]).toEqual([text, selects(tree, { labels: endpoint, isGlobal: false }) === "yes"]);
      }),
      { numRuns: 2000 },
    );
  });

  it("are given up on when there are too many", () => {
    const pairs = Array.from({ length: 20 }, (_, i) => `(a${i} == 'x' || b${i} == 'x')`);
    expect(podBoxes(parseSelector(pairs.join(" && ")))).toBeUndefined();
  });
});
