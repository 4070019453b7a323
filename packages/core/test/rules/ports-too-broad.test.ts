import { describe, expect, it } from "vitest";
import { deployment, documents, findings, policy } from "./evaluate.ts";

const id = "ports-too-broad";
const ingress = (rule: string): string => policy("web", `{ podSelector: {}, ingress: [${rule}] }`);

describe("ports-too-broad", () => {
  it.each([
    ["no ports", "{ from: [{ podSelector: {} }] }", "spec.ingress[0]", "all ports"],
    ["an empty list of ports", "{ from: [{ podSelector: {} }], ports: [] }", "spec.ingress[0]", "all ports"],
    [
      "a range",
      "{ ports: [{ port: 80 }, { port: 1000, endPort: 1999 }] }",
      "spec.ingress[0].ports[1]",
      "TCP 1000-1999",
    ],
    [
      "a whole protocol",
      "{ from: [{ podSelector: {} }], ports: [{ protocol: UDP }] }",
      "spec.ingress[0].ports[0]",
      "all UDP ports",
    ],
  ])("finds %s", (_, rule, path, words) => {
    const [finding, ...more] = findings(id, ingress(rule));
    expect(more).toEqual([]);
    expect(finding?.location?.path).toBe(path);
    expect(finding?.message).toContain(words);
  });

  it.each([
    "{}",
    "{ from: [{ podSelector: {} }], ports: [{ port: 1000, endPort: 1998 }] }",
    "{ ports: [{ port: http }] }",
  ])("is silent on %s", (rule) => {
    expect(findings(id, ingress(rule))).toEqual([]);
  });

  it("is milder about a namespace whose pods may all talk to each other", () => {
    const severity = (peers: string): string | undefined => findings(id, ingress(`{ from: [${peers}] }`))[0]?.severity;
    expect(severity("{ podSelector: {} }")).toBe("low");
    // What is for some of them is no worse.
    expect(severity("{ podSelector: { matchLabels: { app: x } } }")).toBe("low");
    const egress = (peer: string): number =>
      findings(id, policy("web", `{ podSelector: {}, egress: [{ to: [${peer}] }] }`)).length;
    expect([egress("{ podSelector: {} }"), egress("{ podSelector: { matchLabels: { app: x } } }")]).toEqual([0, 0]);
    expect(severity("{ podSelector: {}, namespaceSelector: { matchLabels: { a: b } } }")).toBe("medium");
    expect(severity("{ podSelector: {} }, { ipBlock: { cidr: 10.0.0.0/8 } }")).toBe("medium");
  });

  it("names the ports that the pods declare", () => {
    const web = deployment("web").replace("image:", "ports: [{ containerPort: 8080 }], image:");
    expect(findings(id, documents(web, ingress("{ from: [{ podSelector: {} }] }")))[0]?.message).toContain(
      "declare TCP 8080",
    );
  });
});
