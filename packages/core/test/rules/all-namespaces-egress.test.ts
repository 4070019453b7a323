import { describe, expect, it } from "vitest";
import { findings, policy } from "./evaluate.ts";

const id = "all-namespaces-egress";
const to = (peers: string, ports = ""): string =>
  policy("web", `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [${peers}]${ports} }] }`);

describe("all-namespaces-egress", () => {
  it.each(["{ namespaceSelector: {} }", "{ namespaceSelector: {}, podSelector: {} }"])("finds %s", (peer) => {
    const yaml = to(`{ ipBlock: { cidr: 10.0.0.0/8 } }, ${peer}`);
    expect(findings(id, yaml).map(({ location }) => location?.path)).toEqual(["spec.egress[0].to[1]"]);
  });

  it.each([
    [
      "DNS wherever it is",
      to("{ namespaceSelector: {} }", ", ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]"),
    ],
    ["the own namespace", to("{ podSelector: {} }")],
    ["some namespaces", to("{ namespaceSelector: { matchLabels: { team: a } } }")],
    ["some pods of all", to("{ namespaceSelector: {}, podSelector: { matchLabels: { app: db } } }")],
  ])("is silent on %s", (_, yaml) => {
    expect(findings(id, yaml)).toEqual([]);
  });
});
