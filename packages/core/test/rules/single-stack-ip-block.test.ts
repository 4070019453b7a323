import { describe, expect, it } from "vitest";
import { documents, findings, findingsWith, podAt, policy } from "./evaluate.ts";

const id = "single-stack-ip-block";
const dual = podAt("web", ["10.1.2.3", "fd00::3"]);
const egress = (name: string, rule: string, app = "web"): string =>
  policy(name, `{ podSelector: { matchLabels: { app: ${app} } }, policyTypes: [Egress], egress: [${rule}] }`);
const to = (cidr: string): string => `{ to: [{ ipBlock: { cidr: "${cidr}" } }] }`;

describe("single-stack-ip-block", () => {
  it.each([
    ["0.0.0.0/0", "no IPv6"],
    ["::/0", "no IPv4"],
  ])("finds %s alone", (cidr, words) => {
    const [finding, ...more] = findings(id, documents(dual, egress("web", to(cidr))));
    expect(more).toEqual([]);
    expect(finding?.message).toContain(words);
    expect(finding?.affected).toEqual(["shop/web[Pod]"]);
    expect(finding?.location?.path).toBe("spec.egress[0].to[0].ipBlock.cidr");
  });

  it.each([
    ["both families", egress("web", `${to("0.0.0.0/0")}, ${to("::/0")}`)],
    ["some of the other family", egress("web", `${to("0.0.0.0/0")}, ${to("2001:db8::/32")}`)],
    ["the other family in another policy", documents(egress("a", to("0.0.0.0/0")), egress("b", to("::/0")))],
    ["a rule without peers", egress("web", `${to("0.0.0.0/0")}, { ports: [{ port: 443 }] }`)],
    ["a narrower block", egress("web", to("203.0.113.0/24"))],
  ])("is silent on %s", (_, yaml) => {
    expect(findings(id, documents(dual, yaml))).toEqual([]);
  });

  it("does not take a policy for other pods", () => {
    const found = findings(id, documents(dual, egress("a", to("0.0.0.0/0")), egress("b", to("::/0"), "other")));
    expect(found.map(({ object }) => object.name)).toEqual(["a", "b"]);
  });

  it("is silent where only one family is known", () => {
    expect(findings(id, documents(podAt("web", ["10.1.2.3"]), egress("web", to("0.0.0.0/0"))))).toEqual([]);
  });

  it("knows the families of the configuration", () => {
    const clusterCidrs = { pods: ["10.244.0.0/16", "fd00:10::/56"] };
    expect(findingsWith(id, egress("web", to("0.0.0.0/0")), { clusterCidrs })).toHaveLength(1);
  });
});
