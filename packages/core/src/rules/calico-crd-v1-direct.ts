import { calicoCrdV1 } from "../semantics/calico/calico-group.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { calicoPolicies } from "./support/calico.ts";
import { policyPlace } from "./support/places.ts";
import { nameOf } from "./support/words.ts";

/** Flags a policy of Calico that is written in the group of what Calico stores: nothing checks or completes it. */
export const calicoCrdV1Direct: RuleDefinition = defineRule({
  id: "calico-crd-v1-direct",
  severity: "low",
  category: "correctness",
  title: "Policy of Calico written past its API",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    // What a cluster stores is in that group, however it got there.
    if (context.cluster.live) return;
    for (const { policy } of context.once(calicoPolicies)) {
      if (policy.ref.apiVersion !== calicoCrdV1) continue;
      report({
        at: policyPlace(policy, ["apiVersion"]),
        message: `${nameOf(policy)} is written in crd.projectcalico.org/v1, the group in which Calico stores its objects: kubectl puts it there unchecked, and no defaults are filled in`,
        fix: {
          kind: "manual",
          description:
            "Write apiVersion: projectcalico.org/v3 and apply it through Calico's API server or with calicoctl, which check it; look at types, order and the name first.",
        },
      });
    }
  },
});
