import { fixSources } from "@npa/core/edit";
import { type Cluster, type Finding, type Fix, type SourceText, analyzeCluster, readManifests } from "@npa/core";
import { type KubeObject, type Packet, createOracle } from "@npa/fixtures";
import * as fc from "fast-check";
import { loadAll } from "js-yaml";
import { describe, expect, it } from "vitest";
import { everyKind } from "./advice-kinds.ts";
import { followAdvice } from "./follow-advice.ts";
import { isNamed, trafficIn } from "./named-traffic.ts";
import { propertyRuns } from "./runs.ts";

const { runs, wanted } = propertyRuns(2);

const grave: ReadonlySet<string> = new Set(["critical", "high", "medium"]);

/** That policies say something twice comes from what was written last. */
const tidiness = /^(?:redundant-|duplicate-policy|mergeable-)/;

/** What isolates pods that were open opens nothing for those that were not: no port but DNS, which is asked for apart. */
const isolates = /^(?:missing-default-deny-|namespace-without-policies|pod-not-isolated-)/;

function sourcesOf(texts: readonly string[]): readonly SourceText[] {
  return texts.map((text, i) => ({ name: `${i}.yaml`, text }));
}

function findingsOf(cluster: Cluster): readonly Finding[] {
  return analyzeCluster(cluster).findings;
}

function nameOf({ kind, namespace, name }: Finding["object"]): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

function keyOf({ ruleId, object }: Finding): string {
  return `${ruleId} ${nameOf(object)}`;
}

/**
 * What is found after a change and was not before, of medium or more and of the tidiness of NetworkPolicies, and what the
 * advice did not say. What a finding brought with it was told, too: without the finding it is told by itself. A policy that
 * gets another name is the one that it was.
 */
function raised(before: readonly Finding[], after: readonly Finding[], advice: readonly Fix[]): readonly string[] {
  const known = new Set(before.map(keyOf));
  const changes = advice.flatMap(({ changes: made = [] }) => made);
  // Of what something graver was found no tidiness is told, and none that rests on it.
  const doubtful = [
    ...new Set(before.filter(({ severity }) => grave.has(severity)).map(({ object }) => nameOf(object))),
  ];
  const isDoubtful = ({ message }: Finding): boolean => doubtful.some((name) => message.includes(name));
  const counts = (finding: Finding): boolean =>
    grave.has(finding.severity) ||
    (tidiness.test(finding.ruleId) && finding.object.kind === "NetworkPolicy" && !isDoubtful(finding));
  const isSaid = ({ object }: Finding): boolean =>
    advice.some(({ description }) => description.includes(nameOf(object)) && /then adds? nothing/.test(description));
  const broughtAlong = new Set(before.flatMap(({ related }) => related.map(({ message }) => message)));
  const oldNames = ({ namespace, name }: Finding["object"]): readonly string[] =>
    changes.flatMap((change) =>
      change.type === "set" &&
      change.path.join(".") === "metadata.name" &&
      change.value === name &&
      change.object.namespace === namespace
        ? [change.object.name]
        : [],
    );
  const isKnown = (finding: Finding): boolean =>
    [finding.object.name, ...oldNames(finding.object)].some((name) =>
      known.has(keyOf({ ...finding, object: { ...finding.object, name } })),
    ) || broughtAlong.has(finding.message);
  return after
    .filter((each) => counts(each) && !isKnown(each) && !isSaid(each))
    .map((each) => `${keyOf(each)}: ${each.message}`);
}

/** Whether a finding is there still: of several rules of one policy the same may be said, and one of them is mended. */
function isTold(finding: Finding, before: readonly Finding[], after: readonly Finding[]): boolean {
  const isWhole = finding.fix?.manifest !== undefined;
  const isSame = (each: Finding): boolean =>
    keyOf(each) === keyOf(finding) && (isWhole || each.message === finding.message);
  const left = after.filter(isSame).length;
  return left > 0 && left >= before.filter(isSame).length;
}

/** A default deny is for pods to come, too: that an earlier tier isolates all that are there now is no mistake of it. */
function isForPodsToCome(ruleId: string): boolean {
  return ruleId === "baseline-never-asked";
}

interface Named {
  readonly name: string;
  readonly namespace?: string;
}

