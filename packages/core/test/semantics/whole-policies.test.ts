import { describe, expect, it } from "vitest";
import { readManifests } from "../../src/read/read-manifests.ts";
import { wholePolicies } from "../../src/semantics/whole-policies.ts";

function counts(text: string): unknown {
  const { policies } = readManifests([{ name: "p.yaml", text }]);
  return [policies.length > 1, wholePolicies(policies).map(({ policy }) => [policy.name, policy.rules.ingress.length])];
}

describe("a policy that is asked in parts", () => {
  it("is one with the rules as they are written, where a rule of Calico narrows its own end", () => {
    const text = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: own-ends}
spec:
  selector: all()
  types: [Ingress]
  ingress:
    - {action: Allow, destination: {nets: [10.0.0.0/8]}}
    - {action: Allow, source: {selector: "a == 'b'"}}
`;
    expect(counts(text)).toEqual([true, [["own-ends", 2]]]);
  });

  it("is one with the rules of all its specs in Cilium", () => {
    const spec = "  - {endpointSelector: {}, ingress: [{fromEndpoints: [{}]}]}\n";
    const text = `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: specs, namespace: a}\nspecs:\n${spec}${spec}`;
    expect(counts(text)).toEqual([true, [["specs", 2]]]);
  });
});
