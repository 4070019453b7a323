import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConnectionChange } from "../../src/answers/diff.ts";
import { suggestedChangesText } from "../../src/report/suggested-changes-text.ts";

const everything = { all: true, ports: {} };
const web = { all: false, ports: { TCP: ["80"] } };

function removed(source: string, target: string, before = everything): ConnectionChange {
  return { type: "removed", source, target, before };
}

describe("suggestedChangesText", () => {
  it("puts alike ones together, the cut ones first", () => {
    const changes: readonly ConnectionChange[] = [
      { type: "added", source: "a/x", target: "a/z", after: web },
      { type: "changed", source: "a/x", target: "b/y", before: everything, after: web },
      removed("external", "a/x"),
      ...["a/x", "a/y", "a/z"].flatMap((source) => ["b/u", "b/v"].map((target) => removed(source, target))),
      removed("a/x", "b/w"),
    ];
    expect(suggestedChangesText(changes)).toEqual([
      "the suggestions change 10 connections: 1 added, 8 removed, 1 changed",
      "  - a/x -> b/u, b/v, b/w: All (3 connections)",
      "  - a/y, a/z -> b/u, b/v: All (4 connections)",
      "  - external -> a/x: All",
      "  ~ a/x -> b/y: All becomes TCP 80",
      "  + a/x -> a/z: TCP 80",
    ]);
  });

  it("tells what may change behind what does, and counts it apart", () => {
    const changes: readonly ConnectionChange[] = [
      { type: "removed", source: "a/y", target: "a/x", before: web, uncertain: true },
      { type: "changed", source: "a/x", target: "b/y", before: web, after: web, nowCertain: web, uncertain: true },
      { type: "added", source: "a/x", target: "a/z", after: web },
    ];
    expect(suggestedChangesText(changes)).toEqual([
      "the suggestions change 1 connection: 1 added, 0 removed, 0 changed; 2 more may change, which hangs on facts that the input does not give",
      "  + a/x -> a/z: TCP 80",
      "  maybe - a/y -> a/x: TCP 80",
      "  maybe ~ a/x -> b/y: TCP 80 becomes certain",
    ]);
  });

  it("says in one line who is cut off from all others, and what they lose beside", () => {
    const ends = ["a/x", "a/y", "a/z", "b/u"];
    const mesh = ends.flatMap((source) => ends.flatMap((target) => (source === target ? [] : removed(source, target))));
    const more = [...ends.map((source) => removed(source, "b/w")), removed("a/x", "a/x"), removed("a/z", "a/z")];
    expect(suggestedChangesText([...mesh, ...more])).toEqual([
      "the suggestions change 18 connections: 0 added, 18 removed, 0 changed",
      "  - a/x, a/y, a/z, b/u -> each other: All (12 connections)",
      "  - a/x, a/z -> themselves: All (2 connections)",
      "  - a/x, a/y, a/z, b/u -> b/w: All (4 connections)",
    ]);
  });

  it("says each connection once", () => {
    const end = fc.constantFrom("a/x", "a/y", "b/z", "external");
    const change = fc
      .record({ type: fc.constantFrom("added", "removed"), source: end, target: end, isWeb: fc.boolean() })
      .map(({ type, source, target, isWeb }): ConnectionChange => {
        const ports = isWeb ? web : everything;
        return { type, source, target, ...(type === "added" ? { after: ports } : { before: ports }) };
      });
    const few = fc.uniqueArray(change, {
      selector: ({ source, target }) => `${source} ${target}`,
      maxLength: 16,
    });
    const ends = fc.uniqueArray(fc.constantFrom("a/x", "a/y", "b/z", "b/u"), { minLength: 3 });
    const mesh = ends.map((all) => all.flatMap((source) => all.map((target) => removed(source, target))));
    const changes = fc.oneof(
      few,
      fc.tuple(mesh, fc.array(fc.nat(15), { maxLength: 3 }), few).map(([all, gone, more]) => {
        const kept = all.filter((_, i) => !gone.includes(i));
        const isNew = ({ source, target }: ConnectionChange): boolean =>
          !kept.some((each) => each.source === source && each.target === target);
        return [...kept, ...more.filter(isNew)];
      }),
    );
    let circles = 0;
    fc.assert(
      fc.property(changes, (all) => {
        const said = suggestedChangesText(all)
          .slice(1)
          .flatMap((line) => {
            const [, sign, sources = "", targets = "", ports] =
              /^ {2}([-+]) (.*) -> (.*): (All|TCP 80)(?: \(\d+ connections\))?$/.exec(line) ?? [];
            const names = sources.split(", ");
            if (targets === "each other") circles++;
            return names.flatMap((source) => {
              if (targets === "themselves") return [[sign, source, source, ports].join(" ")];
              const others = targets === "each other" ? names.filter((name) => name !== source) : targets.split(", ");
              return others.map((target) => [sign, source, target, ports].join(" "));
            });
          });
        const meant = all.map(({ type, source, target, before, after }) =>
          [type === "added" ? "+" : "-", source, target, (before ?? after)?.all === true ? "All" : "TCP 80"].join(" "),
        );
        expect(said.toSorted()).toEqual(meant.toSorted());
      }),
      { numRuns: 100 },
    );
    expect(circles).toBeGreaterThan(10);
  });
});
