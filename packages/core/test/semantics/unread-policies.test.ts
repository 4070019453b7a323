import { describe, expect, it } from "vitest";
import { can } from "../../src/entries/index.ts";
import { apiVersionOf, builtInKinds, installedKinds } from "../../src/load/cluster/cluster-kinds.ts";
import { ciliumPolicyShape, policyShape } from "../../src/load/cluster/object-shapes.ts";
import { defaultAssumptions } from "../../src/model/assumptions.ts";
import type { NotEvaluatedObject } from "../../src/model/cluster.ts";
import { isPolicyKind } from "../../src/normalize/registry.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { unreadPolicies } from "../../src/semantics/unread-policies.ts";

const pod = (name: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}\nspec: {containers: []}\n`;
const set = (cidr: string): string =>
  `apiVersion: projectcalico.org/v3\nkind: NetworkSet\nmetadata: {name: bad, namespace: shop, labels: {role: bad}}\nspec: {nets: ["${cidr}"]}\n`;
const policy = (rules: string, tier = "default"): string =>
  `apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec: {tier: ${tier}, selector: app == 'web', types: [Egress], egress: [${rules}]}\n`;
const tier = (order: number): string =>
  `apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: t}\nspec: {order: ${order}}\n`;
const later = `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: g}\nspec: {selector: all(), types: [Egress], egress: [{action: Allow}]}\n`;

const unread = (kind: string): NotEvaluatedObject => ({
  ref: { apiVersion: "projectcalico.org/v3", kind, name: "*" },
  reason: "RBAC forbids to list it",
});
/** What may connect, with the objects as they are, and with some of them hidden. */
function answers(shown: readonly string[], hidden: readonly string[], kind: string, target: string) {
  const read = (texts: readonly string[]) => readManifests([{ name: "a.yaml", text: texts.join("---\n") }]);
  const base = [pod("web"), pod("db"), pod("other"), ...shown];
  const all = read([...base, ...hidden]);
  const part = { ...read(base), notEvaluated: [unread(kind)] };
  const ask = (cluster: typeof all, source: string) => can(cluster, { source, target, port: "443" });
  return { true: ask(all, "shop/web").answer, bounded: ask(part, "shop/web"), other: ask(part, "shop/other").answer };
}

describe("what policies of Calico speak of and could not be read", () => {
  const toSet = "destination: {selector: role == 'bad'}";
  it.each([
    ["a set that is denied", `{action: Deny, ${toSet}}, {action: Allow}`, "no"],
    ["a set that is allowed", `{action: Allow, ${toSet}}`, "yes"],
    ["what is not in a set", `{action: Allow, destination: {notSelector: role == 'bad', nets: [0.0.0.0/0]}}`, "no"],
  ] as const)("network sets: %s", (_name, rules, truth) => {
    const found = answers([policy(rules)], [set("203.0.113.0/24")], "NetworkSet", "203.0.113.7");
    expect([found.true, found.bounded.answer]).toEqual([truth, "unknown"]);
    expect(found.bounded.because).toContainEqual(expect.objectContaining({ policy: "NetworkSet" }));
    // Nothing of Calico selects it: it is as certain as ever.
    expect(found.other).toBe("yes");
  });

  it("network sets say nothing of pods, nor of policies that find nothing by labels", () => {
    const rules = "{action: Deny, destination: {selector: app == 'db'}}, {action: Allow}";
    expect(answers([policy(rules)], [], "NetworkSet", "shop/db").bounded.answer).toBe("no");
    const plain = policy("{action: Deny, destination: {nets: [10.0.0.0/8]}}, {action: Allow}");
    expect(answers([plain], [], "NetworkSet", "203.0.113.7").bounded.answer).toBe("yes");
  });

  it("tiers: a policy of one that is not there may come first or last", () => {
    const denying = policy("{action: Deny}", "t");
    const first = answers([denying, later], [tier(1)], "Tier", "203.0.113.7");
    const last = answers([denying, later], [tier(2_000_000)], "Tier", "203.0.113.7");
    expect([first.true, last.true]).toEqual(["no", "yes"]);
    expect([first.bounded.answer, last.bounded.answer, first.other]).toEqual(["unknown", "unknown", "yes"]);
  });
});

describe("what could not be listed", () => {
  const cluster = readManifests([{ name: "a.yaml", text: [pod("web"), pod("db")].join("---\n") }]);
  const ask = (kind: string, version: string, ciliumVersion: "1.19" | "1.20"): string => {
    const ref = { apiVersion: `policy.networking.k8s.io/${version}`, kind, name: "*" };
    const question = { source: "shop/web", target: "shop/db", port: "443" };
    const notEvaluated = [{ ref, reason: "RBAC forbids to list it" }];
    return can({ ...cluster, notEvaluated }, question, { assumptions: { dataplane: "cilium", ciliumVersion } }).answer;
  };

  it("makes nothing uncertain where the data plane does not read it", () => {
    expect(ask("AdminNetworkPolicy", "v1alpha1", "1.20")).toBe("yes");
    expect(ask("ClusterNetworkPolicy", "v1beta1", "1.19")).toBe("yes");
    expect(ask("ClusterNetworkPolicy", "v1beta1", "1.20")).toBe("unknown");
  });
});

describe("policies that RBAC hides", () => {
  it("may allow what those that are known ask two labels of one namespace for", () => {
    const known = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress: [{from: [{namespaceSelector: {matchLabels: {env: dev}}}]}]
  egress: [{to: [{namespaceSelector: {matchLabels: {env: prod}}}]}]\n`;
    const cluster = readManifests([{ name: "a.yaml", text: [pod("web"), pod("db"), known].join("---\n") }]);
    const ref = { apiVersion: "policy.networking.k8s.io/v1alpha1", kind: "AdminNetworkPolicy", name: "*" };
    const hidden = { ...cluster, notEvaluated: [{ ref, reason: "RBAC forbids to list it" }] };
    const question = { source: "shop/web", target: "shop/db", port: "443" };
    expect([can(cluster, question).answer, can(hidden, question).answer]).toEqual(["no", "unknown"]);
  });

  /** What policies speak of, and is none. */
  const spokenOf = new Set([
    "Tier",
    "NetworkSet",
    "GlobalNetworkSet",
    "HostEndpoint",
    "CiliumCIDRGroup",
    "ReferenceGrant",
  ]);
  const evaluated = [...builtInKinds, ...installedKinds].filter(
    ({ kind, shape, presence }) =>
      [policyShape, ciliumPolicyShape].includes(shape) && presence !== "facts" && !spokenOf.has(kind),
  );
  it.each(evaluated.map((kind) => [apiVersionOf(kind), kind.kind] as const))(
    "have something that stands for them: %s %s",
    (apiVersion, kind) => {
      const hidden = { ref: { apiVersion, kind, name: "*" }, reason: "RBAC forbids to list it", readNamespaces: [] };
      expect(unreadPolicies({ notEvaluated: [hidden], policies: [] }, defaultAssumptions)).not.toEqual([]);
      expect(isPolicyKind(kind)).toBe(true);
    },
  );
});
