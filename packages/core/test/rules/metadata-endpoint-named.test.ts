import { describe, expect, it } from "vitest";
import { evaluate, findings, policy } from "./evaluate.ts";

const id = "metadata-endpoint-named";
const to = (cidr: string, port = 80): string =>
  policy(
    "web",
    `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: "${cidr}" } }], ports: [{ port: ${port} }] }] }`,
  );

describe("metadata-endpoint-named", () => {
  it.each(["169.254.169.254/32", "fd00:ec2::254/128", "100.100.100.200/32"])(
    "finds %s, and nothing else does",
    (cidr) => {
      expect(findings(id, to(cidr))).toHaveLength(1);
      const ids = evaluate(to(cidr)).findings.map(({ ruleId }) => ruleId);
      expect(ids).not.toContain("metadata-endpoint-reachable");
      expect(ids).not.toContain("internet-egress-open");
    },
  );

  it.each([
    ["169.254.0.0/16", 80],
    ["169.254.169.254/32", 443],
    ["10.0.0.1/32", 80],
  ])("is silent on %s port %i", (cidr, port) => {
    expect(findings(id, to(cidr, port))).toEqual([]);
  });
});
