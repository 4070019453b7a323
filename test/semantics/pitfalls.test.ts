import { countConnectivity } from "@npa/core";
import { describe, expect, it } from "vitest";
import { clusterOf, connection, expectAllowed, expectDenied, list, portsBetween, verdict } from "./answers.ts";
import { denyEgress, denyIngress, deployment, namespace, pod, policy, service } from "./manifests.ts";

const world = namespace("a") + pod("a/web", "{app: web}") + pod("a/db", "{app: db}");

describe("pitfalls seen in other tools", () => {
  it("a selector with only matchExpressions does not cover everything", () => {
    const yaml = world + policy("a/p", "podSelector: {matchExpressions: [{key: app, operator: In, values: [web]}]}");
    expectDenied(yaml, ["a/db", "a/web"]);
    expectAllowed(yaml, ["a/web", "a/db"]);
  });

  it("DNS is judged on the union of all policies that select the pod", () => {
    const dns = policy(
      "a/dns",
      "podSelector: {}\npolicyTypes: [Egress]\negress: [{ports: [{port: 53, protocol: UDP}]}]",
    );
    expectAllowed(world + denyEgress("a") + dns, ["a/web", "10.96.0.10", "53/UDP"]);
    expectAllowed(world + dns + denyEgress("a"), ["a/web", "10.96.0.10", "53/UDP"]);
  });

  it("ingress [{}], [], null and no ingress are four inputs with two meanings", () => {
    const opens = ["ingress: [{}]", "ingress: []", "ingress: null", ""].map(
      (ingress) => verdict(world + policy("a/p", `podSelector: {}\n${ingress}`), ["a/web", "a/db"]).answer,
    );
    expect(opens).toEqual(["yes", "no", "no", "no"]);
  });

  it("an object without a namespace and one with namespace default are in the same place", () => {
    const yaml =
      pod("web", "{app: web}") +
      pod("default/db", "{app: db}") +
      policy("p", "ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]");
    expectAllowed(yaml, ["default/web", "default/db"]);
    expectDenied(yaml, ["default/db", "default/web"]);
  });

  it.each([
    ["without a selector", "ports: [{port: 80}]"],
    ["of type ExternalName", "type: ExternalName\nexternalName: example.com"],
    ["that is headless", "clusterIP: None\nselector: {app: web}\nports: [{port: 80}]"],
    ["without ports", "selector: {app: web}"],
  ])("a Service %s breaks nothing", (_, spec) => {
    const yaml = world + denyIngress("a") + service("a/s", spec);
    expect(list(yaml).connections).toEqual(list(world + denyIngress("a")).connections);
    expect(list(yaml).inputs.problems).toEqual([]);
  });

  it("pods whose two directions have no port in common are not connected", () => {
    const out = policy(
      "a/out",
      "podSelector: {matchLabels: {app: web}}\npolicyTypes: [Egress]\negress: [{ports: [{port: 80}]}]",
    );
    const into = policy("a/in", "podSelector: {matchLabels: {app: db}}\ningress: [{ports: [{port: 443}]}]");
    expectDenied(world + out + into, ["a/web", "a/db"]);
    expect(countConnectivity(clusterOf(world + out + into)).podPairs).toBe(1);
  });

  it("of two identical policies one may go and not both", () => {
    const [one, two] = ["a/one", "a/two"].map((id) =>
      policy(
        id,
        "podSelector: {matchLabels: {app: web}}\ningress: [{from: [{podSelector: {matchLabels: {app: db}}}]}]",
      ),
    );
    const both = list(world + one + two).connections;
    expect(list(world + one).connections).toEqual(both);
    expect(list(world + two).connections).toEqual(both);
    expect(list(world).connections).not.toEqual(both);
  });

  it("a namespace that is egress-isolated by an empty list is secured, not forgotten", () => {
    const yaml = world + policy("a/p", "podSelector: {}\npolicyTypes: [Ingress, Egress]\ningress: []\negress: []");
    expect(list(yaml).connections).toEqual([]);
  });

  it("a named port that is missing in one of several pods matches the others", () => {
    const yaml =
      world +
      pod("a/one", "{app: s}", { ports: "[{name: http, containerPort: 80}]" }) +
      pod("a/two", "{app: s}") +
      policy("a/p", "podSelector: {matchLabels: {app: s}}\ningress: [{ports: [{port: http}]}]");
    expect(portsBetween(yaml, "a/web", "a/one")).toBe("TCP 80");
    expect(portsBetween(yaml, "a/web", "a/two")).toBe("none");
  });
});

describe("the answer as a list", () => {
  it("a workload whose pods differ in labels that a policy selects on is split, and the ids say how", () => {
    const live = (name: string, track: string): string =>
      pod(`a/${name}`, `{app: api, track: ${track}}`).replace(
        "labels:",
        "ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: api-1, uid: u, controller: true}], labels:",
      );
    const yaml = namespace("a") + pod("a/web") + live("api-1-x", "stable") + live("api-1-z", "canary");
    expect(list(yaml).endpoints.map(({ id }) => id)).toEqual(["a/api-1[ReplicaSet]", "a/web[Pod]", "external"]);
    const onTrack = yaml + policy("a/p", "podSelector: {matchLabels: {track: canary}}");
    const ids = list(onTrack).endpoints.map(({ id }) => id);
    expect(ids).toContain("a/api-1[ReplicaSet]{track=canary}");
    // No policy names stable: it is one of all the other values.
    expect(ids).toContain("a/api-1[ReplicaSet]{track=*}");
    const answer = verdict(onTrack, ["a/web", "a/api-1"]);
    expect(answer).toMatchObject({ answer: "yes", partial: true });
  });

  it("a connection that no port allows is not listed, and outside to outside never is", () => {
    const listed = list(world + denyIngress("a"));
    expect(listed.connections.filter(({ target }) => target !== "external")).toEqual([]);
    expect(connection(listed, "external", "external")).toBeUndefined();
  });

  it("the same input gives the same list, whatever the order of its documents", () => {
    const texts = [
      world,
      denyIngress("a"),
      policy("a/p", "ingress: [{ports: [{port: 80}]}]"),
      deployment("a/app", "{app: x}"),
    ];
    const forward = list(texts.join(""));
    const backward = list(texts.toReversed().join(""));
    expect(backward.connections).toEqual(forward.connections);
    expect(backward.endpoints).toEqual(forward.endpoints);
  });
});
