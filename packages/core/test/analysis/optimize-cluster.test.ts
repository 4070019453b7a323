import { describe, expect, it } from "vitest";
import { optimizeCluster } from "../../src/analysis/optimize-cluster.ts";
import type { OptimizationPlan } from "../../src/answers/optimization.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

/** Without rules nothing rests on findings. */
function planOf(...objects: readonly object[]): OptimizationPlan {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  return optimizeCluster(readManifests([{ name: "list.json", text }]), { rules: [] }).plan;
}

function descriptions({ steps }: OptimizationPlan): readonly string[] {
  return steps.map(({ description }) => description);
}

describe("optimizeCluster", () => {
  it("is not refused where the labels of a namespace are unknown and two rules do what one did", () => {
    const spaces = (values: object): object => ({ namespaces: { matchExpressions: [{ key: "zone", ...values }] } });
    const pod = { containers: [{ name: "main", image: "app", ports: [{ name: "metrics", containerPort: 81 }] }] };
    const plan = planOf(
      { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "undeclared" }, spec: pod },
      { apiVersion: "v1", kind: "Pod", metadata: { name: "client", namespace: "undeclared" }, spec: pod },
      {
        apiVersion: "policy.networking.k8s.io/v1alpha1",
        kind: "BaselineAdminNetworkPolicy",
        metadata: { name: "default" },
        spec: {
          subject: { namespaces: {} },
          ingress: [
            { action: "Deny", from: [spaces({ operator: "NotIn", values: ["b"] })] },
            {
              action: "Deny",
              from: [{ namespaces: { matchLabels: { "kubernetes.io/metadata.name": "undeclared" } } }],
              ports: [{ namedPort: "metrics" }],
            },
            { action: "Deny", from: [spaces({ operator: "In", values: ["b"] })] },
          ],
        },
      },
    );
    expect(descriptions(plan)).toEqual(["delete spec.ingress[1] of default"]);
    expect(plan.proof).toEqual({ verdict: "equivalent", differences: 0 });
  });

  describe("a restriction that something broader undoes", () => {
    const policy = (name: string, spec: object): object => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name, namespace: "shop" },
      spec,
    });
    const namespaces = (operator: string, ...values: readonly string[]): object => ({
      namespaceSelector: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator, values }] },
    });
    const all = { ipBlock: { cidr: "0.0.0.0/0" } };

    it("is left alone in all policies that have it, those that add nothing as a whole among them", () => {
      const ingress = [{ from: [namespaces("In", "default"), namespaces("In", "default", "shop")] }];
      const plan = planOf(
        policy("a", { podSelector: {}, policyTypes: ["Ingress"], ingress }),
        policy("b", { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: [all] }] }),
        policy("c", { podSelector: {}, ingress, egress: [{ to: [{ podSelector: {} }] }, { to: [all] }] }),
      );
      expect(descriptions(plan)).toEqual([]);
      expect(plan.withheld.map(({ reason }) => reason)).toContain(
        "something broader undoes a restriction of a, or it undoes one: look at that first",
      );
    });

    it("keeps all that undo it, not only the one that is told", () => {
      const from = (peers: readonly object[], more: object = {}): object => ({
        podSelector: {},
        policyTypes: ["Ingress"],
        ingress: peers.map((peer) => ({ from: [peer], ...more })),
      });
      const [wide, narrow] = [namespaces("In", "a", "b"), namespaces("In", "a")];
      const twice = { ipBlock: { cidr: "10.0.0.0/8", except: ["10.0.0.0/16", "10.0.0.0/16"] } };
      const plan = planOf(
        policy("a", from([wide, namespaces("In", "c")])),
        policy("b", from([narrow], { ports: [{ port: 80 }] })),
        policy("c", { ...from([wide]), policyTypes: ["Ingress", "Egress"], egress: [{ to: [twice] }] }),
      );
      expect(descriptions(plan)).toEqual([]);
    });

    it("is seen whichever of several policies that cover it comes first", () => {
      const to = (...peers: readonly object[]): object => ({
        podSelector: { matchLabels: { app: "" } },
        policyTypes: ["Egress"],
        egress: [{ to: peers }],
      });
      const pods = (operator: string, value: string): object => ({
        podSelector: { matchExpressions: [{ key: "app", operator, values: [value] }] },
      });
      const wide = { ...to(pods("NotIn", "")), podSelector: {} };
      const others = [
        policy("c", to(namespaces("NotIn", "two"), all)),
        policy("d", to(pods("In", "b"), namespaces("NotIn", "shop"))),
      ];
      const reasons = ["a", "z"].map((name) => {
        const plan = planOf(policy(name, wide), ...others);
        expect(descriptions(plan)).toEqual([]);
        return plan.withheld.map(({ reason }) => reason).filter((reason) => reason.includes("of d,"));
      });
      expect(reasons[0]).toEqual(reasons[1]);
      expect(reasons[0]).toContain("something broader undoes a restriction of d, or it undoes one: look at that first");
    });
  });

  it("touches none of equal policies where a finding names one of them", () => {
    const items = ["a", "b", "c"].map((name) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name, namespace: "shop" },
      spec: { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress", "Egress"] },
    }));
    const { plan } = optimizeCluster(
      readManifests([{ name: "list.json", text: JSON.stringify({ apiVersion: "v1", kind: "List", items }) }]),
    );
    expect(descriptions(plan)).toEqual([]);
    expect(plan.withheld.map(({ description, reason }) => `${description}: ${reason}`)).toEqual([
      "delete shop/b: missing-dns-egress (high) is found of NetworkPolicy shop/a: look at that first",
      "delete shop/c: missing-dns-egress (high) is found of NetworkPolicy shop/a: look at that first",
      "make one policy of shop/a, shop/b and shop/c: missing-dns-egress (high) is found of NetworkPolicy shop/a: look at that first",
    ]);
  });

  it("proves that a rule goes before one that selects nodes, of which nothing is proved", () => {
    const policy = (name: string, ...egressDeny: readonly object[]): object => ({
      apiVersion: "cilium.io/v2",
      kind: "CiliumClusterwideNetworkPolicy",
      metadata: { name },
      spec: { endpointSelector: {}, egressDeny },
    });
    const block = { toCIDR: ["10.0.0.0/8"] };
    const items = [
      policy("b", block, { toNodes: [{ matchLabels: { zone: "a" } }] }),
      policy("a", block, { toCIDR: ["192.168.0.0/16"] }),
    ];
    const { plan } = optimizeCluster(
      readManifests([{ name: "list.json", text: JSON.stringify({ apiVersion: "v1", kind: "List", items }) }]),
      { rules: [], assumptions: { ciliumNodeLabels: "all" } },
    );
    expect(descriptions(plan)).toEqual(["delete spec.egressDeny[0] of b"]);
    expect(plan.proof.verdict).toBe("equivalent");
  });

  it("says why it was not decided of parts whether they add something", () => {
    const policy = (name: string, ...egress: readonly object[]): object => ({
      apiVersion: "cilium.io/v2",
      kind: "CiliumNetworkPolicy",
      metadata: { name, namespace: "shop" },
      spec: { endpointSelector: {}, egress },
    });
    const https = { toPorts: [{ ports: [{ port: "443", protocol: "TCP" }] }] };
    const dns = { toPorts: [{ ports: [{ port: "53", protocol: "UDP" }], rules: { dns: [{ matchPattern: "*" }] } }] };
    const { undecidedParts, undecided } = planOf(
      policy("a", { toFQDNs: [{ matchName: "a.example" }], ...https }, { toEntities: ["kube-apiserver"], ...https }),
      policy("b", dns),
      policy("c", dns, { toEntities: ["world"], ...https }),
    );
    expect({ undecidedParts, undecided }).toEqual({
      undecidedParts: 6,
      undecided: [
        { reason: "it has a rule that limits names of DNS or of servers, or asks for authentication", count: 4 },
        { reason: "it has a peer that names domains", count: 1 },
        { reason: "it has a rule that hangs on where the API server is", count: 1 },
      ],
    });
  });

  it("finds policies of Cilium equal when one has lost a rule, whatever else is known of their entries", () => {
    const policy = (name: string, times: number): object => ({
      apiVersion: "cilium.io/v2",
      kind: "CiliumNetworkPolicy",
      metadata: { name, namespace: "shop" },
      spec: {
        endpointSelector: {},
        egressDeny: Array.from({ length: times }, () => ({
          toServices: [{ k8sService: { serviceName: "unknown", namespace: "other" } }],
          toPorts: [{ ports: [] }],
        })),
      },
    });
    expect(descriptions(planOf(policy("long", 2), policy("short", 1)))).toEqual([
      "delete spec.egressDeny[1] of shop/long",
      "delete shop/short",
    ]);
  });

  it("proves what goes from a direction beside one that no proof understands, in which it says nothing", () => {
    const policy = (name: string, ingress: readonly object[]): object => ({
      apiVersion: "projectcalico.org/v3",
      kind: "GlobalNetworkPolicy",
      metadata: { name },
      spec: { tier: "second", selector: "app == 'a'", ingress, egress: [{ action: "Allow" }] },
    });
    const notUnderstood = { action: "Allow", protocol: "TCP", destination: { notPorts: ["web"] } };
    const plan = planOf(
      {
        apiVersion: "projectcalico.org/v3",
        kind: "Tier",
        metadata: { name: "second" },
        spec: { defaultAction: "Pass" },
      },
      policy("second.long", [{ action: "Log" }, notUnderstood]),
      policy("second.short", [{ action: "Log" }]),
    );
    expect(descriptions(plan)).toEqual(["delete second.short"]);
    expect(plan.proof).toEqual({ verdict: "equivalent", differences: 0 });
  });

  it("sees that a policy that has lost a rule is what another one is", () => {
    const policy = (name: string, spec: object): object => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name, namespace: "shop" },
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ...spec },
    });
    const nobody = { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "DoesNotExist" }] };
    const plan = planOf(
      policy("deny", { ingress: [{ from: [{ namespaceSelector: nobody }] }] }),
      policy("deny-all", {}),
    );
    expect(descriptions(plan)).toEqual(["delete spec.ingress[0] of shop/deny", "delete shop/deny-all"]);
  });

  it("looks at NetworkPolicies beside policies of Cilium, as long as Cilium reads them as they are written", () => {
    const policy = (name: string, spec: object): object => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name, namespace: "shop" },
      spec: { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress"], ...spec },
    });
    const from = (app: string): object => ({ from: [{ podSelector: { matchLabels: { app } } }] });
    const own = {
      apiVersion: "cilium.io/v2",
      kind: "CiliumNetworkPolicy",
      metadata: { name: "own", namespace: "shop" },
      spec: { endpointSelector: {}, ingressDeny: [{ fromEntities: ["world"] }] },
    };
    const node = {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "n" },
      status: { addresses: [{ type: "InternalIP", address: "10.0.0.1" }] },
    };
    const block = (cidr: string): object => ({ from: [{ ipBlock: { cidr } }] });
    const plan = planOf(
      own,
      node,
      policy("web", { ingress: [from("a")] }),
      policy("web-b", { ingress: [from("b")] }),
      policy("web-sleeping", { ingress: [from("c")], egress: [{}] }),
      policy("web-node", { ingress: [block("10.0.0.0/8")] }),
      policy("web-other", { ingress: [block("10.1.0.0/16")] }),
    );
    expect(descriptions(plan)).toEqual([
      "move the rules of web-b and web-other into shop/web",
      "move the peers of spec.ingress[1] and spec.ingress[2] into spec.ingress[0] of shop/web",
    ]);
    expect(plan.proof).toEqual({ verdict: "equivalent", differences: 0 });
    expect(plan.untouched.filter(({ kind }) => kind === "NetworkPolicy")).toEqual([
      { kind: "NetworkPolicy", count: 2, reason: "Cilium reads it otherwise than Kubernetes does" },
    ]);
  });

  it("does not take all pods and all addresses for everybody where Cilium enforces", () => {
    const policy = (name: string, ingress: object): object => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name, namespace: "shop" },
      spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [ingress] },
    });
    const all = [{ namespaceSelector: {} }, { ipBlock: { cidr: "0.0.0.0/0" } }, { ipBlock: { cidr: "::/0" } }];
    const policies = [policy("any", {}), policy("all", { from: all })];
    const own = {
      apiVersion: "cilium.io/v2",
      kind: "CiliumNetworkPolicy",
      metadata: { name: "own", namespace: "other" },
      spec: { endpointSelector: {}, ingress: [{}] },
    };
    expect(descriptions(planOf(...policies))).not.toEqual([]);
    expect(descriptions(planOf(...policies, own))).toEqual([]);
  });

  it("takes no policy of Calico that speaks for host endpoints for what one of pods says", () => {
    const global = (name: string, spec: object): object => ({
      apiVersion: "projectcalico.org/v3",
      kind: "GlobalNetworkPolicy",
      metadata: { name },
      spec: { order: 1, selector: "role == 'a'", types: ["Ingress"], ...spec },
    });
    const rule = (net: string): object => ({ action: "Allow", source: { nets: [net] } });
    const same = { ingress: [rule("10.0.0.0/8")] };
    const hosts = (net: string): object => ({
      preDNAT: true,
      applyOnForward: true,
      ingress: [{ action: "Allow", destination: { nets: [net] } }],
    });
    const [ofPods, own, forward] = [{ namespaceSelector: "all()" }, {}, { applyOnForward: true }];
    const steps = (one: object, other: object): readonly string[] =>
      descriptions(planOf(global("a", { ...same, ...one }), global("b", { ...same, ...other })));
    expect(descriptions(planOf(global("a", hosts("10.0.0.0/8")), global("b", hosts("10.1.0.0/16"))))).toEqual([]);
    expect(steps(own, own)).toEqual(["delete b"]);
    expect(steps(forward, own)).toEqual(["delete b"]);
    expect(steps(own, forward)).toEqual([]);
    expect(steps(ofPods, own)).toEqual([]);
    expect(steps(own, ofPods)).toEqual(["delete b"]);
  });

  it("takes out nothing that rests on the going of a rule that stays", () => {
    const policy = (name: string, priority: number, ...rules: readonly (readonly [string, string])[]): object => ({
      apiVersion: "policy.networking.k8s.io/v1alpha2",
      kind: "ClusterNetworkPolicy",
      metadata: { name },
      spec: {
        tier: "Admin",
        priority,
        subject: { namespaces: { matchLabels: { team: "subject" } } },
        egress: rules.map(([action, team]) => ({ action, to: [{ namespaces: { matchLabels: { team } } }] })),
      },
    });
    // Without the Deny, which can never decide and is a mistake, the first rule would be what the later policy says.
    const plan = planOf(
      policy("early", 6, ["Accept", "a"], ["Deny", "a"], ["Pass", "b"]),
      policy("late", 15, ["Accept", "a"], ["Deny", "a"], ["Deny", "b"], ["Accept", "c"]),
    );
    expect(plan.withheld.filter(({ type }) => type === "plan")).toEqual([]);
    expect(plan.proof).toEqual({ verdict: "equivalent", differences: 0 });
  });

  it("takes no rule out for what goes of a rule that stays between it and what says it again", () => {
    const pods = (labels: object): object => ({
      pods: { namespaceSelector: {}, podSelector: { matchLabels: labels } },
    });
    const tcp = (port: object): object => ({ protocols: [{ tcp: port }] });
    const rules = (last: object): object => ({
      egress: [
        { action: "Accept", to: [pods({ app: "cache" })], protocols: [{ udp: { destinationPort: { number: 81 } } }] },
        { action: "Deny", to: [{ networks: ["::/0"] }] },
        { action: "Deny", to: [pods({})], ...last },
      ],
    });
    const policy = (priority: number, last: object): object => ({
      apiVersion: "policy.networking.k8s.io/v1alpha2",
      kind: "ClusterNetworkPolicy",
      metadata: { name: priority === 1 ? "first" : "behind" },
      spec: { tier: "Admin", priority, subject: { namespaces: {} }, ...rules(last) },
    });
    const plan = planOf(policy(1, tcp({})), policy(2, tcp({ destinationPort: { range: { start: 80, end: 90 } } })));
    expect(plan.proof).toEqual({ verdict: "equivalent", differences: 0 });
    expect(plan.withheld).toEqual([]);
    expect(descriptions(plan)).toHaveLength(3);
  });

  it("names what covers whatever the order of the input", () => {
    const from = (app: string): object => ({ fromEndpoints: [{ matchLabels: { app } }] });
    const policy = (name: string, owner: string, ...ingress: readonly object[]): object => ({
      apiVersion: "cilium.io/v2",
      kind: "CiliumNetworkPolicy",
      metadata: { name, namespace: "shop", labels: { owner } },
      spec: { endpointSelector: {}, ingress },
    });
    const objects = [
      policy("a", "one", from("web"), from("api")),
      policy("b", "one", from("web")),
      policy("c", "other", from("db")),
    ];
    const [given, turned] = [objects, objects.toReversed()].map((all) => descriptions(planOf(...all)));
    expect(given).toEqual(["delete shop/b"]);
    expect(turned).toEqual(given);
  });
});
