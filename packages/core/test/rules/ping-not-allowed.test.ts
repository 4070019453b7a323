import { describe, expect, it } from "vitest";
import { documents, findings } from "./evaluate.ts";

const id = "ping-not-allowed";
const cilium = (spec: string, name = "web"): string =>
  `{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: ${name}, namespace: shop}, spec: {${spec}}}`;
const icmp = (...fields: readonly string[]): string =>
  cilium(`endpointSelector: {}, ingress: [{ icmps: [{ fields: [${fields.join()}] }] }]`);
const places = (yaml: string): readonly unknown[] => findings(id, yaml).map(({ location }) => location?.path);
const at = "spec.ingress[0].icmps[0].fields[0].type";

describe("ping-not-allowed", () => {
  it.each([
    ["8 of IPv6", "{ type: 8, family: IPv6 }"],
    ["128 of IPv4", "{ type: 128 }"],
    ["129 of IPv4", '{ type: "129" }'],
    ["the answer alone", "{ type: EchoReply }"],
    ["type 0", "{ type: 0 }"],
    ["the answer of the other family than the ping", "{ type: 129, family: IPv6 }, { type: 8 }"],
  ])("finds %s", (_, field) => {
    expect(places(icmp(field))).toEqual([at]);
  });

  it.each([
    ["pings of both families", "{ type: 8 }, { type: 128, family: IPv6 }"],
    ["names", "{ type: EchoRequest }, { type: EchoRequest, family: IPv6 }"],
    ["the answer beside the ping", "{ type: 8 }, { type: 0 }, { type: EchoReply }"],
    ["other types", "{ type: DestinationUnreachable }, { type: 3 }, { type: 0, family: IPv6 }"],
  ])("is silent on %s", (_, fields) => {
    expect(places(icmp(fields))).toEqual([]);
  });

  it("finds policies that are named for ping and have ports only, in words of any case", () => {
    const ports = "endpointSelector: {}, egress: [{ toPorts: [{ ports: [{ port: '0', protocol: ANY }] }] }]";
    for (const name of ["allow-ping", "icmp", "ping.all", "allow-icmpv6-all"])
      expect(places(cilium(ports, name))).toEqual(["spec"]);
    expect(places(cilium(`${ports}, description: Lets monitoring PING us`))).toEqual(["spec"]);
    for (const name of ["shipping", "pingdom", "mapping-service"]) expect(places(cilium(ports, name))).toEqual([]);
    for (const more of ["{ icmps: [{ fields: [{ type: 8 }] }] }", "{ toEntities: [all] }"])
      expect(places(cilium(ports.replace("egress: [", `egress: [${more}, `), "allow-ping"))).toEqual([]);
    expect(places(cilium(ports.replace("ANY", "ICMP"), "allow-ping"))).toEqual([]);
    expect(places(cilium("endpointSelector: {}, egress: [{}]", "deny-ping"))).toEqual([]);
  });

  it("stands in the rule of specs that is meant, and speaks of policies for nodes too", () => {
    const nodes =
      "{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: node}, specs: [{ nodeSelector: {}, ingress: [{ icmps: [{ fields: [{ type: 128 }] }] }] }]}";
    expect(places(documents(nodes))).toEqual(["specs[0].ingress[0].icmps[0].fields[0].type"]);
  });
});
