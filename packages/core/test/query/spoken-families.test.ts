import { describe, expect, it } from "vitest";
import { can, readManifests } from "../../src/entries/index.ts";
import { explain } from "../../src/entries/explain.ts";

const pod = (name: string, ...ips: readonly string[]): string =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}, spec: {containers: [{name: c, image: i}]}, status: {podIP: "${ips[0]}", podIPs: [${ips.map((ip) => `{ip: "${ip}"}`).join()}]}}`;
const admin = (action: string, network: string): string =>
  `{apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: {name: admin}, spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, egress: [{action: ${action}, to: [{networks: ["${network}"]}]}]}}`;
const closed =
  "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed, namespace: shop}, spec: {podSelector: {}, policyTypes: [Egress]}}";

/** The rules of egress that decide, by their action, for a source with the addresses of both families. */
function deciding(action: string, network: string, ...target: readonly string[]): readonly (readonly string[])[] {
  const pods = [pod("web", "10.0.0.1", "fd00::1"), pod("db", ...target)];
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
  });

  it("are those of both where the two share both, or that is not known", () => {
    expect(deciding("Accept", "10.0.0.0/8", "10.0.0.2", "fd00::2")).toEqual([["admin"], ["closed"]]);
  });
});
