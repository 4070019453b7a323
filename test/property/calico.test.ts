import {
  arbitraryBrokenSelector,
  arbitraryCalicoScenario,
  arbitraryCalicoSelector,
  arbitraryCompletion,
  calicoSelectorMatches,
  createOracle,
  type KubeObject,
  type Packet,
  type Verdict,
} from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { selects } from "../../packages/core/src/semantics/calico/evaluate-selector.ts";
import { parseSelector } from "../../packages/core/src/semantics/calico/parse-selector.ts";
import { podBoxes } from "../../packages/core/src/semantics/calico/selector-boxes.ts";
import { SelectorError } from "../../packages/core/src/semantics/calico/selector-tokens.ts";
import { matchesSelector } from "../../packages/core/src/semantics/match-selector.ts";
import { parseAddress } from "../../packages/core/src/sets/address.ts";
import { denseSizes, engineVerdicts, expectPairs, reach } from "./relation.ts";

const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? 40);

/** A cluster, and the same with what it leaves open filled in: labels of namespaces and accounts, addresses of Pods. */
const completed = arbitraryCalicoScenario({ assumptions: true, packets: 10 }).chain((scenario) =>
  arbitraryCompletion(scenario.objects).map((objects) => ({ scenario, completion: { ...scenario, objects } })),
);

/** A pod that has no address of the family of an address outside never speaks with it, and nothing is made of it. */
function mayBeSent({ from, to }: Packet, objects: readonly KubeObject[]): boolean {
  const outside = [from, to].map(parseAddress).find((parsed) => parsed !== undefined);
  const pod = objects.find(({ kind, metadata }) => kind === "Pod" && [from, to].includes(idOf(metadata as Metadata)));
  const { podIPs = [] } = (pod?.["status"] ?? {}) as { readonly podIPs?: readonly { readonly ip: string }[] };
  return (
    outside === undefined || podIPs.length === 0 || podIPs.some(({ ip }) => parseAddress(ip)?.family === outside.family)
  );
}

/** Where NetworkPolicies alone decide, a pod is taken to have both families: that cannot hold for all that is filled in. */
function hasBlockOfSix(objects: readonly KubeObject[]): boolean {
  return objects.some(
    ({ apiVersion, spec }) =>
      apiVersion === "networking.k8s.io/v1" && /"cidr":"[\da-f]*:/.test(JSON.stringify(spec ?? {})),
  );
}

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
}

function idOf({ namespace = "default", name }: Metadata): string {
  return `${namespace}/${name}[Pod]`;
}

describe("policies of Calico", () => {
  it("the engine agrees with the naive oracle, and what it is sure of holds whatever is filled in", () => {
    const seen = new Set<Verdict>();
    fc.assert(
      fc.property(completed, denseSizes, ({ scenario, completion }, denseSize) => {
        const oracle = createOracle(completion.objects, completion.assumptions);
        const open = engineVerdicts(reach(scenario, denseSize, true));
        const known = engineVerdicts(reach(completion, denseSize, true));
        for (const packet of scenario.packets) {
          if (packet.from === packet.to || !mayBeSent(packet, completion.objects)) continue;
          const expected = oracle.verdict(packet);
          const verdicts = known(packet);
          seen.add(expected);
          expect({ packet, verdicts }).toEqual({ packet, verdicts: [expected] });
          // In a closed world what is filled in is another cluster.
          if (scenario.assumptions.unknownNamespaceLabels === "absent") continue;
          if (hasBlockOfSix(scenario.objects)) continue;
          for (const sure of open(packet))
            if (sure !== "unknown" && expected !== "unknown")
              expect({ packet, sure }).toEqual({ packet, sure: expected });
        }
      }),
      { numRuns: runs },
    );
    expect([...seen].toSorted()).toEqual(["no", "unknown", "yes"]);
  });

  it("where network sets, host endpoints or tiers are hidden, what is sure holds whatever they are", () => {
    const parts = [["NetworkSet", "GlobalNetworkSet", "HostEndpoint"], ["Tier"]];
    let unsure = 0;
    fc.assert(
      fc.property(
        arbitraryCalicoScenario({ assumptions: true, packets: 10 }),
        fc.constantFrom(...parts, parts.flat()),
        (scenario, kinds) => {
          if (kinds.includes("Tier") && scenario.assumptions.calicoMissingTier === "ignore") return;
          const hidden = kinds.map((kind) => ({
            ref: { apiVersion: "projectcalico.org/v3", kind, name: "*" },
            reason: "RBAC forbids to list it",
          }));
          const objects = scenario.objects.filter(({ kind }) => !kinds.some((each) => each === kind));
          // By what is hidden the input told that it is Calico.
          if (!objects.some(({ apiVersion }) => apiVersion === "projectcalico.org/v3")) return;
          const full = engineVerdicts(reach(scenario, 1, true));
          const bounded = engineVerdicts(reach({ ...scenario, objects }, 1, true, hidden));
          for (const packet of scenario.packets) {
            // One pod reaches itself, whatever policies say.
            if (packet.from === packet.to) continue;
            const [sure, truth] = [bounded(packet), full(packet)];
            if (sure.includes("unknown")) unsure++;
            else expect({ packet, sure }).toEqual({ packet, sure: truth });
          }
        },
      ),
      { numRuns: Math.ceil(runs / 3) },
    );
    expect(unsure).toBeGreaterThan(0);
  });

  it("lists, counts and what is reached are those of the single pairs", () => {
    fc.assert(
      fc.property(arbitraryCalicoScenario({ assumptions: true, packets: 1 }), denseSizes, (scenario, denseSize) =>
        expectPairs(reach(scenario, denseSize, true)),
      ),
      { numRuns: runs },
    );
  });
});

