import { describe, expect, it } from "vitest";
import { exposure } from "../../src/analysis/exposure.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { exposureText } from "../../src/report/exposure-text.ts";

const text = `apiVersion: v1
kind: Pod
metadata: { name: a-pod-with-a-long-name, namespace: a-namespace-with-a-long-name, labels: { app: web } }
spec: { containers: [{ name: a, image: a, ports: [{ containerPort: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: a-namespace-with-a-long-name }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a-policy-with-a-long-name, namespace: a-namespace-with-a-long-name }
spec: { podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: api } } }] }] }
`;

describe("exposureText", () => {
  it("breaks lines between words, and loses none, at the width of a terminal", () => {
    const report = exposure(readManifests([{ name: "a.yaml", text }]));
    const [wide, narrow] = [{}, { width: 60 }].map((options) => [...exposureText(report, options)].join(""));
    const words = (all = ""): readonly string[] => all.split(/\s+/);
    expect(words(narrow)).toEqual(words(wide));
    expect(wide?.split("\n").some((line) => line.length > 80)).toBe(true);
    for (const line of narrow?.split("\n") ?? [])
      expect([line, line.length <= 60 || words(line.trim()).length === 1]).toEqual([line, true]);
  });
});
