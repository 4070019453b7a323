import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/answers/finding.ts";
import { analyze } from "../../src/analysis/analyze.ts";

const checkout = `apiVersion: v1
kind: Pod
metadata: {name: checkout, namespace: payments, labels: {app: checkout}}
spec: {containers: [{name: a, image: a}]}
---
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
spec: {containers: [{name: a, image: a, ports: [{containerPort: 9090}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: checkout}}}]
    ports: [{port: 9090}]
`;

const denied = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: payments}
spec: {podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}], ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]}]}
`;

function found(text: string, ruleId: string): Finding | undefined {
  return analyze([{ name: "a.yaml", text }]).findings.find((each) => each.ruleId === ruleId);
}

/** Pods that no rule speaks of, so that the input is big. */
function crowd(size: number): string {
  return Array.from(
    { length: size },
    (_, i) => `---\napiVersion: v1\nkind: Pod\nmetadata: {name: p${i}, namespace: crowd}\nspec: {containers: []}\n`,
  ).join("");
}

const service = `---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {selector: {app: api}, ports: [{port: 80, targetPort: 9090}]}
`;

describe("advice that was tried", () => {
  it("is written where it does", () => {
    expect(found(checkout, "peer-namespace-selector-missing")?.fix).toMatchObject({ kind: "suggested", changes: [{}] });
  });

  it("is in words where something else would be found, with that", () => {
    const fix = found(checkout + denied, "peer-namespace-selector-missing")?.fix;
    expect(fix?.kind).toBe("manual");
    expect(fix?.changes).toBeUndefined();
    expect(fix?.description).toMatch(
      /metadata\.name: payments`\. npa does not write it, as it would then find: NetworkPolicy shop\/api .* \(one-sided-allow\)\.$/,
    );
  });

  it("is written of each of several rules of which the same is said", () => {
    const front = `${service}---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: twice, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  policyTypes: [Ingress]
  ingress:
  - {from: [{namespaceSelector: {matchLabels: {team: a}}}], ports: [{port: 80}]}
  - {from: [{namespaceSelector: {matchLabels: {team: b}}}], ports: [{port: 80}]}
`;
    const rule = "service-port-instead-of-target-port";
    const twice = analyze([{ name: "a.yaml", text: checkout + front }]).findings.filter((each) => each.ruleId === rule);
    expect(new Set(twice.map(({ message }) => message)).size).toBe(1);
    expect(twice.map(({ fix }) => fix?.kind)).toEqual(["suggested", "suggested"]);
  });

  it("is tried in policies of Cilium, too", () => {
    const named = (port: string): string => `${service}---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: checkout, namespace: payments}
spec:
  endpointSelector: {matchLabels: {app: checkout}}
  egress:
  - toEndpoints: [{matchLabels: {app: api, "k8s:io.kubernetes.pod.namespace": shop}}]
    toPorts: [{ports: [{port: "80", protocol: TCP}]}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: api}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: checkout, "k8s:io.kubernetes.pod.namespace": payments}}]
    toPorts: [{ports: [{port: "${port}", protocol: TCP}]}]
`;
    const pods = checkout.slice(0, checkout.indexOf("---\napiVersion: networking"));
    const advice = (port: string): Finding["fix"] => {
      const { findings } = analyze([{ name: "a.yaml", text: pods + named(port) }]);
      return findings.find(
        ({ ruleId, object }) => ruleId === "service-port-instead-of-target-port" && object.namespace === "payments",
      )?.fix;
    };
    expect(advice("9090")).toMatchObject({ kind: "suggested", changes: [{ type: "set", value: "9090" }] });
    expect(advice("80")?.description).toMatch(
      /npa does not write it, as it would then find: .* \(one-sided-allow\)\.$/,
    );
  });

  it("is tried under the data plane of the cluster, too", () => {
    const again = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: open, namespace: shop}
spec: {podSelector: {}, ingress: [], egress: [{to: [{ipBlock: {cidr: 128.0.0.0/1}}]}, {}]}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: other, namespace: other}
spec: {endpointSelector: {}, ingress: [{fromEntities: [cluster]}]}
`;
    const fix = found(again, "metadata-endpoint-reachable")?.fix;
    expect(fix?.kind).toBe("manual");
    expect(fix?.description).toContain("(except-reallowed)");
  });

  it("is tried together with that of other namespaces where the input is big, and not at all where it is huge", () => {
    const kindIn = (size: number): string | undefined =>
      found(checkout + denied + crowd(size), "peer-namespace-selector-missing")?.fix?.kind;
    expect([kindIn(10), kindIn(500), kindIn(2_500)]).toEqual(["manual", "manual", "suggested"]);
  });
});
