import { describe, expect, it } from "vitest";
import { can } from "../../src/analysis/connectivity.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

const cluster = readManifests([
  {
    name: "a.yaml",
    text: `apiVersion: v1
kind: Pod
metadata: {name: a, namespace: x, labels: {app: a}}
spec: {containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: x}
spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 8.8.8.0/24}}], ports: [{port: http}]}]}
`,
  },
]);

describe("can", () => {
  it.each([
    ["8080", false],
    ["8080-8090", true],
  ])("a port range of which only some is open is allowed in part: %s", (port, partial) => {
    expect(can(cluster, { source: "8.8.8.8", target: "x/a", port })).toMatchObject({
      answer: "yes",
      partial,
      ports: { TCP: ["8080"] },
    });
  });

  it.each(["::ffff:8.8.8.8", "08.8.8.8", "::ffff:8.8.8.0/120"])(
    "an address that reads in two ways is refused: %s",
    (source) => {
      expect(() => can(cluster, { source, target: "x/a" })).toThrow(/two ways/);
    },
  );
});
