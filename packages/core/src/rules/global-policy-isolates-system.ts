import { type Direction, directions, type Policy, type Rule } from "../model/policy.ts";
import { type ClassId, ClassSet } from "../reachability/class-set.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { matchesSelector } from "../semantics/match-selector.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { interval } from "../sets/interval-set.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { isAllowedSome } from "./support/allowed-some.ts";
import { intersectSets, uniteSets } from "./support/class-sets.ts";
import { policyPlace } from "./support/places.ts";
import { UnknownNamespaces } from "./support/unevaluated.ts";
import { knownClasses } from "./support/tiers.ts";
import { isEveryPod } from "./support/wide-peers.ts";
import { listText, nameOf } from "./support/words.ts";

/** Flags a cluster-wide policy that takes in the pods of the system: without DNS and its kin nothing else works. */
export const globalPolicyIsolatesSystem: RuleDefinition = defineRule({
  id: "global-policy-isolates-system",
  severity: "high",
  category: "reliability",
  title: "Cluster-wide policy cuts off pods of the system",
  needs: ["policies"],
  fix: "none",
  check(context, report, skip) {
    const unknown = new UnknownNamespaces();
    for (const policy of context.cluster.policies) {
      if (policy.namespace !== undefined) continue;
      for (const direction of directions) {
        if (!deniesAll(policy, direction)) continue;
        const cut = cutOff(context, policy, direction);
        const known = cut && knownClasses(context, cut, "allows", direction, unknown);
        if (cut === undefined || known === undefined || (cut.size > 0 && known.size === 0)) continue;
        const pods = known.size === 0 ? "every pod of kube-system" : listText(context.workloadsOf(known).ids);
        report({
          at: policyPlace(policy, ["spec"], "key"),
          message: `${nameOf(policy)} selects pods of every namespace, those of the system too: ${direction} of ${pods} is denied, and no policy allows any of it`,
          affected: known,
          fix: {
            kind: "manual",
            description: `Leave kube-system${others(context)} out of what the policy selects, or allow before it what they need.`,
          },
        });
      }
    }
    unknown.tell(skip);
  },
});

/** Whether a policy isolates, or has a rule that denies what comes from or goes to all pods; no rule of it does otherwise to all before. */
function deniesAll(policy: Policy, direction: Direction): boolean {
  const first = decidingRules(policy, direction).find(isAboutAll);
  if (first === undefined) return policy.isolates[direction];
  // Of a rule that fails closed `unknown-peer` tells.
  return first.action === "deny" && first.failsClosed === undefined;
}

function isAboutAll({ peers, ports, unknown }: Rule): boolean {
  return unknown === undefined && ports === "any" && (peers === "any" || peers.some(isEveryPod));
}

function others(context: RuleContext): string {
  const names = systemNamespaces(context).filter(
    (name) => name !== "kube-system" && context.namespace(name) !== undefined,
  );
  return names.map((name) => ` and ${name}`).join("");
}

/** Where DNS and what else every pod needs usually runs. */
function systemNamespaces({ settings }: RuleContext): readonly string[] {
  return [...new Set(["kube-system", ...settings.dns.flatMap(({ namespace }) => namespace ?? [])])];
}

/**
 * The pods of the system that a policy selects and that nothing may reach (or that may reach nothing) at all; the empty set
 * where the input has none, but the policy would select them and nothing allows them anything. Undefined when there are none.
 */
function cutOff(context: RuleContext, policy: Policy, direction: Direction): ClassSet | undefined {
  const { reachability } = context;
  const system = uniteSets(systemNamespaces(context).map((name) => context.namespace(name)?.classes ?? ClassSet.empty));
  if (system.size === 0) return wouldCut(context, policy, direction) ? ClassSet.empty : undefined;
  const podsOnly = ClassSet.of(interval(0, reachability.pods.classes.length));
  const everyone = ClassSet.of(interval(0, reachability.classCount));
  // Few reach the system from outside, but it asks the API server, which is no pod.
  const peers = direction === "ingress" ? podsOnly : everyone;
  const isCut = (id: ClassId): boolean => !isAllowedSome(reachability, id, direction, peers);
  const cut = intersectSets(system, context.subjectsOf(policy)).toArray().filter(isCut);
  return cut.length === 0 ? undefined : ClassSet.fromSorted(cut);
}

/** Whether a policy selects whatever is in kube-system, and no policy that may speak of it allows anything. */
function wouldCut({ cluster }: RuleContext, policy: Policy, direction: Direction): boolean {
  const { namespaceSelector, podSelector, within } = policy.subject;
  if (policy.subject.or !== undefined || within !== undefined || podSelector.requirements.length > 0) return false;
  if (namespaceSelector !== undefined && !matchesSelector(namespaceSelector, { [namespaceNameLabel]: "kube-system" }))
    return false;
  return !cluster.policies.some(
    (other) =>
      (other.namespace === undefined || other.namespace === "kube-system") &&
      decidingRules(other, direction).some(({ action }) => action !== "deny"),
  );
}
