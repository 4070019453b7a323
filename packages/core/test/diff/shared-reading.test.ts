import { type KubeObject, arbitraryCluster } from "@npa/fixtures";
import * as fc from "fast-check";
import { dump } from "js-yaml";
import { describe, expect, it } from "vitest";
import { diffClusters } from "../../src/analysis/diff-clusters.ts";
import type { ConnectivityDiff } from "../../src/answers/diff.ts";
import type { SourceText } from "../../src/parse/document.ts";
import { type KnownDocuments, parseSource } from "../../src/parse/parse-source.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

function textOf(objects: readonly KubeObject[]): string {
  return objects.map((object) => dump(object)).join("---\n");
}

/** What is different when nothing is shared: each state read by itself. */
function naive(before: SourceText, after: SourceText): ConnectivityDiff {
  return diffClusters(readManifests([before]), readManifests([after]));
}

describe("what two states share", () => {
  it("is parsed once, and what is told does not change by that", () => {
    let changes = 0;
    let shared = 0;
    const states = fc
      .tuple(arbitraryCluster(), arbitraryCluster(), fc.array(fc.boolean(), { minLength: 5 }))
      .map(([one, other, picked]) => [one, [...one.filter((_, i) => picked[i % picked.length]), ...other]] as const);
    fc.assert(
      fc.property(states, ([one, other]) => {
        const [before, after] = [
          { name: "old.yaml", text: textOf(one) },
          { name: "new.yaml", text: `# moved\n${textOf(other)}` },
        ];
        const known: KnownDocuments = new Map();
        const old = readManifests([before], { known });
        const both = new Set([...one, ...other].map((object) => dump(object))).size;
        const now = readManifests([after], { known });
        shared += one.length + other.length - both;
        expect(known.size).toBeLessThanOrEqual(both);
        const diff = diffClusters(old, now);
        changes += diff.changeCount + diff.newFindings.length + diff.fixedFindings.length;
        expect(diff).toEqual(naive(before, after));
      }),
      { numRuns: 15 },
    );
    expect(changes).toBeGreaterThan(20);
    expect(shared).toBeGreaterThan(20);
  });

  it("keeps its problems and variables", () => {
    const known: KnownDocuments = new Map();
    const text = "a: ${X}\n---\nb: [1\n---\nkind: Pod\nkind: Pod\n";
    const read = (x: string): unknown => {
      const problems: unknown[] = [];
      const variables = new Map([["X", x]]);
      const parsed = parseSource({ name: "a.yaml", text }, { wants: () => true, variables, known }, (problem) =>
        problems.push(problem),
      );
      return [parsed.documents.map(({ value }) => value), problems];
    };
    const [first, second] = [read("1"), read("2")];
    expect(first).toMatchObject([
      [{ a: 1 }, { kind: "Pod" }],
      [expect.anything(), expect.anything()],
    ]);
    expect(second).toMatchObject([
      [{ a: 2 }, { kind: "Pod" }],
      [expect.anything(), expect.anything()],
    ]);
  });

  it("is not asked again where the states are one", () => {
    fc.assert(
      fc.property(arbitraryCluster(), (objects) => {
        const source = { name: "c.yaml", text: textOf(objects) };
        const cluster = readManifests([source]);
        expect(diffClusters(cluster, cluster)).toEqual(naive(source, source));
      }),
      { numRuns: 10 },
    );
  });
});
