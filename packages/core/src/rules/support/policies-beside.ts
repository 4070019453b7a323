import type { Policy } from "../../model/policy.ts";
import { relateSelectors } from "../../symbolic/selector-questions.ts";
import type { RuleContext } from "../context.ts";

const stepsPerPair = 20;

/** Those of egress: the policies of the first pod that a policy selects; without pods all that may select the same. */
export function policiesBeside(context: RuleContext, policy: Policy): readonly Policy[] {
  const [subject] = context.subjectsOf(policy).toArray();
  if (subject !== undefined) return context.reachability.policiesOf(subject, "egress", "possible");
  const { namespace } = policy;
  return context.unionPolicies.filter(
    (other) =>
      other.applies.egress &&
      (namespace === undefined || other.namespace === undefined || other.namespace === namespace) &&
      context.hints.spend(stepsPerPair) &&
      relateSelectors(policy.subject.podSelector, other.subject.podSelector).relation !== "disjoint",
  );
}
