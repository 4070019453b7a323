import { describe, expect, it } from "vitest";
import { readManifests } from "../../src/entries/index.ts";
import { underRequests } from "../../src/semantics/under-requests.ts";

const of = (name: string, app: string, egress: string): string =>
  `{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: ${name}, namespace: shop}, spec: {endpointSelector: {matchLabels: {app: ${app}}}, egress: [${egress}]}}\n`;
const to = (app: string, ports: string): string =>
  `{toEndpoints: [{matchLabels: {app: ${app}}}], toPorts: [{ports: [${ports}]}]}`;
const tcp = (port: number): string => `{port: "${port}", protocol: TCP}`;
const limit = `{toEndpoints: [{matchLabels: {app: db}}], toPorts: [{ports: [${tcp(443)}], serverNames: [example.com]}]}`;

/** The rules for egress of a policy beside one that limits what web may ask of db, for every request and as they are written. */
function beside(
  app: string,
  egress: string,
): { readonly cut: readonly unknown[]; readonly written: readonly unknown[] } {
  const text = `${of("limit", "web", limit)}---\n${of("other", app, egress)}`;
  const cluster = readManifests([{ name: "a.yaml", text }]);
  const rules = (policies: typeof cluster.policies): readonly unknown[] =>
    policies.find(({ name }) => name === "other")?.rules.egress ?? [];
  return { cut: rules(underRequests(cluster, "every").policies), written: rules(cluster.policies) };
}

describe("a limit on server names", () => {
  it("holds for a rule of other policies for the same pods, peer and port", () => {
    const { cut, written } = beside("web", to("db", `${tcp(443)}, ${tcp(80)}`));
    expect(written).toHaveLength(1);
    expect(cut).toEqual([expect.objectContaining({ ports: [{ type: "range", protocol: "TCP", from: 80, to: 80 }] })]);
  });

  it.each([
    ["other pods", "api", to("db", tcp(443))],
    ["another peer", "web", to("cache", tcp(443))],
    ["another port", "web", to("db", tcp(80))],
    ["all ports", "web", "{toEndpoints: [{matchLabels: {app: db}}]}"],
  ])("leaves a rule for %s alone", (_, app, egress) => {
    const { cut, written } = beside(app, egress);
    expect(written.length).toBeGreaterThan(0);
    expect(cut).toEqual(written);
  });
});