const keys = ["app", "tier", "projectcalico.org/namespace", "pcns.app"] as const;
const endpoints: fc.Arbitrary<Readonly<Record<string, string>>> = fc.dictionary(
  fc.constantFrom(...keys),
  fc.constantFrom("", "a", "b", "ab", "one"),
);

describe("selectors of Calico", () => {
  it("select what the naive evaluator says, as a tree", () => {
    fc.assert(
      fc.property(arbitraryCalicoSelector(keys), endpoints, (text, labels) => {
        const isGlobal = labels["projectcalico.org/namespace"] === undefined;
        const found = selects(parseSelector(text), { labels, isGlobal });
        expect([text, found]).toEqual([text, calicoSelectorMatches(text, labels) === true ? "yes" : "no"]);
      }),
      { numRuns: runs * 25 },
    );
  });

  it("select the same pods as unions of boxes", () => {
    let undecided = 0;
    fc.assert(
      fc.property(arbitraryCalicoSelector(keys), endpoints, (text, labels) => {
        const boxes = podBoxes(parseSelector(text));
        if (boxes === undefined) undecided++;
        const { "pcns.app": ofNamespace, ...pod } = labels; // of the namespace no box of pods speaks
        const namespace = {
          "kubernetes.io/metadata.name": "one",
          ...(ofNamespace === undefined ? {} : { app: ofNamespace }),
        };
        const isIn = boxes?.some(
          ({ podSelector, namespaceSelector = { requirements: [] } }) =>
            matchesSelector(podSelector, pod) && matchesSelector(namespaceSelector, namespace),
        );
        const endpoint = { ...labels, "projectcalico.org/namespace": "one" };
        if (isIn !== undefined) expect([text, isIn]).toEqual([text, calicoSelectorMatches(text, endpoint)]);
      }),
      { numRuns: runs * 25 },
    );
    expect(undecided).toBeLessThan(runs);
  });

  it("that Calico refuses are refused, at a column within the text", () => {
    let refused = 0;
    fc.assert(
      fc.property(arbitraryBrokenSelector(), (text) => {
        const isSelector = calicoSelectorMatches(text, {}) !== undefined;
        try {
          parseSelector(text);
          expect([text, isSelector]).toEqual([text, true]);
        } catch (error) {
          if (!(error instanceof SelectorError)) throw error;
          refused++;
          expect([text, isSelector]).toEqual([text, false]);
          expect(error.column).toBeGreaterThanOrEqual(1);
          expect(error.column).toBeLessThanOrEqual(text.length + 1);
        }
      }),
      { numRuns: runs * 25 },
    );
    expect(refused).toBeGreaterThan(runs);
  });
});
