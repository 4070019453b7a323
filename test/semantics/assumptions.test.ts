import { type Answer, type Assumptions, can, defaultAssumptions, readManifests } from "@npa/core";
import { describe, expect, it } from "vitest";
import { assuming, expectAllowed, expectDenied, list, portsBetween, verdict } from "./answers.ts";
import { denyIngress, namespace, pod, policy } from "./manifests.ts";

const world = namespace("a") + pod("a/web", "{app: web}");
const everyPod = policy("a/in", "podSelector: {}\ningress: [{from: [{namespaceSelector: {}}]}]");

/** What `yaml` answers under an assumption. */
function answers<Key extends keyof Assumptions>(
  yaml: string,
  [source, target]: readonly [string, string],
  key: Key,
  value: Assumptions[Key],
): Answer {
  return verdict(yaml, [source, target], assuming({ [key]: value })).answer;
}

describe("assumptions", () => {
  it("every answer states all assumptions, with these defaults", () => {
    expect(list(world).assumptions).toEqual(defaultAssumptions);
    expect(defaultAssumptions).toEqual({
      ipBlockMatchesPods: false,
      hostNetworkPodsSelected: false,
      terminatedPods: "ignore",
      hairpinThroughService: "allow",
      sidecarNamedPorts: true,
      unknownNamespaceLabels: "unknown",
      nodeLocalTraffic: "allowed",
      namespaceLabels: "free",
      npTierFinal: "per-direction",
      equalPriority: "unknown",
      anpOldForm: "v0.1.1",
      ingressController: "unknown",
      dataplane: "unknown",
      ciliumEnforcement: "default",
      ciliumCidrMatchMode: "none",
      ciliumHostFirewall: true,
      ciliumAllowLocalhost: "always",
      ciliumIcmpTypeZero: "one",
      ciliumMissingObjects: "unknown",
      ciliumL7Proxy: true,
      ciliumIcmpRules: true,
      ciliumExtendedProtocols: false,
      ciliumAuthentication: "enabled",
      ciliumNonDefaultDeny: true,
      ciliumNetworkPolicies: true,
      ciliumClusterNetworkPolicies: true,
      ciliumIdentityLabels: "default",
      ciliumNodeLabels: "off",
      ciliumClusterName: "default",
      ciliumDefaultCluster: "version",
      ciliumVersion: "1.20",
      kubeApiserver: "unknown",
      calicoVersion: "unknown",
      calicoTies: "unknown",
      calicoMissingTier: "last",
      calicoCrdV1Types: "both",
      calicoSourcePorts: "unknown",
      appLayerPolicy: "unknown",
    });
  });

  it("an assumption that is given is stated as given, the others keep their defaults", () => {
    const { assumptions } = list(world, assuming({ ipBlockMatchesPods: true }));
    expect(assumptions).toEqual({ ...defaultAssumptions, ipBlockMatchesPods: true });
  });

  it("ipBlockMatchesPods: whether an ipBlock matches pods whose address it covers", () => {
    const yaml =
      world +
      pod("a/db", "{app: db}", { status: "{podIP: 10.0.0.9}" }) +
      policy("a/in", "podSelector: {matchLabels: {app: web}}\ningress: [{from: [{ipBlock: {cidr: 10.0.0.0/24}}]}]");
    expect(answers(yaml, ["a/db", "a/web"], "ipBlockMatchesPods", false)).toBe("no");
    expect(answers(yaml, ["a/db", "a/web"], "ipBlockMatchesPods", true)).toBe("yes");
  });

  it("ipBlockMatchesPods: selectors match pods under either value", () => {
    for (const ipBlockMatchesPods of [false, true])
      expectAllowed(world + pod("a/db") + everyPod, ["a/db", "a/web"], assuming({ ipBlockMatchesPods }));
  });

  it("hostNetworkPodsSelected: whether selectors match pods on their node's network", () => {
    const yaml = world + pod("a/agent", "{app: agent}", { spec: "hostNetwork: true" }) + everyPod;
    expect(answers(yaml, ["a/agent", "a/web"], "hostNetworkPodsSelected", false)).toBe("no");
    expect(answers(yaml, ["a/agent", "a/web"], "hostNetworkPodsSelected", true)).toBe("yes");
    const closed = world + pod("a/agent", "{app: agent}", { spec: "hostNetwork: true" }) + denyIngress("a");
    expect(answers(closed, ["a/web", "a/agent"], "hostNetworkPodsSelected", false)).toBe("yes");
    expect(answers(closed, ["a/web", "a/agent"], "hostNetworkPodsSelected", true)).toBe("no");
  });

  it("terminatedPods: whether Succeeded and Failed pods are left out", () => {
    const yaml = world + pod("a/done", "{app: done}", { status: "{phase: Succeeded}" });
    const ids = (terminatedPods: Assumptions["terminatedPods"]): string[] =>
      list(yaml, assuming({ terminatedPods })).endpoints.map(({ id }) => id);
    expect(ids("ignore")).toEqual(["a/web[Pod]", "external"]);
    expect(ids("keep")).toEqual(["a/done[Pod]", "a/web[Pod]", "external"]);
  });

  it("hairpinThroughService and nodeLocalTraffic are stated; no list shows a pod to itself or to its own node", () => {
    for (const hairpinThroughService of ["allow", "policy"] as const) {
      const listed = list(world + denyIngress("a"), assuming({ hairpinThroughService }));
      expect(listed.assumptions).toMatchObject({ hairpinThroughService, nodeLocalTraffic: "allowed" });
      expect(listed.connections.filter(({ source, target }) => source === target)).toEqual([]);
    }
  });

  it("sidecarNamedPorts: whether named ports of restartable init containers count", () => {
    const sidecar = pod("a/sidecar", "{}", {
      spec: "initContainers: [{name: s, image: i, restartPolicy: Always, ports: [{name: http, containerPort: 7070}]}]",
    });
    const yaml = world + sidecar + policy("a/in", "podSelector: {}\ningress: [{ports: [{port: http}]}]");
    expect(portsBetween(yaml, "a/web", "a/sidecar", assuming({ sidecarNamedPorts: true }))).toBe("TCP 7070");
    expect(portsBetween(yaml, "a/web", "a/sidecar", assuming({ sidecarNamedPorts: false }))).toBe("none");
  });

  it("unknownNamespaceLabels: whether labels of an undefined namespace are unknown or absent", () => {
    const yaml =
      world + pod("b/x") + policy("a/in", "ingress: [{from: [{namespaceSelector: {matchLabels: {team: blue}}}]}]");
    expect(answers(yaml, ["b/x", "a/web"], "unknownNamespaceLabels", "unknown")).toBe("unknown");
    expect(answers(yaml, ["b/x", "a/web"], "unknownNamespaceLabels", "absent")).toBe("no");
  });

  it("namespaceLabels is for proofs: the labels of the namespaces that are there are facts here either way", () => {
    const yaml =
      world +
      namespace("b", "{team: blue}") +
      pod("b/x") +
      policy("a/in", "ingress: [{from: [{namespaceSelector: {matchLabels: {team: blue}}}]}]");
    expect(answers(yaml, ["b/x", "a/web"], "namespaceLabels", "free")).toBe("yes");
    expect(answers(yaml, ["b/x", "a/web"], "namespaceLabels", "fixed")).toBe("yes");
  });

  it("npTierFinal: a policy that selects a pod for one direction decides about that direction only", () => {
    const yaml = world + pod("a/db", "{app: db}") + denyIngress("a");
    expect(list(yaml).assumptions.npTierFinal).toBe("per-direction");
    expectDenied(yaml, ["a/web", "a/db"]);
    expectAllowed(yaml, ["a/web", "1.2.3.4"]);
  });

  it("npTierFinal: per-pod, a policy that selects a pod for ingress spares its egress the Baseline too", () => {
    const yaml = world + pod("a/db", "{app: db}") + denyIngress("a") + clusterPolicy("base", "Baseline", 1, denyEgress);
    expect(answers(yaml, ["a/web", "1.2.3.4"], "npTierFinal", "per-direction")).toBe("yes");
    const pods =
      world + namespace("b") + pod("b/db") + denyIngress("a") + clusterPolicy("base", "Baseline", 1, denyEgress);
    expect(answers(pods, ["a/web", "b/db"], "npTierFinal", "per-direction")).toBe("no");
    expect(answers(pods, ["a/web", "b/db"], "npTierFinal", "per-pod")).toBe("yes");
  });

  it("equalPriority: which of two policies of one priority is asked first", () => {
    const both = clusterPolicy("one", "Admin", 5, denyEgress) + clusterPolicy("two", "Admin", 5, acceptEgress);
    const yaml = world + pod("a/db", "{app: db}") + both;
    expect(answers(yaml, ["a/web", "a/db"], "equalPriority", "unknown")).toBe("unknown");
    expect(answers(yaml, ["a/web", "a/db"], "equalPriority", "name")).toBe("no");
    const { because } = verdict(yaml, ["a/web", "a/db"]);
    expect(because).toEqual([
      {
        policy: "ClusterNetworkPolicy one and ClusterNetworkPolicy two",
        missing: "the order of policies of equal priority",
      },
    ]);
  });

  it("anpOldForm: what namespaces of v0.1.1 select", () => {
    const old = adminPolicy(
      "egress: [{action: Deny, to: [{namespaces: {notSameLabels: [kubernetes.io/metadata.name]}}]}]",
    );
    const yaml = world + pod("a/db") + namespace("b") + pod("b/db") + old;
    const ask = (target: string, reading: Assumptions["anpOldForm"]): Answer =>
      answers(yaml, ["a/web", target], "anpOldForm", reading);
    expect([ask("a/db", "v0.1.1"), ask("b/db", "v0.1.1")]).toEqual(["yes", "no"]);
    expect([ask("a/db", "pruned"), ask("b/db", "pruned")]).toEqual(["no", "no"]);
    expect([ask("a/db", "unknown"), ask("b/db", "unknown")]).toEqual(["unknown", "unknown"]);
  });

  it("anpOldForm: beside a peer of a field that no version has, the form tells all the same whether the policy is stored", () => {
    const old = (action: string, peer: string): string =>
      adminPolicy(
        `egress: [{action: ${action}, to: [${peer}, {services: {}}]}, {action: Deny, to: [{namespaces: {}}]}]`,
      );
    const namespaces = "{namespaces: {sameLabels: [team]}}";
    const pods = "{pods: {namespaces: {sameLabels: [team]}, podSelector: {}}}";
    const ask = (action: string, peer: string, reading: Assumptions["anpOldForm"]): Answer =>
      answers(world + pod("a/db") + old(action, peer), ["a/web", "a/db"], "anpOldForm", reading);
    for (const action of ["Allow", "Deny"]) {
      for (const peer of [namespaces, pods]) {
        expect(ask(action, peer, "v0.1.1")).toBe("no");
        expect(ask(action, peer, "unknown")).toBe("unknown");
      }
      expect([ask(action, namespaces, "pruned"), ask(action, pods, "pruned")]).toEqual(["no", "yes"]);
    }
  });

  it("ingressController: which pods serve the routes", () => {
    const yaml =
      world +
      "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: a}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n" +
      "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, namespace: a}\nspec: {defaultBackend: {service: {name: web, port: {number: 80}}}}\n" +
      policy(
        "a/in",
        "podSelector: {matchLabels: {app: web}}\ningress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: edge}}, podSelector: {matchLabels: {app: nginx}}}]}]",
      );
    const ask = (controller: string): Answer =>
      answers(yaml, ["ingress-controller", "a/web"], "ingressController", controller);
    expect(ask("unknown")).toBe("unknown");
    expect(ask("app=nginx in edge")).toBe("yes");
    expect(ask("app=nginx in other")).toBe("no");
    expect(ask("app=traefik in edge")).toBe("no");
    const known = yaml + pod("edge/nginx", "{app: nginx}");
    expect(answers(known, ["ingress-controller", "a/web"], "ingressController", "app=nginx in edge")).toBe("yes");
    expect(() => ask("nginx")).toThrow("is not an ingress controller");
  });

  /** What Calico lets web send to db: under the defaults, and under another assumption. */
  function ofCalico(
    name: string,
    spec: string,
    assumed: Partial<Assumptions>,
    group = "projectcalico.org/v3",
  ): Answer[] {
    const pods = ["web", "db"].map(
      (app, i) =>
        `{apiVersion: v1, kind: Pod, metadata: {name: ${app}, namespace: shop, labels: {app: ${app}}}, status: {podIPs: [{ip: 10.0.0.${i + 1}}]}}`,
    );
    const own = `{apiVersion: ${group}, kind: NetworkPolicy, metadata: {name: ${name}, namespace: shop}, spec: ${spec}}`;
    const cluster = readManifests([{ name: "calico.yaml", text: [...pods, own].join("\n---\n") }]);
    const question = { source: "shop/web", target: "shop/db", port: "80" };
    return [{}, assumed].map((assumptions) => can(cluster, question, { assumptions }).answer);
  }

  it("calicoVersion: which cluster-wide policies of Kubernetes are in force", () => {
    const yaml = world + pod("a/db") + adminPolicy("ingress: [{action: Deny, from: [{namespaces: {}}]}]");
    for (const calicoVersion of ["unknown", "3.31"] as const)
      expectDenied(yaml, ["a/db", "a/web"], assuming({ dataplane: "calico", calicoVersion }));
    expectAllowed(yaml, ["a/db", "a/web"], assuming({ dataplane: "calico", calicoVersion: "3.32" }));
  });

  it("calicoTies: which of equal orders is first", () => {
    const more = "{apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: {name: a, namespace: shop}, spec: ";
    const allow = "{order: 5, selector: app == 'db', ingress: [{action: Allow}]}";
    const deny = `{order: 5, selector: app == 'db', ingress: [{action: Deny}]}}\n---\n${more}${allow}`;
    expect(ofCalico("b", deny, { calicoTies: "name" })).toEqual(["unknown", "yes"]);
  });

  it("calicoMissingTier: whether policies of a tier that is not there are in force", () => {
    const spec = "{tier: gone, selector: app == 'db'}";
    expect(ofCalico("gone.p", spec, { calicoMissingTier: "ignore" })).toEqual(["no", "yes"]);
  });

  it("calicoCrdV1Types: what a stored policy without types is about", () => {
    const spec = "{selector: app == 'db', egress: [{action: Allow}]}";
    const assumed = { calicoCrdV1Types: "defaulted" } as const;
    expect(ofCalico("s", spec, assumed, "crd.projectcalico.org/v1")).toEqual(["no", "yes"]);
  });

  it("calicoSourcePorts: whether a rule with ports of the client matches", () => {
    const spec = "{selector: app == 'db', ingress: [{action: Allow, protocol: TCP, source: {ports: [1000]}}]}";
    expect(ofCalico("p", spec, { calicoSourcePorts: "any" })).toEqual(["unknown", "yes"]);
  });

  it("appLayerPolicy: whether http is enforced", () => {
    const spec = "{selector: app == 'db', ingress: [{action: Allow, http: {methods: [GET]}}]}";
    expect(ofCalico("p", spec, { appLayerPolicy: "ignored" })).toEqual(["unknown", "yes"]);
  });
});

const denyEgress = "egress: [{action: Deny, to: [{namespaces: {}}]}]";
const acceptEgress = "egress: [{action: Accept, to: [{namespaces: {}}]}]";

function clusterPolicy(name: string, tier: string, priority: number, rules: string): string {
  return `---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: ${name}}
spec: {tier: ${tier}, priority: ${priority}, subject: {namespaces: {}}, ${rules}}
`;
}

function adminPolicy(rules: string): string {
  return `---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: admin}
spec: {priority: 1, subject: {namespaces: {}}, ${rules}}
`;
}
