import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { count, nameOf } from "./support/words.ts";

/** Flags an input whose policies are all staged: Calico reports what they would do, and enforces nothing. */
export const stagedOnly: RuleDefinition = defineRule({
  id: "staged-only",
  severity: "medium",
  category: "security",
  title: "Policies are staged, and none is enforced",
  needs: ["workloads"],
  fix: "none",
  check({ cluster }, report) {
    const { staged, policies, refusedPolicies } = cluster;
    const [first] = staged?.objects ?? [];
    if (staged === undefined || first === undefined || policies.length + refusedPolicies.length > 0) return;
    report({
      at: { object: first.ref, origin: first.origin, path: ["metadata", "name"] },
      message: `the input has ${count(staged.objects.length, "staged policy", "staged policies")} of Calico, of which ${nameOf(first)} is the first, and none that is in force: nothing is isolated`,
      fix: {
        kind: "manual",
        description:
          "Look at what they would change (npa analyze --what-if staged), and enforce them under their kinds without Staged.",
      },
    });
  },
});
