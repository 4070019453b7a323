import { describe, expect, it } from "vitest";
import {
  analyzeCluster,
  can,
  countConnectivity,
  listConnectivity,
  readManifests,
  ruleCatalog,
  toVerdictJson,
} from "../../src/entries/index.ts";
import { counts, finding, list, report, verdict, web } from "./samples.ts";
import { schemaErrors } from "./schemas.ts";

const cluster = readManifests([
  {
    name: "a.yaml",
    text: `
apiVersion: v1
kind: Pod
metadata: { name: a, namespace: one, labels: { app: a }, labels: { app: a } }
spec: { hostNetwork: false, containers: [] }
---
apiVersion: v1
kind: Pod
metadata: { name: node, namespace: one }
spec: { hostNetwork: true, containers: [] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: b, namespace: two }
spec:
  selector: { matchLabels: { app: b } }
  template: { metadata: { labels: { app: b } }, spec: { containers: [] } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a, namespace: one }
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{ namespaceSelector: { matchLabels: { team: x } } }]
      ports: [{ port: 80, endPort: 90 }, { port: 53, protocol: UDP }]
  egress:
    - to: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: refused, namespace: one }
spec: { podSelector: {}, ingress: [{ ports: [{ port: 99999 }] }] }
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: { name: all }
spec: {}
---
kind: Broken
metadata: [
`,
  },
]);

describe("the published schemas", () => {
  it("hold for real answers", () => {
    expect(cluster.problems.length).toBeGreaterThan(1);
    const listed = listConnectivity(cluster);
    expect(listed.uncertain.length).toBeGreaterThan(0);
    expect(schemaErrors(listed)).toEqual([]);
    expect(schemaErrors(countConnectivity(cluster))).toEqual([]);
    expect(schemaErrors(ruleCatalog())).toEqual([]);
    const analysed = analyzeCluster(cluster, { timestamp: "1970-01-01T00:00:00.000Z" });
    expect(analysed.findings.length).toBeGreaterThan(0);
    expect(schemaErrors(analysed)).toEqual([]);
    for (const [source, target, port] of [
      ["two/b", "one/a", "80/TCP"],
      ["one/a", "two/b"],
      ["internet", "one/node", "53/UDP"],
      ["one/a", "10.0.0.0/8"],
      ["one/a", "one/a"],
    ] as const) {
      const answer = can(cluster, { source, target, ...(port === undefined ? {} : { port }) });
      expect(schemaErrors(toVerdictJson(answer))).toEqual([]);
    }
  });

  it("hold for every shape an answer can take", () => {
    const findings = [
      finding("high", "a", 1, {
        affected: [web],
        affectedCount: 1,
        related: [{ message: "see" }],
        fix: { kind: "suggested", description: "d", manifest: "kind: X" },
      }),
    ];
    for (const answer of [list, counts, toVerdictJson(verdict), report(findings)])
      expect(schemaErrors(answer)).toEqual([]);
  });

  it("are strict: a field too many, one too few or a wrong value does not pass", () => {
    expect(schemaErrors({ ...list, extra: 1 } as never)).toEqual([" must NOT have additional properties"]);
    const { uncertain: _, ...without } = list;
    expect(schemaErrors(without)).toEqual([" must have required property 'uncertain'"]);
    expect(schemaErrors({ ...toVerdictJson(verdict), allowed: "maybe" } as never)).not.toEqual([]);
    expect(schemaErrors(report([finding("awful" as never, "a", 1)]))).not.toEqual([]);
    const connections = [{ source: "a", target: "b", ports: { TCP: ["0"] }, all: false }];
    expect(schemaErrors({ ...list, connections } as never)).not.toEqual([]);
  });
});
