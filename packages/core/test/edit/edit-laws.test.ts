import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Document, visit } from "yaml";
import type { Change } from "../../src/edit/change.ts";
import { changedValue, sameValue } from "../../src/edit/change-value.ts";
import { kubectlReader } from "../../src/fix/kubectl-reader.ts";
import type { RawValue } from "../../src/parse/document.ts";
import { edit } from "./edit.ts";

const peer = fc.oneof(
  fc.record({
    podSelector: fc.record({
      matchLabels: fc.dictionary(fc.constantFrom("app", "tier"), fc.constantFrom("a", "yes", "1")),
    }),
  }),
  fc.record({
    ipBlock: fc.record({
      cidr: fc.constantFrom("10.0.0.0/8", "::/0"),
      except: fc.array(fc.constant("10.1.0.0/16"), { maxLength: 2 }),
    }),
  }),
);
const port = fc.record({ port: fc.oneof(fc.nat(65535), fc.constant("http")), protocol: fc.constantFrom("TCP", "UDP") });
const rule = fc.record(
  { from: fc.array(peer, { maxLength: 3 }), ports: fc.array(port, { maxLength: 3 }) },
  { requiredKeys: [] },
);
const policy = fc.record({
  apiVersion: fc.constant("networking.k8s.io/v1"),
  kind: fc.constant("NetworkPolicy"),
  metadata: fc.record({ name: fc.constantFrom("a", "b-c"), namespace: fc.constant("shop") }),
  spec: fc.record({ podSelector: fc.constant({}), ingress: fc.array(rule, { minLength: 1, maxLength: 4 }) }),
});

/** How a policy is written down. */
const style = fc.record({
  indent: fc.constantFrom(2, 4),
  indentSeq: fc.boolean(),
  flowFrom: fc.constantFrom(2, 4, 5, 99),
  comments: fc.array(fc.nat(40), { maxLength: 6 }),
  crlf: fc.boolean(),
  quotes: fc.constantFrom("PLAIN" as const, "QUOTE_DOUBLE" as const, "QUOTE_SINGLE" as const),
  lastBreak: fc.boolean(),
  aliases: fc.boolean(),
});

/** Prints a value in a style. Comments stand on lines of their own and behind values, each with a number. */
function printed(value: unknown, how: typeof style extends fc.Arbitrary<infer S> ? S : never): string {
  const document = new Document(how.aliases ? shared(value) : value);
  visit(document, {
    Collection: (_, node, path) => {
      if (path.length >= how.flowFrom * 2) node.flow = true;
    },
  });
  const { indent, indentSeq } = how;
  const text = document.toString({
    indent,
    indentSeq,
    lineWidth: 0,
    defaultStringType: how.quotes,
    defaultKeyType: "PLAIN",
  });
  const lines = text.trimEnd().split("\n");
  for (const [i, at] of how.comments.entries()) {
    const index = at % lines.length;
    const line = lines[index] ?? "";
    if (i % 2 === 0) lines[index] = `${line} # c${i}`;
    else lines.splice(index, 0, `${/^ */.exec(line)?.[0] ?? ""}# c${i}`);
  }
  return (lines.join("\n") + (how.lastBreak ? "\n" : "")).replaceAll("\n", how.crlf ? "\r\n" : "\n");
}

/** The same value, in which equal mappings and lists are one object: it is printed with anchors and aliases. */
function shared(value: unknown, known: Map<string, unknown> = new Map()): unknown {
  if (typeof value !== "object" || value === null) return value;
  const key = JSON.stringify(value);
  if (!known.has(key)) {
    const own = Array.isArray(value)
      ? value.map((item) => shared(item, known))
      : Object.fromEntries(Object.entries(value).map(([name, child]) => [name, shared(child, known)]));
    known.set(key, own);
  }
  return known.get(key);
}

/** All paths below the rules of a policy, and the rules. */
function pathsOf(value: RawValue, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, child]) =>
      pathsOf(child, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

const change = fc.record({ pick: fc.nat(1000), type: fc.constantFrom("delete", "set", "put", "append") });

function changeOf(value: RawValue, { pick, type }: { readonly pick: number; readonly type: string }): Change {
  const paths = pathsOf(value).filter(({ length }) => length >= 2);
  const path = paths[pick % paths.length] ?? [];
  if (type === "set") return { type, path, value: "it's new" };
  if (type === "put") return { type, path, key: "added", value: ["x", "y: z"] };
  if (type === "append") return { type, path, value: { port: 53, on: ["no", { a: "#" }] } };
  return { type: "delete", path };
}

describe("an edit of a policy in any style", () => {
  it("gives exactly the changed value, or is refused; and keeps all lines but those it is about", () => {
    let made = 0;
    let tried = 0;
    fc.assert(
      fc.property(policy, style, fc.array(change, { minLength: 1, maxLength: 3 }), (object, how, picks) => {
        const other = printed({ kind: "Other", text: "# no comment" }, { ...how, lastBreak: true });
        const lineBreak = how.crlf ? "\r\n" : "\n";
        const text = `${other}---${lineBreak}${printed(object, how)}`;
        const value = kubectlReader.values(text).values[1] ?? null;
        const changes = picks.map((pick) => changeOf(value, pick));
        tried++;
        const line = other.split("\n").length + 1;
        const result = edit(text, changes, line);
        if (result.status === "refused") return;
        made++;
        const [first, second, more] = kubectlReader.values(result.text).values;
        expect(more).toBeUndefined();
        expect(sameValue(first ?? null, kubectlReader.values(other).values[0] ?? null)).toBe(true);
        expect(sameValue(second ?? null, changedValue(value, changes) ?? null)).toBe(true);
        // What is outside of the replaced ranges is there, in order and to the character.
        let from = 0;
        let at = 0;
        for (const { start, end, newText } of result.replacements) {
          expect(result.text.slice(at, at + start - from)).toBe(text.slice(from, start));
          at += start - from + newText.length;
          from = end;
          expect(newText.replaceAll("\r\n", "")).not.toMatch(how.crlf ? /[\r\n]/ : /\r/);
        }
        expect(result.text.slice(at)).toBe(text.slice(from));
      }),
      { numRuns: 400 },
    );
    // Many edits must be possible, or the law says little. The share is random: about 0.4 on the average.
    expect(made / tried).toBeGreaterThan(0.1);
  });

  it("deletes no comment", () => {
    let made = 0;
    fc.assert(
      fc.property(policy, style, fc.nat(3), (object, how, pick) => {
        const text = printed(object, { ...how, flowFrom: 99 });
        const index = pick % object.spec.ingress.length;
        const result = edit(text, [{ type: "delete", path: ["spec", "ingress", index] }]);
        if (result.status === "refused") return;
        made++;
        const comments = (of: string): readonly string[] => of.split(/\r?\n/).filter((line) => /^\s*#/.test(line));
        expect(comments(result.text)).toEqual(comments(text));
      }),
      { numRuns: 150 },
    );
    expect(made).toBeGreaterThan(5);
  });
});
