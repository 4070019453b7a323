import { describe, expect, it } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import type { Policy, RuleAction } from "../../src/model/policy.ts";
import { everything } from "../../src/model/cluster.ts";
import { defaultAssumptions } from "../../src/model/assumptions.ts";
import { Reachability } from "../../src/reachability/reachability.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { adminTier } from "../../src/semantics/tiers.ts";
import { Budget } from "../../src/symbolic/budget.ts";
import { namespaceBoxes } from "../../src/symbolic/namespace-boxes.ts";
import { PolicySpace } from "../../src/symbolic/policy-space.ts";
import { policy, rule } from "../symbolic/policy-arbitraries.ts";

function relationOf(policies: readonly Policy[]): Reachability {
  const cluster: Cluster = { ...readManifests([]), policies };
  return new Reachability(cluster, { assumptions: defaultAssumptions });
}

const act = (action: RuleAction): Policy => policy({ ingress: [{ ...rule("any"), action }] });

const space = (unknown: Policy) => (): unknown =>
  namespaceBoxes(new PolicySpace([unknown]), [unknown], "ingress", new Budget());

describe("what an engine does not understand throws", () => {
  const notInProofs: readonly (readonly [string, Policy])[] = [
    ["a Deny", act("deny")],
    ["a Pass", act("pass")],
    ["an action of the future", act("log" as RuleAction)],
    ["another tier", { ...policy({}), tier: adminTier }],
    ["a further selector", { ...policy({}), subject: { podSelector: everything, or: [{ podSelector: everything }] } }],
    ["rules that do not isolate", { ...policy({}), isolates: { ingress: false, egress: false } }],
    ["a peer that is a network", policy({ ingress: [rule([{ type: "networks", cidrs: [], addresses: [] }])] })],
    ["a source port", policy({ ingress: [{ ...rule("any"), unknown: "a source port" }] })],
  ];
  it.each(notInProofs)("in proofs: %s", (_, unknown) => {
    expect(space(unknown)).toThrow(/is not evaluated$/);
  });

  it("in the relation: an action or a way to decide that it does not know", () => {
    expect(() => relationOf([act("log" as RuleAction)])).toThrow(/action log is not evaluated$/);
    const tier = { ...adminTier, decides: "last-match" } as unknown as Policy["tier"];
    expect(() => relationOf([{ ...policy({}), tier }])).toThrow(/tier Admin is not evaluated$/);
  });

  it("an ordinary policy does not", () => {
    expect(relationOf([act("allow")]).counts().pods).toBe(0);
    expect(space(act("allow"))).not.toThrow();
  });
});
