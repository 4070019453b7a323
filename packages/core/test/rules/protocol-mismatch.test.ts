import { describe, expect, it } from "vitest";
import { deployment, documents, findings, policy, service } from "./evaluate.ts";

const id = "protocol-mismatch";
const listening = (ports: string): string => deployment("log").replace("image:", `ports: [${ports}], image:`);
const udp = listening("{ containerPort: 514, protocol: UDP }");
const ingress = (ports: string, extra = ""): string =>
  policy(
    "log",
    `{ podSelector: { matchLabels: { app: log } }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }], ports: [${ports}] }${extra}] }`,
  );

describe("protocol-mismatch", () => {
  it.each([
    ["UDP", udp],
    ["SCTP", listening("{ containerPort: 514, protocol: SCTP }")],
  ])("finds TCP for a port of %s", (protocol, pods) => {
    const [finding, ...more] = findings(id, documents(pods, ingress("{ port: 514 }")));
    expect(more).toEqual([]);
    expect(finding?.message).toContain(`declares that port for ${protocol} only`);
    expect(finding?.location?.path).toBe("spec.ingress[0].ports[0]");
    expect(finding?.affected).toEqual(["shop/log[Deployment]"]);
  });

  it("names no pods that policies do not tell from these and that have another port", () => {
    const web = deployment("web").replace("image:", "ports: [{ containerPort: 80 }], image:");
    const all = policy("all", "{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 514 }] }] }");
    const [finding] = findings(id, documents(udp, web, all));
    expect(finding?.message).toContain("but shop/log[Deployment] declares that port for UDP only");
    expect(finding?.affected).toEqual(["shop/log[Deployment]"]);
  });

  it("knows the protocol from a Service", () => {
    const front = service("log", { app: "log" }, "{ port: 514, protocol: UDP }");
    expect(findings(id, documents(deployment("log"), front, ingress("{ port: 514 }")))).toHaveLength(1);
  });

  it.each([
    ["the right protocol", udp, ingress("{ port: 514, protocol: UDP }")],
    ["both protocols", udp, ingress("{ port: 514 }, { port: 514, protocol: UDP }")],
    [
      "the right protocol in a rule of its own",
      udp,
      ingress("{ port: 514 }", ", { ports: [{ port: 514, protocol: UDP }] }"),
    ],
    [
      "a port declared for both",
      listening("{ containerPort: 514, protocol: UDP }, { containerPort: 514 }"),
      ingress("{ port: 514 }"),
    ],
    ["another port", udp, ingress("{ port: 80 }")],
    ["a range", udp, ingress("{ port: 500, endPort: 600 }")],
    ["pods that declare nothing", deployment("log"), ingress("{ port: 514 }")],
  ])("is silent on %s", (_, pods, rule) => {
    expect(findings(id, documents(pods, rule))).toEqual([]);
  });

  it("is silent where some of the pods are unknown", () => {
    const all = policy(
      "all",
      "{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 514 }] }] }",
    );
    expect(findings(id, documents(udp, deployment("web"), all, ingress("{ port: 1 }")))).toEqual([]);
    expect(findings(id, documents(udp, all))).toHaveLength(1);
  });
});
