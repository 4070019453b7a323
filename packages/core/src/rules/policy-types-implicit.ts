import type { Fix } from "../answers/finding.ts";
import { type Policy, directions } from "../model/policy.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { policyPlace } from "./support/places.ts";
import { nameOf, typeOf } from "./support/words.ts";

/** Flags a policy without policyTypes: what it isolates hangs on which rules it happens to have. */
export const policyTypesImplicit: RuleDefinition = defineRule({
  id: "policy-types-implicit",
  severity: "low",
  category: "correctness",
  title: "policyTypes not written",
  needs: ["policies"],
  fix: "safe",
  check(context, report) {
    for (const policy of context.networkPolicies) {
      if (!isNetworkPolicy(policy) || policy.policyTypes !== undefined) continue;
      const types = directions.filter((direction) => policy.isolates[direction]).map(typeOf);
      const surprise = types.length === 2 && policy.rules.ingress.length === 0 ? ": it denies all ingress, too" : "";
      report({
        at: policyPlace(policy, ["spec"], "key"),
        message: `${nameOf(policy)} has no policyTypes, so the default applies: ${types.join(" and ")}${surprise}`,
        affected: context.subjectsOf(policy),
        fix: surprise === "" ? written(policy, types) : meantEither,
      });
    }
  },
});

/** Who writes only egress rules may not mean to deny ingress: what is written then should be what is meant. */
const meantEither: Fix = {
  kind: "manual",
  description:
    "Write `policyTypes: [Egress]` if ingress is not meant to be denied, `policyTypes: [Ingress, Egress]` if it is.",
};

function written({ ref }: Policy, types: readonly string[]): Fix {
  return {
    kind: "safe",
    description: `Write \`policyTypes: [${types.join(", ")}]\`.`,
    changes: [{ type: "put", object: ref, path: ["spec"], key: "policyTypes", value: types }],
  };
}
