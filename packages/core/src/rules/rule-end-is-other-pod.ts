import type { SelectorTree } from "../model/calico.ts";
import type { Policy } from "../model/policy.ts";
import { podBoxes } from "../semantics/calico/selector-boxes.ts";
import type { RuleContext } from "./context.ts";
import { type Found, type RuleDefinition, defineRule } from "./define-rule.ts";
import {
  calicoPolicies,
  labelledPods,
  mayFindGlobal,
  ownEnds,
  possibleGroups,
  type RuleEnd,
} from "./support/calico.ts";
import { neverSelects } from "./support/calico-mistakes.ts";
import { policyPlace } from "./support/places.ts";
import { nameOf } from "./support/words.ts";

/** Flags a rule of Calico whose own end is selected as if it were another pod: it never matches. */
export const ruleEndIsOtherPod: RuleDefinition = defineRule({
  id: "rule-end-is-other-pod",
  severity: "high",
  category: "correctness",
  title: "Rule judges its own pod as another one",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    for (const written of context.once(calicoPolicies))
      for (const end of ownEnds(written)) {
        const found = end.rule.action === "log" ? undefined : strangeEnd(context, end);
        if (found !== undefined) report(found);
      }
  },
});

/** An end that is none of the policy's pods: of all that could be, or of those of the input where it is others. */
function strangeEnd(context: RuleContext, end: RuleEnd): Found | undefined {
  const { policy, parts, direction, index, field, entity, scope } = end;
  const [whole] = parts;
  const own = parts.filter(({ rules }) => rules[direction][index]?.placeholder === undefined);
  // Without selectors it asks for addresses, of which an input tells little.
  if (scope.type === "any" || isOfHosts(scope.tree) || whole === undefined || own.length === 0 || own.includes(whole))
    return undefined;
  if (own.some(({ unknownSubject }) => unknownSubject !== undefined)) return undefined;
  const isNever = own.every(({ subject }) => neverSelects([subject, ...(subject.or ?? [])]));
  if (!isNever && !isOnlyOthers(context, whole, own, end)) return undefined;
  const fields = ["selector", "notSelector", "serviceAccounts", "namespaceSelector"] as const;
  const first = fields.find((each) => entity[each] !== undefined) ?? "selector";
  const text = entity[first === "serviceAccounts" ? "selector" : first]?.text;
  const peer = direction === "ingress" ? "source" : "destination";
  return {
    at: policyPlace(policy, ["spec", direction, index, field, first]),
    severity: isNever ? "high" : "medium",
    message: `the ${field} of an ${direction} rule is the pod that the policy selects, and ${text === undefined ? "what stands there" : `"${text}"`} is ${isNever ? "none that" : "no pod of the input that"} ${nameOf(policy)} selects${end.spec.selector === undefined ? "" : ` ("${end.spec.selector.text}")`}: the rule never matches`,
    affected: context.subjectsOf(whole),
    fix: {
      kind: "manual",
      description: `Take it out, or put it into the ${peer} if the other end is meant; rules for other pods belong into a policy that selects them.`,
    },
  };
}

/** Whether it may be a host endpoint, and no pod. */
function isOfHosts(tree: SelectorTree): boolean {
  return neverSelects(podBoxes(tree) ?? []) && mayFindGlobal(tree);
}

/** Whether the policy selects pods, and the end finds some, but none that are both. */
function isOnlyOthers(
  context: RuleContext,
  whole: Policy,
  own: readonly Policy[],
  { scope, policy, entity }: RuleEnd,
): boolean {
  if (scope.type !== "member" || entity.nets !== undefined || entity.notNets !== undefined) return false;
  if (own.some((part) => context.reachability.possibleSubjects(part).size > 0)) return false;
  // A host endpoint may be the end that is meant.
  if (policy.namespace === undefined && possibleGroups(context, scope.tree).length > 0) return false;
  return context.subjectsOf(whole).size > 0 && (labelledPods(context, scope.tree)?.length ?? 0) > 0;
}
