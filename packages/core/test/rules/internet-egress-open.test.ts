import { describe, expect, it } from "vitest";
import { deployment, documents, findings, placeOf, policy } from "./evaluate.ts";

const id = "internet-egress-open";
const blocks = (...cidrs: readonly string[]): string =>
  `{ to: [${cidrs.map((cidr) => `{ ipBlock: { cidr: "${cidr}" } }`).join(", ")}], ports: [{ port: 443 }] }`;
const open = (name: string, rules: string, podSelector = "{}"): string =>
  policy(name, `{ podSelector: ${podSelector}, policyTypes: [Egress], egress: [${rules}] }`);

describe("internet-egress-open", () => {
  it.each([
    [
      "IPv4",
      ["10.0.0.0/8", "0.0.0.0/0"],
      "the whole IPv4 internet (0.0.0.0/0) on TCP 443",
      "spec.egress[0].to[1].ipBlock.cidr",
    ],
    ["IPv6", ["::/0"], "the whole IPv6 internet", "spec.egress[0].to[0].ipBlock.cidr"],
    ["both", ["0.0.0.0/0", "::/0"], "IPv4 and IPv6", "spec.egress[0].to[1].ipBlock.cidr"],
    ["halves", ["0.0.0.0/1", "128.0.0.0/1"], "(0.0.0.0/1 and 128.0.0.0/1)", "spec.egress[0].to[0].ipBlock.cidr"],
    ["all global IPv6", ["2000::/3"], "the whole IPv6 internet", "spec.egress[0].to[0].ipBlock.cidr"],
  ])("finds %s", (_, cidrs, words, path) => {
    const [finding, ...more] = findings(id, open("web", blocks(...cidrs)));
    expect(more).toEqual([]);
    expect(finding?.message).toContain(words);
    expect(finding?.location?.path).toBe(path);
  });

  it("does not care for private ranges left out, but for public ones", () => {
    const except = (range: string): string => `{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [${range}] } }] }`;
    expect(findings(id, open("web", except("10.0.0.0/8, 192.168.0.0/16")))).toHaveLength(1);
    expect(findings(id, open("web", except("8.0.0.0/8")))).toEqual([]);
    expect(findings(id, open("web", blocks("0.0.0.0/1")))).toEqual([]);
  });

  it.each([[[]], [[deployment("web"), deployment("db")]]])(
    "judges the union of the policies that select a pod",
    (pods) => {
      const low = open("low", blocks("0.0.0.0/1"));
      const high = open("high", blocks("128.0.0.0/1"), "{ matchLabels: { app: web } }");
      const [finding, ...more] = findings(id, documents(...pods, low, high));
      expect(more).toEqual([]);
      expect(finding?.message).toContain("together open");
      expect(finding?.affected).toEqual(pods.length === 0 ? [] : ["shop/web[Deployment]"]);
      const apart = open("low", blocks("0.0.0.0/1"), "{ matchLabels: { app: db } }");
      expect(findings(id, documents(...pods, apart, high))).toEqual([]);
    },
  );

  it("counts a rule without peers, unless it is for DNS or makes a default deny void", () => {
    expect(findings(id, open("web", "{ ports: [{ port: 443 }] }")).map(placeOf)).toEqual(["4 spec.egress[0]"]);
    expect(findings(id, open("web", "{}"))).toHaveLength(1);
    expect(findings(id, open("web", "{ ports: [{ port: 53 }, { port: 53, protocol: UDP }] }"))).toEqual([]);
    expect(
      findings(id, documents(open("web", "{}"), policy("deny", "{ podSelector: {}, policyTypes: [Egress] }"))),
    ).toEqual([]);
  });
});
