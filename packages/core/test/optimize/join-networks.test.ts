import { describe, expect, it } from "vitest";
import type { NetworksPeer, Policy } from "../../src/model/policy.ts";
import { joinedNetworks } from "../../src/optimize/join-networks.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

function policyOf(text: string): Policy {
  const [policy] = readManifests([{ name: "a.yaml", text }]).policies;
  if (policy === undefined) throw new Error("no policy was read");
  return policy;
}

function clusterPolicy(...networks: readonly string[]): Policy {
  return policyOf(`apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: a }
spec:
  tier: Admin
  priority: 1
  subject: { namespaces: {} }
  egress: [{ action: Deny, to: [{ namespaces: {} }, { networks: ${JSON.stringify(networks)} }] }]
`);
}

function calicoPolicy(rules: string): Policy {
  return policyOf(`apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: a }
spec: { selector: all(), types: [Ingress, Egress], ${rules} }
`);
}

/** The lists that are written with fewer blocks, by their places. */
function joined(policy: Policy): readonly (readonly [string, readonly string[]])[] {
  return joinedNetworks({ first: policy, parts: [policy], value: {} }).map(({ path, patch }) => {
    const [operation] = patch(policy);
    return [path.join("."), operation?.op === "replace" ? (operation.value as string[]) : []];
  });
}

describe("lists of networks with fewer blocks", () => {
  it("are those of peers of cluster-wide policies, each at its place", () => {
    expect(joined(clusterPolicy("10.0.0.0/9", "10.128.0.0/9", "10.1.0.0/16", "fd00::/8"))).toEqual([
      ["spec.egress.0.to.1.networks", ["10.0.0.0/8", "fd00::/8"]],
    ]);
    expect(joined(clusterPolicy("10.0.0.0/9", "11.0.0.0/9"))).toEqual([]);
  });

  it("are those of one end of a rule of Calico", () => {
    const nets = 'nets: ["10.0.0.0/9", "10.128.0.0/9"]';
    expect(
      joined(
        calicoPolicy(
          `ingress: [{ action: Allow, source: { ${nets} } }], egress: [{ action: Deny, destination: { ${nets} } }]`,
        ),
      ),
    ).toEqual([
      ["spec.ingress.0.source.nets", ["10.0.0.0/8"]],
      ["spec.egress.0.destination.nets", ["10.0.0.0/8"]],
    ]);
  });

  it("stay as they are where the policy is one part of several, where they name no pods, or where an address has two forms", () => {
    const policy = clusterPolicy("10.0.0.0/9", "10.128.0.0/9");
    const [rule] = policy.rules.egress;
    const change = (more: Partial<NetworksPeer>): Policy => ({
      ...policy,
      rules: {
        ...policy.rules,
        egress: (rule === undefined ? [] : [rule]).map((each) => ({
          ...each,
          peers:
            each.peers === "any"
              ? "any"
              : each.peers.map((peer) => (peer.type === "networks" ? { ...peer, ...more } : peer)),
        })),
      },
    });
    expect(joined(change({}))).toHaveLength(1);
    expect(joined(change({ outside: true }))).toEqual([]);
    expect(joined(change({ cidrs: ["::ffff:10.0.0.0/105", "::ffff:10.128.0.0/105"] }))).toEqual([]);
    const calico = calicoPolicy('ingress: [{ action: Allow, source: { nets: ["10.0.0.0/9", "10.128.0.0/9"] } }]');
    expect(joined(calico)).toHaveLength(1);
    expect(joined({ ...calico, part: 0 })).toEqual([]);
  });

  it("become them in the policy, and nothing else changes", () => {
    const policy = clusterPolicy("10.0.0.0/9", "10.128.0.0/9");
    const [step] = joinedNetworks({ first: policy, parts: [policy], value: {} });
    const peers = step?.change(policy)?.rules.egress[0]?.peers;
    expect(peers).toMatchObject([{ type: "pods" }, { type: "networks", cidrs: ["10.0.0.0/8"] }]);
    expect(step?.reason).toBe("2 blocks are 1");
  });
});
