import { describe, expect, it } from "vitest";
import { findings, policy } from "./evaluate.ts";

const id = "ip-block-holds-no-host";
const to = (cidr: string): string =>
  policy("web", `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: "${cidr}" } }] }] }`);

describe("ip-block-holds-no-host", () => {
  it.each([
    ["0.0.0.0/24", "did you mean 0.0.0.0/0?"],
    ["0.0.0.0/32", "did you mean 0.0.0.0/0?"],
    ["0.0.0.0/8", "did you mean 0.0.0.0/0?"],
    ["0.1.0.0/16", "did you mean 0.0.0.0/0?"],
    ["::/128", "did you mean ::/0?"],
    ["255.255.255.255/32", "reserved"],
    ["240.0.0.0/4", "reserved"],
  ])("finds %s", (cidr, text) => {
    const [finding, ...more] = findings(id, to(cidr));
    expect(more).toEqual([]);
    expect(finding?.message).toContain(text);
    expect(finding?.location?.path).toBe("spec.egress[0].to[0].ipBlock.cidr");
  });

  it.each(["0.0.0.0/0", "0.0.0.0/1", "::/0", "10.0.0.0/8", "224.0.0.0/4", "128.0.0.0/1"])("is silent on %s", (cidr) => {
    expect(findings(id, to(cidr))).toEqual([]);
  });
});
