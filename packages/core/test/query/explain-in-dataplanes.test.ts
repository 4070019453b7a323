import { describe, expect, it } from "vitest";
import { readManifests } from "../../src/entries/index.ts";
import { type AnswerChange, explain } from "../../src/entries/explain.ts";

const pods = `
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: plain, namespace: shop}
spec: {containers: [{name: c, image: i}]}
`;

const policy = (spec: string): string =>
  `---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec: {endpointSelector: {matchLabels: {app: db}}, ${spec}}\n`;

const fromWeb = "{fromEndpoints: [{matchLabels: {app: web}}], toPorts: [{ports: [{port: '80', protocol: TCP}]}]}";

function changesOf(source: string, target: string, text: string): readonly AnswerChange[] {
  const cluster = readManifests([{ name: "a.yaml", text: pods + text }]);
  return explain(cluster, { source, target, port: "80/TCP" }, { assumptions: { dataplane: "cilium" } }).changes;
}

describe("edits where Cilium enforces", () => {
  it("deny what was asked, and isolate nobody", () => {
    const [first, second] = changesOf("shop/web", "shop/plain", "");
    expect(first).toMatchObject({
      object: { kind: "CiliumNetworkPolicy", namespace: "shop", name: "deny-ingress" },
      description: "add a CiliumNetworkPolicy to shop that denies this on ingress",
      closes: [{ source: "shop/web[Pod]", target: "shop/db[Pod]" }], // pods without labels are named by none: all of the namespace
    });
    expect(first?.patch).toContain("enableDefaultDeny:\n    ingress: false\n  ingressDeny:\n    - fromEndpoints:\n");
    expect(second?.object).toMatchObject({ name: "deny-egress" });
    const [only] = changesOf("shop/web", "shop/db", "");
    expect(only).toMatchObject({ closeCount: 0, openCount: 0, uncertainCount: 0 });
    expect(only?.patch).toContain(`      toPorts:
        - ports:
            - port: "80"
              protocol: TCP
`);
  });

  it("deny addresses, and tell of what they may be as well", () => {
    const [change] = changesOf("shop/web", "203.0.113.7", "");
    expect(change?.patch).toContain("    - toCIDR:\n        - 203.0.113.7/32\n");
    expect(change).toMatchObject({ closeCount: 0, uncertainCount: 1 });
  });

  it("do not take out the last rule of a policy, which then isolates nobody", () => {
    const ways = (spec: string): readonly string[] =>
      changesOf("shop/web", "shop/db", policy(spec)).map(({ description }) => description);
    const taken = "take spec.ingress[0] out of CiliumNetworkPolicy shop/p";
    expect(ways(`ingress: [${fromWeb}]`)).not.toContain(taken);
    expect(ways(`ingress: [${fromWeb}, {}]`)).toContain(taken);
    expect(ways(`ingress: [${fromWeb}], ingressDeny: [{fromEntities: [world]}]`)).toContain(taken);
  });

  it("name pods by their own labels, and not by those that Cilium gives them", () => {
    const patches = changesOf("shop/plain", "shop/db", policy("ingress: [{}]")).map(({ patch }) => patch);
    expect(patches.join("")).toContain("- podSelector: {}");
    expect(patches.join("")).not.toContain("io.cilium.k8s");
  });

  it("tell whom of those that no policy speaks of they cut off", () => {
    const nearly = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: nearly, namespace: shop}
spec: {podSelector: {matchLabels: {app: wep}}, policyTypes: [Ingress]}
`;
    const change = changesOf("shop/db", "shop/web", nearly).find(({ description }) =>
      description.includes("podSelector"),
    );
    expect(change?.closes.map(({ source }) => source)).toEqual(
      expect.arrayContaining(["reserved:remote-node", "shop/plain[Pod]"]),
    );
  });
});

describe("edits where Calico enforces", () => {
  it("do not take the last rule for what isolates, where the tier passes on what no rule decides", () => {
    const calico = (kind: string, name: string, spec: string): string =>
      `---\napiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
    const ways = (defaultAction: string): readonly string[] => {
      const policies =
        calico("Tier", "first", `{order: 1, defaultAction: ${defaultAction}}`) +
        calico("GlobalNetworkPolicy", "first.p", "{tier: first, selector: all(), ingress: [{action: Allow}]}");
      const cluster = readManifests([{ name: "a.yaml", text: pods + policies }]);
      const question = { source: "shop/web", target: "shop/db", port: "80/TCP" };
      const { answer, changes } = explain(cluster, question, { assumptions: { dataplane: "calico" } });
      return [answer, ...changes.map(({ description }) => description)];
    };
    const taken = "take spec.ingress[0] out of GlobalNetworkPolicy first.p";
    expect(ways("Deny")).toEqual(expect.arrayContaining(["yes", taken]));
    expect(ways("Pass")).toContain("yes");
    expect(ways("Pass")).not.toContain(taken);
  });
});
