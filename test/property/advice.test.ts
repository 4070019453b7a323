import { fixSources } from "@npa/core/edit";
import { type Finding, analyzeCluster, readManifests } from "@npa/core";
import { arbitraryScenario } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AdviceInput, adviceInputs } from "./advice-inputs.ts";
import { followAdvice } from "./follow-advice.ts";
import { isNamed, trafficIn } from "./named-traffic.ts";
import { propertyRuns } from "./runs.ts";

const { runs, wanted } = propertyRuns(20);

const grave: ReadonlySet<string> = new Set(["critical", "high", "medium"]);

function findingsOf(texts: readonly string[]): readonly Finding[] {
  return analyzeCluster(readManifests(texts.map((text, i) => ({ name: `${i}.yaml`, text })))).findings;
}

function keyOf({ ruleId, object }: Finding): string {
  return `${ruleId} ${object.kind} ${object.namespace ?? ""}/${object.name}`;
}

function gravesOf(findings: readonly Finding[]): readonly string[] {
  return findings.filter(({ severity }) => grave.has(severity)).map(keyOf);
}

/** The findings of medium or more that are there after a change and were not before. */
function raised(before: readonly Finding[], after: readonly Finding[]): readonly string[] {
  const known = new Set(gravesOf(before));
  return gravesOf(after).filter((key) => !known.has(key));
}

const scenarios: fc.Arbitrary<AdviceInput> = fc.oneof(
  adviceInputs,
  arbitraryScenario({ packets: 1, maxPods: 6 }).map(({ objects }) => ({
    texts: objects.map((object) => JSON.stringify(object)),
  })),
);

/** Whether a finding is there still: of several rules of one policy the same may be said, and one of them is mended. */
function isTold(finding: Finding, before: readonly Finding[], after: readonly Finding[]): boolean {
  const isWhole = finding.fix?.manifest !== undefined;
  const isSame = (each: Finding): boolean =>
    keyOf(each) === keyOf(finding) && (isWhole || each.message === finding.message);
  const left = after.filter(isSame).length;
  return left > 0 && left >= before.filter(isSame).length;
}

/** How often names do not resolve, routes lead nowhere, or one side does not admit what the other names. */
function cutOff(findings: readonly Finding[]): number {
  const cuts = new Set(["missing-dns-egress", "dns-ingress-blocked", "declared-route-blocked", "one-sided-allow"]);
  return findings.filter(({ ruleId }) => cuts.has(ruleId)).length;
}

describe("advice", () => {
  it("a manifest or a change that a finding offers removes it and raises nothing of medium or more", () => {
    const offered = { manifest: 0, changes: 0 };
    fc.assert(
      fc.property(scenarios, ({ texts }) => {
        const before = findingsOf(texts);
        for (const finding of before) {
          const { fix } = finding;
          if (fix === undefined || fix.kind === "manual") continue;
          if (fix.manifest === undefined && fix.changes === undefined) continue;
          offered[fix.manifest === undefined ? "changes" : "manifest"]++;
          const after = findingsOf(followAdvice(texts, fix));
          expect({ fix, raised: raised(before, after) }).toEqual({ fix, raised: [] });
          expect({ fix, isTold: isTold(finding, before, after) }).toEqual({ fix, isTold: false });
          expect(cutOff(after)).toBeLessThanOrEqual(cutOff(before));
        }
      }),
      { numRuns: runs },
    );
    expect(offered.manifest).toBeGreaterThan(wanted(5));
    expect(offered.changes).toBeGreaterThan(wanted(5));
  });

  it("what a suggestion takes away no policy names on purpose", () => {
    let cut = 0;
    fc.assert(
      fc.property(adviceInputs, ({ texts }) => {
        const before = trafficIn(texts);
        for (const { fix } of findingsOf(texts)) {
          if (fix?.kind !== "suggested" || (fix.manifest ?? fix.changes) === undefined) continue;
          const left = trafficIn(followAdvice(texts, fix));
          const lost = [...before].filter((each) => !left.has(each));
          cut += lost.length;
          const named = lost.filter((each) => isNamed(texts, each));
          expect({ fix, named }).toEqual({ fix, named: [] });
        }
      }),
      { numRuns: runs },
    );
    expect(cut).toBeGreaterThan(wanted(5));
  });

  it("suggestions that are made raise nothing of medium or more, and remove what they are for", () => {
    let made = 0;
    fc.assert(
      fc.property(scenarios, ({ texts }) => {
        const sources = texts.map((text, i) => ({ name: `${i}.yaml`, text }));
        const read = (changed: readonly { readonly name: string; readonly text: string }[]) => readManifests(changed);
        const findings = (cluster: ReturnType<typeof read>): readonly Finding[] => analyzeCluster(cluster).findings;
        const before = findings(read(sources));
        const result = fixSources({ sources, read, findings, suggested: true });
        const after = findings(result.cluster);
        expect(raised(before, after)).toEqual([]);
        // Nothing at all is found of what npa itself has written.
        const nameOf = ({ kind, namespace, name }: Finding["object"]): string => `${kind} ${namespace}/${name}`;
        const policies = new Set(read(sources).policies.map(({ ref }) => nameOf(ref)));
        const written = new Set(
          result.cluster.policies.map(({ ref }) => nameOf(ref)).filter((key) => !policies.has(key)),
        );
        expect(
          after
            .filter(({ object }) => written.has(nameOf(object)))
            .map(({ ruleId, message }) => `${ruleId}: ${message}`),
        ).toEqual([]);
        made += result.made.filter(({ kind }) => kind === "suggested").length;
      }),
      { numRuns: runs },
    );
    expect(made).toBeGreaterThan(wanted(5));
  });

  it("--fix takes no restriction out: what was undone before is undone after, and nothing graver comes or goes", () => {
    fc.assert(
      fc.property(scenarios, ({ texts }) => {
        const sources = texts.map((text, i) => ({ name: `${i}.yaml`, text }));
        const read = (changed: readonly { readonly name: string; readonly text: string }[]) => readManifests(changed);
        const findings = (cluster: ReturnType<typeof read>): readonly Finding[] => analyzeCluster(cluster).findings;
        const before = findings(read(sources));
        const result = fixSources({ sources, read, findings, suggested: false });
        const undone = (all: readonly Finding[]): readonly string[] =>
          [
            ...new Set(
              all
                .filter(({ ruleId }) => /restriction-undone|except-reallowed/.test(ruleId))
                .map(({ object }) => `${object.namespace}`),
            ),
          ].toSorted();
        expect(undone(findings(result.cluster))).toEqual(undone(before));
      }),
      { numRuns: runs },
    );
  });

  it("nothing is said twice", () => {
    fc.assert(
      fc.property(scenarios, ({ texts }) => {
        const said = findingsOf(texts).map(
          ({ ruleId, message, location }) => `${ruleId} ${message} ${location?.file}:${location?.path}`,
        );
        expect(new Set(said).size).toBe(said.length);
      }),
      { numRuns: runs },
    );
  });
});
