import { describe, expect, it } from "vitest";
import { deployment, documents, findings, policy } from "./evaluate.ts";

const id = "except-reallowed";
const block = (cidr: string, ...except: readonly string[]): string =>
  `{ ipBlock: { cidr: "${cidr}", except: [${except.map((each) => `"${each}"`).join()}] } }`;
const egress = (name: string, rules: string, app = "web"): string =>
  policy(name, `{ podSelector: { matchLabels: { app: ${app} } }, policyTypes: [Egress], egress: [${rules}] }`);
const to = (peers: string, ports = ""): string => `{ to: [${peers}]${ports === "" ? "" : `, ports: [${ports}]`} }`;
const internet = block("0.0.0.0/0", "10.0.0.0/8");

describe("except-reallowed", () => {
  it.each([
    ["another peer", egress("web", to(`${internet}, ${block("10.0.0.0/7")}`))],
    ["another rule", egress("web", `${to(internet)}, ${to(block("0.0.0.0/0", "192.168.0.0/16"))}`)],
    ["another policy", documents(egress("web", to(internet)), egress("wide", to(block("0.0.0.0/0"))))],
    ["the very range", documents(egress("web", to(internet)), egress("wide", to(block("10.0.0.0/8"))))],
    ["a rule without peers", egress("web", `${to(internet)}, { ports: [{ port: 443 }] }`)],
    [
      "blocks that cover it together",
      egress("web", `${to(internet)}, ${to(`${block("10.0.0.0/9")}, ${block("10.128.0.0/9")}`)}`),
    ],
    [
      "ports that meet",
      egress("web", `${to(internet, "{ port: 400, endPort: 500 }")}, ${to(block("0.0.0.0/0"), "{ port: 443 }")}`),
    ],
  ])("finds %s", (_, yaml) => {
    const found = findings(id, documents(deployment("web"), yaml)).filter(({ message }) =>
      message.includes("10.0.0.0/8"),
    );
    expect(found).toHaveLength(1);
    expect(found[0]?.severity).toBe("high");
    expect(found[0]?.location?.path).toBe("spec.egress[0].to[0].ipBlock.except[0]");
    expect(found[0]?.affected).toEqual(["shop/web[Deployment]"]);
    expect(found[0]?.related.length).toBeGreaterThan(0);
  });

  it.each([
    ["the exception alone", egress("web", to(internet))],
    ["the same exception twice", documents(egress("a", to(internet)), egress("b", to(internet)))],
    ["other ports", egress("web", `${to(internet, "{ port: 443 }")}, ${to(block("10.0.0.0/8"), "{ port: 5432 }")}`)],
    [
      "another protocol",
      egress("web", `${to(internet, "{ port: 443 }")}, ${to(block("10.0.0.0/8"), "{ port: 443, protocol: UDP }")}`),
    ],
    [
      "other pods",
      documents(deployment("api"), egress("web", to(internet)), egress("api", to(block("0.0.0.0/0")), "api")),
    ],
    ["addresses beside it", egress("web", `${to(internet)}, ${to(block("192.168.0.0/16"))}`)],
    ["DNS asked anywhere", egress("web", `${to(internet)}, { ports: [{ port: 53, protocol: UDP }, { port: 53 }] }`)],
    ["pods", egress("web", `${to(internet)}, ${to("{ namespaceSelector: {} }")}`)],
  ])("is silent on %s", (_, yaml) => {
    expect(findings(id, documents(deployment("web"), yaml))).toEqual([]);
  });

  it("only notes what a narrower block lets in", () => {
    const [finding] = findings(id, egress("web", `${to(internet)}, ${to(block("10.96.0.1/32"))}`));
    expect(finding?.severity).toBe("info");
  });

  it("judges by labels where the input has no pods", () => {
    const wide = (app: string): string => egress("wide", to(block("0.0.0.0/0")), app);
    expect(findings(id, documents(egress("web", to(internet)), wide("web")))).toHaveLength(1);
    expect(findings(id, documents(egress("web", to(internet)), wide("api")))).toEqual([]);
  });

  it("does not hang on very many ports", () => {
    const ports = Array.from({ length: 4000 }, (_, i) => `{ port: ${2 * i + 1} }`).join();
    const rules = Array.from({ length: 10 }, () => to(internet, ports)).join();
    expect(findings(id, egress("web", `${rules}, ${to(block("0.0.0.0/0"), ports)}`))).toHaveLength(10);
  });
});
