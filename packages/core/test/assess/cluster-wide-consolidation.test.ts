import { arbitraryTieredScenario, createOracle, type KubeObject } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assess } from "../../src/assess/assess.ts";
import { defaultAssumptions } from "../../src/model/assumptions.ts";
import { Reachability } from "../../src/reachability/reachability.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { assessmentOf } from "./read.ts";

function admin(name: string, priority: number, spec: string, tier = "Admin"): string {
  return `---
apiVersion: policy.networking.k8s.io/v1beta1
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec: { tier: ${tier}, priority: ${priority}, ${spec} }
`;
}

function calico(name: string, order: number, spec: string, namespace?: string): string {
  return `---
apiVersion: projectcalico.org/v3
kind: ${namespace === undefined ? "GlobalNetworkPolicy" : "NetworkPolicy"}
metadata: { name: ${name}${namespace === undefined ? "" : `, namespace: ${namespace}`} }
spec: { order: ${order}, ${spec} }
`;
}

function cilium(name: string, spec: string): string {
  return `---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: { name: ${name} }
spec: { ${spec} }
`;
}

const everybody = "subject: { namespaces: {} }";
const web = "subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: web } } } }";
const to = (action: string, port: number): string =>
  `egress: [{ action: ${action}, to: [{ namespaces: {} }], protocols: [{ tcp: { destinationPort: { number: ${port} } } }] }]`;

/** The names of each group. */
function groups(...texts: readonly string[]): readonly (readonly string[])[] {
  const { clusterWide } = assessmentOf(texts.join(""));
  return (clusterWide?.consolidationCandidates ?? []).map(({ policies }) => policies.map(({ name }) => name));
}