interface Service {
  readonly ports: readonly { readonly targetPort: number }[];
}

/** What the naive oracle refuses of that on which clusters live: DNS for every pod, and the controller at the backends of routes. */
function refused(texts: readonly string[]): ReadonlySet<string> {
  const objects = texts.flatMap((text) => loadAll(text) as readonly KubeObject[]);
  const oracle = createOracle(objects);
  const { pods } = oracle;
  const isNamed = (name: string): readonly string[] => pods.filter((pod) => pod.name === name).map(({ id }) => id);
  const named = (wanted: string, name: string, namespace?: string): KubeObject | undefined =>
    objects.find(({ kind, metadata }) => {
      const has = metadata as Named; // every object of an input has one
      return kind === wanted && has.name === name && has.namespace === namespace;
    });
  const dns = isNamed("coredns").flatMap((to) =>
    pods.flatMap(({ id: from }): readonly Packet[] => [
      { from, to, protocol: "UDP", port: 53 },
      { from, to, protocol: "TCP", port: 53 },
    ]),
  );
  const routed = pods.flatMap(({ id: to, namespace, name }): readonly Packet[] => {
    const service = named("Service", name, namespace)?.["spec"] as Service | undefined; // as adviceInputs makes them
    if (service === undefined || named("Ingress", name, namespace) === undefined) return [];
    return isNamed("controller").map((from) => ({
      from,
      to,
      protocol: "TCP" as const,
      port: service.ports[0]?.targetPort ?? 0,
    }));
  });
  const all = [...dns, ...routed].filter((packet) => oracle.verdict(packet) === "no");
  return new Set(all.map((packet) => JSON.stringify(packet)));
}

describe.each(Object.entries(everyKind))("advice beside %s", (_, inputs) => {
  it("removes its finding, raises nothing, and cuts neither DNS nor routes nor what a policy names on purpose", () => {
    let followed = 0;
    fc.assert(
      fc.property(inputs, ({ texts, isPlain = false }) => {
        const before = findingsOf(readManifests(sourcesOf(texts)));
        const cut = refused(texts);
        const traffic = trafficIn(texts);
        for (const finding of before) {
          const { fix } = finding;
          if (fix === undefined || fix.kind === "manual" || (fix.manifest ?? fix.changes) === undefined) continue;
          followed++;
          const made = followAdvice(texts, fix);
          const after = findingsOf(readManifests(sourcesOf(made)));
          const left = trafficIn(made);
          const lost = [...traffic].filter((each) => !left.has(each));
          expect({
            fix,
            raised: raised(before, after, [fix]),
            isTold: isTold(finding, before, after),
            refused: [...refused(made)].filter((packet) => !cut.has(packet)),
            named: lost.filter((each) => isPlain && isNamed(texts, each)),
            opened: [...left].filter(
              (each) => isolates.test(finding.ruleId) && !traffic.has(each) && !each.includes("external"),
            ),
          }).toEqual({ fix, raised: [], isTold: false, refused: [], named: [], opened: [] });
        }
      }),
      { numRuns: runs },
    );
    expect(followed).toBeGreaterThan(wanted(0));
  });

  it("raises nothing when all of it is followed at once, and nothing is found of what npa wrote", () => {
    fc.assert(
      fc.property(inputs, ({ texts }) => {
        const sources = sourcesOf(texts);
        const given = readManifests(sources);
        const before = findingsOf(given);
        const { cluster } = fixSources({ sources, read: readManifests, findings: findingsOf, suggested: true });
        const after = findingsOf(cluster);
        const advice = before.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
        const own = new Set(given.policies.map(({ ref }) => nameOf(ref)));
        const written = new Set(cluster.policies.map(({ ref }) => nameOf(ref)).filter((name) => !own.has(name)));
        // What only several of the advised policies cover together no advice of one could tell.
        const isOfSeveral = (told: string): boolean => [...written].filter((name) => told.includes(name)).length > 1;
        const told = raised(before, after, advice);
        expect(told.filter((each) => !tidiness.test(each) || !isOfSeveral(each))).toEqual([]);
        const ofNpa = after.filter(({ ruleId, object }) => written.has(nameOf(object)) && !isForPodsToCome(ruleId));
        expect(ofNpa.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
      }),
      { numRuns: runs },
    );
  });
});
