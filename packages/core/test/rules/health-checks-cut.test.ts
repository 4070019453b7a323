import { describe, expect, it } from "vitest";
import { documents, evaluate, findings } from "./evaluate.ts";

const id = "health-checks-cut";
const wide = (name: string, spec: string): string =>
  `{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: ${name}}, ${spec}}`;
const deny = (selector = "{}", rest = "ingress: [{}]"): string =>
  wide("deny", `spec: {endpointSelector: ${selector}, ${rest}}`);
const health = (ingress: string): string =>
  wide("health", `spec: {endpointSelector: {matchLabels: {"reserved:health": ""}}, ingress: [${ingress}]}`);
const places = (...texts: readonly string[]): readonly unknown[] =>
  findings(id, documents(...texts)).map(({ object, location }) => [object.name, location?.path]);

describe("health-checks-cut", () => {
  it.each([
    ["every endpoint", "{}"],
    [
      "all but a namespace",
      "{matchExpressions: [{key: 'k8s:io.kubernetes.pod.namespace', operator: NotIn, values: [kube-system]}]}",
    ],
    ["all without a label", "{matchExpressions: [{key: exempt, operator: DoesNotExist}]}"],
  ])("finds a policy for %s", (_, selector) => {
    expect(places(deny(selector))).toEqual([["deny", "spec.endpointSelector"]]);
  });

  it("stands in the rule of specs that is meant, and is told once", () => {
    const specs = wide(
      "deny",
      "specs: [{endpointSelector: {matchLabels: {app: web}}, ingress: [{}]}, {endpointSelector: {}, ingress: [{}]}]",
    );
    expect(places(specs)).toEqual([["deny", "specs[1].endpointSelector"]]);
    expect(places(deny(), deny().replace("name: deny", "name: late"))).toEqual([["deny", "spec.endpointSelector"]]);
  });

  it.each([
    ["pods of a label", [deny("{matchLabels: {app: web}}")]],
    ["pods of some namespace", [deny("{matchExpressions: [{key: io.kubernetes.pod.namespace, operator: Exists}]}")]],
    ["pods of the cluster", [deny("{matchLabels: {io.cilium.k8s.policy.cluster: default}}")]],
    ["egress", [deny("{}", "egress: [{}]")]],
    [
      "a policy that does not isolate",
      [deny("{}", "enableDefaultDeny: {ingress: false}, ingressDeny: [{fromEntities: [world]}]")],
    ],
    ["a policy for the checks", [deny(), health("{fromEntities: [remote-node]}")]],
    ["health endpoints that ask each other", [deny(), health("{fromEntities: [health]}")]],
    ["health endpoints by label", [deny(), health("{fromEndpoints: [{matchLabels: {'reserved:health': ''}}]}")]],
    ["the cluster let in", [deny("{}", "ingress: [{fromEntities: [cluster]}]")]],
    ["ports for everybody", [deny("{}", "ingress: [{toPorts: [{ports: [{port: '4240'}]}]}]")]],
    ["a CiliumNetworkPolicy", [deny().replace("Clusterwide", "").replace("name: deny", "name: deny, namespace: shop")]],
  ])("is silent on %s", (_, texts) => {
    expect(places(...texts)).toEqual([]);
  });

  it("finds what lets others in, and a policy for the checks that lets nobody in", () => {
    expect(places(deny("{}", "ingress: [{fromEntities: [world]}]"))).toHaveLength(1);
    expect(places(deny(), health("{fromEntities: [world]}"))).toHaveLength(1);
    expect(places(health("{fromEntities: [world]}"))).toEqual([]);
  });

  it("does not say it where a policy is not evaluated", () => {
    const unread = wide("open", "spec: {endpointSelector: {}, ingress: [{fromCIDR: ['${NODES}']}]}");
    expect(evaluate(documents(deny(), unread), id)).toMatchObject({ findings: [], notEvaluated: [{ ruleId: id }] });
  });
});
