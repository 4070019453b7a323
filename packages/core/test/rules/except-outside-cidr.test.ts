import { describe, expect, it } from "vitest";
import { evaluate, policy } from "./evaluate.ts";

const id = "except-outside-cidr";
const block = (cidr: string, except: string): string =>
  policy("web", `{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "${cidr}", except: ["${except}"] } }] }] }`);

describe("except-outside-cidr", () => {
  it.each([
    ["10.0.0.0/16", "10.1.0.0/24"],
    ["10.0.0.0/16", "10.0.0.0/16"],
    ["10.0.0.0/16", "10.0.0.0/8"],
    ["0.0.0.0/0", "::/1"],
  ])("finds %s except %s, and invalid-policy leaves it alone", (cidr, except) => {
    const { findings } = evaluate(block(cidr, except));
    expect(findings.map(({ ruleId, location }) => `${ruleId} ${location?.path}`)).toEqual([
      `${id} spec.ingress[0].from[0].ipBlock.except[0]`,
    ]);
  });

  it("leaves what is no CIDR to invalid-policy", () => {
    expect(evaluate(block("10.0.0.0/16", "10.0.0.0/33")).findings.map(({ ruleId }) => ruleId)).toEqual([
      "invalid-policy",
    ]);
  });
});
