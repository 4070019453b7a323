import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";

const leftOut = (text: string, assumptions = {}): readonly unknown[] =>
  analyze([{ name: "t.yaml", text }], { assumptions }).notEvaluated.map(({ kind, reason }) => [kind, reason]);

describe("policies that are not in force", () => {
  const other =
    "{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: b, namespace: shop}, spec: {endpointSelector: {}, ingress: [{fromEndpoints: [{}]}]}}";

  it("are not said to be of another data plane where its version refuses them: a finding says so", () => {
    const gone =
      "{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: a, namespace: shop}, spec: {endpointSelector: {}, ingress: [{fromEndpoints: [{}], fromRequires: [{matchLabels: {a: b}}]}]}}";
    expect(leftOut(`${gone}\n---\n${other}`)).toEqual([]);
    expect(leftOut(`${gone}\n---\n${other}`, { dataplane: "calico" })).toEqual([
      ["CiliumNetworkPolicy", expect.stringContaining("calico enforces the policies of this cluster, and not these")],
    ]);
  });

  it("say what their tier lacks", () => {
    const policy =
      "{apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {name: ops.a}, spec: {tier: ops, order: 1, selector: all(), types: [Ingress]}}";
    expect(leftOut(policy, { dataplane: "calico", calicoMissingTier: "ignore" })).toEqual([
      [
        "GlobalNetworkPolicy",
        "the input does not have their tier: --assume calicoMissingTier=last puts it behind all others",
      ],
    ]);
    expect(leftOut(policy, { dataplane: "calico" })).toEqual([]);
  });
});
