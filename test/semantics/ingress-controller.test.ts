import { describe, expect, it } from "vitest";
import { connection, list } from "./answers.ts";
import { denyIngress, namespace, pod, policy, service } from "./manifests.ts";

const route = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {namespace: a, name: shop}
spec:
  rules:
    - http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
`;
const world =
  namespace("a") +
  pod("a/web", "{app: web}") +
  service("a/web", "selector: {app: web}\nports: [{port: 80, targetPort: 8080}]");
const routed = world + route;
const from = (peer: string): string =>
  policy("a/in", `podSelector: {matchLabels: {app: web}}\ningress: [{from: [${peer}]}]`);

/** The ports that the ingress controller certainly reaches on a/web, and those that it may reach. */
function reaches(yaml: string): readonly [certain: unknown, uncertain: unknown] {
  const listed = list(yaml);
  const uncertain = listed.uncertain.find(({ source }) => source === "ingress-controller");
  return [connection(listed, "ingress-controller", "a/web[Pod]")?.ports, uncertain?.ports];
}

describe("the ingress controller", () => {
  it("is an endpoint where an Ingress leads to a workload, and reaches the target port only", () => {
    expect(reaches(routed)).toEqual([{ TCP: ["8080"] }, undefined]);
    expect(list(routed).endpoints.map(({ id }) => id)).toContain("ingress-controller");
    expect(list(world).endpoints.map(({ id }) => id)).not.toContain("ingress-controller");
  });

  it("is a pod, so policies on the backend decide", () => {
    expect(reaches(routed + denyIngress("a"))).toEqual([undefined, undefined]);
    expect(reaches(routed + from("{namespaceSelector: {}}"))).toEqual([{ TCP: ["8080"] }, undefined]);
    expect(reaches(routed + from("{ipBlock: {cidr: 0.0.0.0/0}}"))).toEqual([undefined, undefined]);
  });

  it("has unknown labels and an unknown namespace: what hangs on them is uncertain", () => {
    for (const peer of ["{namespaceSelector: {matchLabels: {team: edge}}}", "{podSelector: {}}"])
      expect(reaches(routed + from(peer))).toEqual([undefined, { TCP: ["8080"] }]);
    const [uncertain] = list(routed + from("{podSelector: {}}")).uncertain;
    expect(uncertain?.because).toEqual([{ endpoint: "ingress-controller", missing: "labels" }]);
  });
});
