import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";
import type { Finding } from "../../src/answers/finding.ts";
import { deployment, documents, policy } from "./evaluate.ts";

const id = "tier-without-pass";
const web = deployment("web");

/** With what the input tells of its data plane: it puts NetworkPolicies into the tier. */
function findings(yaml: string): readonly Finding[] {
  return analyze([{ name: "test.yaml", text: yaml }], { rules: [id] }).findings;
}

function global(name: string, spec: string): string {
  return `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: { name: ${name} }\nspec: { types: [Egress], ${spec} }`;
}

const cut = "{ action: Deny, destination: { nets: [169.254.169.254/32] } }";
const cutting = global("cut", `order: 10, selector: app == 'web', egress: [${cut}]`);

describe("tier-without-pass", () => {
  it("finds a policy of the default tier that cuts all off though it denies a part", () => {
    const [finding, ...more] = findings(documents(web, cutting));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ severity: "high", affected: ["shop/web[Deployment]"] });
    expect(finding?.location?.path).toBe("spec.egress");
    expect(finding?.message).toContain("at the end of the tier default");
  });

  it("finds it where something opens for other pods only", () => {
    const other = policy("db", "{ podSelector: { matchLabels: { app: db } }, policyTypes: [Egress], egress: [{}] }");
    expect(findings(documents(web, other, cutting))).toHaveLength(1);
  });

  it.each([
    ["it passes the rest on", global("cut", `selector: app == 'web', egress: [${cut}, { action: Pass }]`)],
    ["it denies everything", global("cut", `selector: app == 'web', egress: [${cut}, { action: Deny }]`)],
    ["it has no rules", global("cut", "selector: app == 'web'")],
    [
      "a NetworkPolicy opens something",
      documents(cutting, policy("web", "{ podSelector: {}, policyTypes: [Egress], egress: [{}] }")),
    ],
    [
      "its tier passes",
      documents(
        cutting.replace("order: 10", "order: 10, tier: first"),
        "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: { name: first }\nspec: { order: 1, defaultAction: Pass }",
      ),
    ],
  ])("is silent where %s", (_, others) => {
    expect(findings(documents(web, others))).toEqual([]);
  });
});
