import { countConnectivity, listConnectivity, readManifests } from "@npa/core";
import { describe, expect, it } from "vitest";
import { clusterOf, expectAllowed, expectDenied, list, problems, verdict } from "./answers.ts";
import { denyIngress, namespace, pod, policy } from "./manifests.ts";

const world = namespace("a") + pod("a/web", "{app: web}") + pod("a/db", "{app: db}");
const refused = policy("a/p", "podSelector: {matchLabels: {app: web}}\ningress: [{ports: [{port: 80, endPort: 79}]}]");

const otherKinds: readonly (readonly [kind: string, apiVersion: string])[] = [
  ["MultiNetworkPolicy", "k8s.cni.cncf.io/v1beta1"],
  ["AuthorizationPolicy", "security.istio.io/v1"],
];

describe("policies that are not in force", () => {
  it("a policy that the API server would refuse isolates nobody, and is reported with its place", () => {
    expectAllowed(world + refused, ["a/db", "a/web"]);
    const [problem] = problems(world + refused, "invalid-policy");
    expect(problem).toMatchObject({
      severity: "error",
      object: { kind: "NetworkPolicy", namespace: "a", name: "p" },
      location: { file: "cluster.yaml", path: "spec.ingress[0].ports[0].endPort" },
    });
    expect(clusterOf(world + refused).refusedPolicies).toHaveLength(1);
  });

  it("a refused policy does not loosen what others deny", () => {
    const open = policy("a/open", "podSelector: {}\ningress: [{from: [{podSelector: {}}, {}]}]");
    expectDenied(world + denyIngress("a") + open, ["a/db", "a/web"]);
  });

  it("from a live cluster everything stored is in force", () => {
    const cluster = readManifests([{ name: "cluster", text: world + refused }], { live: true });
    expect(cluster.refusedPolicies).toEqual([]);
    expect(cluster.policies).toHaveLength(1);
    const { connections } = listConnectivity(cluster);
    expect(connections.some(({ source, target }) => source === "a/db[Pod]" && target === "a/web[Pod]")).toBe(false);
  });

  it("of two objects with one kind, namespace and name the last wins, with a problem", () => {
    const open = policy("a/deny-ingress", "podSelector: {}\ningress: [{}]");
    expectAllowed(world + denyIngress("a") + open, ["a/db", "a/web"]);
    expectDenied(world + open + denyIngress("a"), ["a/db", "a/web"]);
    expect(problems(world + open + denyIngress("a"), "duplicate-object")).toHaveLength(1);
    const files = [
      { name: "1.yaml", text: world + denyIngress("a") },
      { name: "2.yaml", text: open },
    ];
    expect(readManifests(files).problems).toEqual([
      expect.objectContaining({ code: "duplicate-object", location: expect.objectContaining({ file: "2.yaml" }) }),
    ]);
    expect(countConnectivity(readManifests(files)).policies).toBe(1);
  });

  it.each(otherKinds)("%s of %s is never silent: every answer names it as not evaluated", (kind, apiVersion) => {
    const other = `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: x, namespace: a}\nspec: {}\n`;
    const expected = [{ kind, count: 1, reason: expect.stringContaining("not evaluated"), objects: ["a/x"] }];
    expect(list(world + other).notEvaluated).toEqual(expected);
    expect(verdict(world + other, ["a/web", "a/db"]).notEvaluated).toEqual(expected);
    expect(list(world + other).connections).toEqual(list(world).connections);
  });

  it("objects that change nothing about the network are counted, and not complained about", () => {
    const config =
      "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n---\napiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: x}\n";
    const { inputs, notEvaluated } = list(world + config);
    expect(notEvaluated).toEqual([]);
    expect(inputs.problems).toEqual([]);
    expect(inputs.objects).toMatchObject({ ConfigMap: 1, Gadget: 1, Pod: 2 });
  });
});
