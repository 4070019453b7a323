import { describe, expect, it } from "vitest";
import { can, readManifests } from "../../src/entries/index.ts";
import { explain } from "../../src/entries/explain.ts";

/** A pod with these addresses, or with one that is not known. */
const pod = (name: string, ...ips: readonly string[]): string => {
  const status = ips.length === 0 ? "{}" : `{podIP: "${ips[0]}", podIPs: [${ips.map((ip) => `{ip: "${ip}"}`).join()}]}`;
  return `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}, spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 8080}]}]}, status: ${status}}`;
};
const admin = (action: string, network: string): string =>
  `{apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: {name: admin}, spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, egress: [{action: ${action}, to: [{networks: ["${network}"]}]}]}}`;
const closed =
  "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed, namespace: shop}, spec: {podSelector: {}, policyTypes: [Egress]}}";

/** The rules of egress that decide, by their action, for a source with addresses of both families. */
function deciding(action: string, network: string, ...target: readonly string[]): readonly (readonly string[])[] {
  return decidingFrom(["10.0.0.1", "fd00::1"], action, network, ...target);
}

function decidingFrom(
  source: readonly string[],
  action: string,
  network: string,
  ...target: readonly string[]
): readonly (readonly string[])[] {
  const pods = [pod("web", ...source), pod("db", ...target)];
  const text = [...pods, admin(action, network), closed].join("\n---\n");
  const cluster = readManifests([{ name: "a.yaml", text }]);
  const question = { source: "shop/web", target: "shop/db", port: "80" };
  const { allowedBy, blockedBy } = can(cluster, question).egress;
  const names = [allowedBy, blockedBy].map((rules) => rules.map(({ policy }) => policy.name));
  const steps = explain(cluster, question).egress.steps.filter(({ decides }) => decides);
  expect(steps.map(({ object }) => object.name)).toEqual(names.flat());
  return names;
}

describe("the rules that decide between two that share one family of addresses", () => {
  it("are those that decide in it: what decides of the other is left out", () => {
    expect(deciding("Accept", "10.0.0.0/8", "10.0.0.2")).toEqual([["admin"], []]);
    expect(deciding("Deny", "10.0.0.0/8", "10.0.0.2")).toEqual([[], ["admin"]]);
    expect(deciding("Deny", "fd00::/8", "fd00::2")).toEqual([[], ["admin"]]);
    expect(deciding("Accept", "fd00::/8", "10.0.0.2")).toEqual([[], ["closed"]]);
    expect(decidingFrom([], "Accept", "10.0.0.0/8", "10.0.0.2")).toEqual([["admin"], []]);
  });

  it("are those of both where the two share both, or that is not known", () => {
    expect(deciding("Accept", "10.0.0.0/8", "10.0.0.2", "fd00::2")).toEqual([["admin"], ["closed"]]);
  });
});

describe("a rule for addresses and the name of a port", () => {
  it("decides about pods of unknown address that have the name", () => {
    const policy =
      "{apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {name: named}, spec: {order: 1, selector: app == 'web', types: [Egress], egress: [{action: Allow, protocol: TCP, destination: {nets: [0.0.0.0/0], ports: [http]}}]}}";
    const cluster = readManifests([{ name: "a.yaml", text: [pod("web"), pod("db"), policy].join("\n---\n") }]);
    const asked = (port: string): readonly string[] =>
      can(cluster, { source: "shop/web", target: "shop/db", port }).egress.allowedBy.map((rule) => rule.policy.name);
    expect([asked("8080"), asked("8081")]).toEqual([["named"], []]);
  });
});

describe("a rule for one version of IP", () => {
  it("decides nothing about an address of the other", () => {
    const policy =
      "{apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {name: six}, spec: {order: 1, selector: app == 'web', types: [Egress], egress: [{action: Allow, ipVersion: 6}]}}";
    const cluster = readManifests([{ name: "a.yaml", text: [pod("web"), policy].join("\n---\n") }]);
    const allowing = (target: string): readonly string[] =>
      can(cluster, { source: "shop/web", target, port: "80" }).egress.allowedBy.map((rule) => rule.policy.name);
    expect([allowing("2001:db8::1"), allowing("8.8.8.8")]).toEqual([["six"], []]);
  });
});
