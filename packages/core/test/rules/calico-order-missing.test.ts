import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";
import type { Finding } from "../../src/answers/finding.ts";
import { documents, policy } from "./evaluate.ts";

const id = "calico-order-missing";

function findings(...texts: readonly string[]): readonly Finding[] {
  return analyze([{ name: "test.yaml", text: documents(...texts) }], { rules: [id] }).findings;
}

function global(name: string, spec: string, apiVersion = "projectcalico.org/v3"): string {
  return `apiVersion: ${apiVersion}\nkind: GlobalNetworkPolicy\nmetadata: { name: ${name} }\nspec: { ${spec} }`;
}

const deny = "{ action: Deny, destination: { nets: [169.254.169.254/32] } }";
const guard = global("guard", `types: [Egress], egress: [${deny}, { action: Pass }]`);
const opens = policy("web", "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{}] }");

describe("calico-order-missing", () => {
  it("finds a Deny that NetworkPolicies, which have an order, take the effect of", () => {
    const [finding, ...more] = findings(guard, opens);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ severity: "medium", object: { name: "guard" } });
    expect(finding?.location?.path).toBe("spec.egress[0]");
    expect(finding?.message).toContain("NetworkPolicy shop/web (order 1000) allows");
  });

  it("finds a rule that never decides, of either action, and tells of each once", () => {
    const early = global("early", "order: 1, selector: app == 'web', types: [Ingress], ingress: [{ action: Deny }]");
    const late = global(
      "late",
      "selector: app == 'web', types: [Ingress], ingress: [{ action: Allow, protocol: TCP }]",
    );
    expect(findings(early, late)).toMatchObject([{ object: { name: "late" } }]);
    const both = [early.replace("Deny", "Allow"), late.replace("Allow", "Deny")];
    expect(findings(...both)).toMatchObject([{ object: { name: "late" } }]);
  });

  it.each([
    ["it has an order", [guard.replace("types", "order: 10, types"), opens]],
    [
      "the others have none",
      [guard, global("web", "selector: app == 'web', types: [Egress], egress: [{ action: Allow }]")],
    ],
    ["it denies everything", [global("end", "types: [Egress], egress: [{ action: Deny }]"), opens]],
    ["it has no rules", [global("end", "types: [Egress]"), opens]],
    [
      "what is allowed before is an exception",
      [
        global("end", "types: [Egress], egress: [{ action: Deny, destination: { nets: [10.0.0.0/8] } }]"),
        policy(
          "web",
          "{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.1.0.0/16 } }] }] }",
        ),
      ],
    ],
    [
      "the policy that allows denies it first",
      [guard, global("web", `order: 5, selector: app == 'web', types: [Egress], egress: [${deny}, { action: Allow }]`)],
    ],
    [
      "another denies it before",
      [guard, global("first", `order: 5, types: [Egress], egress: [${deny}, { action: Pass }]`), opens],
    ],
    ["they are of another tier", [guard.replace("types", "tier: kube-admin, types"), opens]],
  ])("is silent where %s", (_, texts) => {
    expect(findings(...texts)).toEqual([]);
  });
});
