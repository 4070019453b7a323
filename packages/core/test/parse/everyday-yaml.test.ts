import * as fc from "fast-check";
import { dump } from "js-yaml";
import { describe, expect, it } from "vitest";
import type { RawValue } from "../../src/parse/document.ts";
import { everydayEvents } from "../../src/parse/everyday-events.ts";
import { everydayYaml } from "../../src/parse/everyday-yaml.ts";
import { KnownText } from "../../src/parse/known-text.ts";
import { documentEvents } from "../../src/parse/yaml-events.ts";
import { yamlValue } from "../../src/parse/yaml-values.ts";

/** What the YAML parser reads; undefined for what it refuses and for duplicate keys, which the fast reader leaves to it. */
function slowly(text: string): RawValue | undefined {
  let duplicates = 0;
  try {
    const value = yamlValue(documentEvents(text), () => duplicates++);
    return duplicates === 0 ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Where the fast reader has events, they are those of the YAML parser. Gives whether it has any. */
function agreeOnEvents(text: string): boolean {
  const events = everydayEvents(text);
  if (events !== undefined) expect(events).toEqual(documentEvents(text).events);
  return events !== undefined;
}

const plain = (value: RawValue | undefined): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));

const manifest = `# A policy
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy # the kind
metadata:
  name: "a"
  labels: {app: web, 'tier': "front", n: 1}
  annotations:
    text: |
      one

        two
    folded: >-
      three
      four

    url: http://x/y#z
    escaped: "a\\n\\u00e9"
spec:
  podSelector: {}
  # nothing
  ingress:
  - from:
      - podSelector:
          matchLabels: {}
      -
        ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16, "10.2.0.0/16"]}
    ports:
      - {port: 80}
      - port: 0x50
        protocol: TCP
  -
  egress: []
  policyTypes:
    - Ingress
    - - nested
      - -1
  empty:
  yes: no
`;