describe("cluster-wide policies that could be one", () => {
  it("are told in the order in which they are asked, with the place of the one", () => {
    const { clusterWide } = assessmentOf(
      [admin("b", 2, `${web}, ${to("Deny", 80)}`), admin("a", 5, `${web}, ${to("Accept", 443)}`)].join(""),
    );
    expect(clusterWide?.consolidationCandidates).toEqual([
      {
        tier: "Admin",
        policies: [
          { kind: "ClusterNetworkPolicy", name: "b" },
          { kind: "ClusterNetworkPolicy", name: "a" },
        ],
        directions: ["egress"],
        description: "2 policies of the tier Admin select the same pods",
        recommendation:
          "Write one policy at the place of b with the rules of all 2 in this order: nothing that they jump decides otherwise about the same traffic",
        proved: true,
      },
    ]);
  });

  it("are not those between which something else decides about the same traffic", () => {
    const [first, last] = [admin("a", 1, `${web}, ${to("Accept", 80)}`), admin("c", 9, `${web}, ${to("Accept", 443)}`)];
    expect(groups(first, admin("b", 5, `${everybody}, ${to("Deny", 8080)}`), last)).toEqual([["a", "c"]]);
    expect(groups(first, admin("b", 5, `${everybody}, ${to("Accept", 443)}`), last)).toEqual([["a", "c"]]);
    expect(groups(first, admin("b", 5, `${everybody}, ${to("Deny", 443)}`), last)).toEqual([]);
    // Of equal priority with the one at whose place it would stand.
    expect(groups(first, admin("b", 1, `${everybody}, ${to("Deny", 443)}`), last)).toEqual([]);
    expect(groups(first, admin("b", 5, `${everybody}, ${to("Deny", 443)}`, "Baseline"), last)).toEqual([["a", "c"]]);
  });

  it("are not those of equal priority that do different things, of which the first is not known", () => {
    expect(groups(admin("a", 1, `${web}, ${to("Accept", 80)}`), admin("b", 1, `${web}, ${to("Deny", 80)}`))).toEqual(
      [],
    );
    expect(groups(admin("a", 1, `${web}, ${to("Accept", 80)}`), admin("b", 2, `${web}, ${to("Deny", 80)}`))).toEqual([
      ["a", "b"],
    ]);
  });

  it("have together no more rules than their kind may", () => {
    const many = (name: string, priority: number, count: number): string =>
      admin(
        name,
        priority,
        `${web}, egress: [${Array.from({ length: count }, () => "{ action: Accept, to: [{ namespaces: {} }] }").join()}]`,
      );
    expect(groups(many("a", 1, 13), many("b", 2, 12))).toEqual([["a", "b"]]);
    expect(groups(many("a", 1, 13), many("b", 2, 13))).toEqual([]);
  });

  it("of Calico: policies of namespaces stand between them, too", () => {
    const rule = (action: string): string =>
      `selector: all(), types: [Egress], egress: [{ action: ${action}, protocol: TCP, destination: { ports: [80] } }]`;
    const [first, last] = [calico("a", 1, rule("Allow")), calico("c", 9, rule("Deny"))];
    expect(groups(first, last)).toEqual([["a", "c"]]);
    expect(groups(first, calico("b", 5, rule("Deny"), "shop"), last)).toEqual([["a", "c"]]);
    expect(groups(first, calico("b", 5, rule("Pass"), "shop"), last)).toEqual([]);
  });

  it("of Cilium: rules add up in any order; who isolates otherwise is another policy", () => {
    const select = "endpointSelector: { matchLabels: { app: web } }";
    const allow = `${select}, ingress: [{ fromEndpoints: [{ matchLabels: { app: front } }] }]`;
    const deny = `${select}, ingressDeny: [{ fromEndpoints: [{ matchLabels: { app: db } }] }]`;
    expect(groups(cilium("a", allow), cilium("b", deny))).toEqual([["a", "b"]]);
    expect(groups(cilium("a", allow), cilium("b", `${deny}, enableDefaultDeny: { ingress: false }`))).toEqual([]);
  });

  it("law: the one policy decides every packet as all of them did, for the naive oracle", () => {
    const scenario = arbitraryTieredScenario({
      packets: 12,
      maxPolicies: 1,
      clusterPolicies: { kinds: ["ClusterNetworkPolicy"], max: 5, experimental: false },
    });
    let merged = 0;
    let decided = 0;
    const property = fc.property(scenario, fc.infiniteStream(fc.nat(3)), ({ objects, packets }, dice) => {
      // Random subjects are seldom equal.
      const alike = objects.map((object) => {
        if (object.kind !== "ClusterNetworkPolicy") return object;
        const priority = dice.next().value ?? 0;
        const subject = dice.next().value === 0 ? {} : { subject: { namespaces: {} } };
        return { ...object, spec: { ...(object["spec"] as object), priority, tier: "Admin", ...subject } };
      });
      // As stored objects: a named port beside networks is refused by one channel of the CRD only.
      const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: alike });
      const cluster = readManifests([{ name: "test.yaml", text }], { live: true });
      const { clusterWide } = assess(new Reachability(cluster, { assumptions: defaultAssumptions }), []);
      for (const { policies } of clusterWide?.consolidationCandidates ?? []) {
        merged++;
        const one = withOne(
          alike,
          policies.map(({ name }) => name),
        );
        const [before, after] = [createOracle(alike), createOracle(one)];
        for (const packet of packets) {
          const verdicts = [before.verdict(packet), after.verdict(packet)];
          // Where it is not known whom a policy selects, what its own rules shadow is called possible.
          if (verdicts.includes("unknown")) continue;
          decided++;
          expect(verdicts[1]).toBe(verdicts[0]);
        }
      }
    });
    fc.assert(property, { numRuns: Number(process.env["NPA_PROPERTY_RUNS"] ?? 100) });
    expect(merged).toBeGreaterThan(10);
    expect(decided).toBeGreaterThan(100);
  });
});

/** The objects with one policy at the place of the first in the place of several. */
function withOne(objects: readonly KubeObject[], names: readonly string[]): readonly KubeObject[] {
  const nameOf = (object: KubeObject): string => String((object["metadata"] as { name?: unknown }).name);
  const isOne = (object: KubeObject): boolean =>
    object.kind === "ClusterNetworkPolicy" && names.includes(nameOf(object));
  const specs = names.map((name) => {
    const object = objects.find((each) => each.kind === "ClusterNetworkPolicy" && nameOf(each) === name);
    return object?.["spec"] as Readonly<Record<string, unknown[] | undefined>>;
  });
  const rules = (direction: string): object => {
    const all = specs.flatMap((spec) => spec[direction] ?? []);
    return all.length === 0 ? {} : { [direction]: all };
  };
  return objects.flatMap((object) => {
    if (!isOne(object)) return [object];
    if (nameOf(object) !== names[0]) return [];
    return [{ ...object, spec: { ...(object["spec"] as object), ...rules("ingress"), ...rules("egress") } }];
  });
}
