import { type Answer, can, type Cluster, readManifests } from "@npa/core";
import { proveClusters } from "@npa/core/proof";
import { describe, expect, it } from "vitest";
import { namespace, pod } from "./manifests.ts";

const world = namespace("a") + pod("a/web", "{app: web}");

/** What an input answers about a question: as it is, and where blocks match pods. */
function inBothModes(text: string, [source, target]: readonly [string, string]): readonly Answer[] {
  const cluster = readManifests([{ name: "cluster.yaml", text }]);
  return [false, true].map(
    (ipBlockMatchesPods) =>
      can(cluster, { source, target, port: "80" }, { assumptions: { ipBlockMatchesPods } }).answer,
  );
}

function ofCilium(spec: string): string {
  return `---\n{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: c, namespace: a}, spec: ${spec}}\n`;
}

describe("pods of two families where blocks match pods, in Cilium", () => {
  const ofBothFamilies =
    "---\n{apiVersion: v1, kind: Pod, metadata: {name: both, namespace: a, labels: {app: both}}, spec: {containers: [{name: c, image: i}]}, status: {phase: Running, podIP: 10.0.1.1, podIPs: [{ip: 10.0.1.1}, {ip: 'fd00::1'}]}}\n" +
    "---\n{apiVersion: v1, kind: Pod, metadata: {name: six, namespace: a, labels: {app: six}}, spec: {containers: [{name: c, image: i}]}, status: {phase: Running, podIP: 'fd00::2', podIPs: [{ip: 'fd00::2'}]}}\n";

  it("a pod is matched by each of its addresses, whatever family is spoken", () => {
    const pods = world + ofBothFamilies;
    const from4 = ofCilium("{endpointSelector: {}, ingress: [{fromCIDR: [10.0.0.0/16]}]}");
    expect(inBothModes(pods + from4, ["a/both", "a/six"])).toEqual(["no", "yes"]);
    expect(inBothModes(pods + from4, ["a/six", "a/both"])).toEqual(["no", "no"]);
    const not6 = ofCilium(
      "{endpointSelector: {}, ingress: [{fromCIDR: [10.0.0.0/16]}], ingressDeny: [{fromCIDR: ['fd00::1/128']}]}",
    );
    expect(inBothModes(pods + not6, ["a/both", "a/six"])).toEqual(["no", "no"]);
    const ofHealth =
      "---\n{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: h}, spec: {endpointSelector: {matchLabels: {'reserved:health': ''}}, egress: [{toCIDR: [10.0.0.0/16]}], egressDeny: [{toCIDR: ['fd00::2/128']}]}}\n";
    expect(inBothModes(pods + ofHealth, ["reserved:health", "a/both"])).toEqual(["no", "yes"]);
    expect(inBothModes(pods + ofHealth, ["reserved:health", "a/six"])).toEqual(["no", "no"]);
  });

  it("proofs do not decide what blocks of two families say of a pod that has both", () => {
    const verdict = (before: string, after: string): string =>
      proveClusters(
        ...([before, after].map((text) => readManifests([{ name: "cluster.yaml", text: world + ofCilium(text) }])) as [
          Cluster,
          Cluster,
        ]),
        { assumptions: { ipBlockMatchesPods: true } },
      ).verdict;
    const allow = "ingress: [{fromCIDR: [10.0.0.0/16]}]";
    const deny = (cidr: string): string => `{endpointSelector: {}, ${allow}, ingressDeny: [{fromCIDR: [${cidr}]}]}`;
    expect(verdict(`{endpointSelector: {}, ${allow}}`, deny("'fd00::/64'"))).toBe("undecided");
    expect(verdict(`{endpointSelector: {}, ${allow}}`, deny("192.168.0.0/16"))).toBe("same-traffic");
    expect(verdict(`{endpointSelector: {}, ${allow}}`, deny("10.0.0.0/24"))).toBe("stricter");
  });
});