describe("everyday YAML is read without the YAML parser, and as the YAML parser reads it", () => {
  it.each([
    ["a manifest", manifest],
    ["a manifest with CRLF", manifest.replaceAll("\n", "\r\n")],
    ["no line end", "a: b"],
    ["a block text at the end", "a: |+\n  b\n\n"],
  ])("%s", (_name, text) => {
    expect(everydayYaml(text)).toBeDefined();
    expect(everydayYaml(text)).toEqual(slowly(text));
  });

  it.each([
    "a: &x 1",
    "a: *x",
    "a: !t b",
    "<<: {a: 1}",
    "? a\n: b",
    "a: b\n  c",
    "a: 'b\n  c'",
    "a: [b,\n  c]",
    "a: 1\na: 2",
    "a: .inf",
    "~: a",
    "a: b: c",
    "a: 'b' c",
    "a:\tb",
    "a: \ud83d\ude00",
    'a: "\\x41"',
    "a: |2\n   b",
    "a: |\n\n  b",
    "a: {b: }",
    "a: [b: c]",
    "- a\nb: c",
    "a: b\n- c",
    "a:\n    b: 1\n  c: 2",
    "text",
    "",
    "a",
    "--- {a: b}",
    "a: @b",
    "a: b\n c: d",
    "a: - b",
    "a: it''s\n?",
    "\ufeffa: b",
    "a: b\rc: d",
  ])("%j is left to it", (text) => {
    expect(everydayYaml(text)).toBeUndefined();
  });

  it("whatever is generated", () => {
    const indent = fc.nat({ max: 5 }).map((n) => " ".repeat(n));
    const start = fc.constantFrom(
      "",
      "- ",
      "-",
      "- - ",
      "-  ",
      "k: ",
      "k:",
      "a: ",
      "b:",
      "- a: ",
      "- b:",
      "'q': ",
      '"q": ',
      "y: ",
      "1: ",
      "# ",
      "k : ",
      "k#: ",
      "a:b: ",
      "-a: ",
      "- -",
    );
    const end = fc.constantFrom(
      "",
      "v",
      "1",
      "'x'",
      '"x"',
      '"x\\n"',
      "[]",
      "{}",
      "[a, 'b', {c: d}]",
      "{a: [1], b: -1}",
      "{a: b, a: c}",
      "[a,]",
      "|",
      "|-",
      "|+",
      ">",
      ">-",
      "v # c",
      "v#c",
      " # c",
      "#c",
      "v: w",
      "v:",
      "spec:",
      "'x' # c",
      "'x'#c",
      "- z",
      "-z",
      "null",
      "~",
      "[a",
      "é",
      "v  ",
      "  ",
      "a b",
      "{a: b}c",
      "[a]:",
      "'it''s'",
      ".",
      "http://x",
      "08",
      "-",
      "'",
      "{'a': 1}",
      "{a:1}",
      "[a:b]",
      "[-]",
      "[-x, --y]",
      "{y: y}",
    );
    const line = fc.tuple(indent, start, end).map((parts) => parts.join(""));
    const text = fc.tuple(
      fc.array(line, { minLength: 1, maxLength: 9 }),
      fc.constantFrom("\n", "\n", "\r\n"),
      fc.boolean(),
    );
    let [everyday, withEvents] = [0, 0];
    const known = new KnownText();
    fc.assert(
      fc.property(text, ([lines, ending, ends]) => {
        const document = lines.join(ending) + (ends ? ending : "");
        if (agreeOnEvents(document)) withEvents++;
        const value = everydayYaml(document, known);
        if (value === undefined) return;
        everyday++;
        expect(plain(value)).toEqual(plain(slowly(document)));
      }),
      { numRuns: 20_000 },
    );
    expect(everyday).toBeGreaterThan(500);
    expect(withEvents).toBeGreaterThan(300);
  });

  it("whatever is well indented", () => {
    const word = fc.constantFrom(
      "a",
      "b",
      "spec",
      "labels",
      "web-1",
      "y",
      "0x10",
      "10.0.0.0/8",
      "a b",
      "x\ny\n",
      "x\n\n y",
      "",
      "é",
      "a: b",
      "- a",
      "1e3",
      "{}",
      "it's",
      "#",
      "a #b",
      "\n",
      " a",
    );
    const { node } = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        word,
        fc.integer(),
        fc.constant(null),
        fc.array(tie("node"), { maxLength: 4 }),
        fc.dictionary(word, tie("node"), { maxKeys: 4 }),
      ),
    }));
    let [everyday, withEvents] = [0, 0];
    const known = new KnownText();
    fc.assert(
      fc.property(node, fc.nat({ max: 3 }), fc.boolean(), (value, flowLevel, seqNoIndent) => {
        const document = dump(value, { seqNoIndent, flowLevel: flowLevel === 0 ? -1 : flowLevel });
        if (agreeOnEvents(document)) withEvents++;
        const read = everydayYaml(document, known);
        if (read === undefined) return;
        everyday++;
        expect(plain(read)).toEqual(plain(slowly(document)));
      }),
      { numRuns: 2000 },
    );
    expect(everyday).toBeGreaterThan(200);
    expect(withEvents).toBeGreaterThan(100);
  });

  it("has the events of what tools write, behind a separator too", () => {
    const written = `kind: NetworkPolicy # a comment
metadata:
  name: "a"
  annotations: {}
spec:
  podSelector:
    matchLabels:
      app: 'web'
  ingress:
  - from:
      - ipBlock:
          cidr: fe80::/10
          except: []
    # ports
    ports:
    - port: 80
      protocol: TCP
  -
  empty:
  policyTypes:
    - - Ingress
      - Egress
`;
    expect(agreeOnEvents(written)).toBe(true);
    expect(agreeOnEvents(written.replaceAll("\n", "\r\n"))).toBe(true);
    expect(agreeOnEvents(`# first\n---\n${written}`)).toBe(true);
    expect(agreeOnEvents(`--- # no\n${written}`)).toBe(false);
  });

  it("what is known fits where it stands: nothing is read that is nested too deep", () => {
    const column = 45;
    const nested = (from: number, levels: number): string =>
      Array.from({ length: levels }, (_, i) => `${" ".repeat(from + i)}a:\n`).join("");
    const block = `${" ".repeat(column)}spec:\n${nested(column + 1, 57)}`;
    const known = new KnownText();
    expect(everydayYaml(`a:\n${block}`, known)).toBeDefined();
    const deep = nested(0, column) + block;
    expect(slowly(deep)).toBeUndefined();
    expect(everydayYaml(deep, known)).toBeUndefined();
  });

  it("mappings have no prototype", () => {
    const value = everydayYaml("__proto__:\n  a: {__proto__: 1}\n") as { readonly __proto__: object };
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.keys(value)).toEqual(["__proto__"]);
  });
});
