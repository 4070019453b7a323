import { everything } from "../model/cluster.ts";
import type { Policy } from "../model/policy.ts";
import { isClusterWideOfKubernetes, isNetworkPolicy } from "../semantics/network-policy.ts";
import type { NamespaceFacts, RuleContext } from "./context.ts";
import { type Found, type RuleDefinition, defineRule } from "./define-rule.ts";
import { deadValues } from "./support/dead-values.ts";
import { elsewhereText, matchElsewhere, nearMiss, requirementPath } from "./support/near-miss.ts";
import type { LabelledPods } from "./support/pod-labels.ts";
import { policyPlace, subjectPlace } from "./support/places.ts";
import { UnknownNamespaces, unseenPods } from "./support/unevaluated.ts";
import { listText, nameOf, selectorText } from "./support/words.ts";

const pending = "; it protects nothing unless such pods come from elsewhere";

/** Flags a policy whose podSelector matches no workload: it protects nothing. */
export const policySelectsNoPods: RuleDefinition = defineRule({
  id: "policy-selects-no-pods",
  severity: "medium",
  category: "correctness",
  title: "Policy selects no pods",
  needs: ["workloads"],
  fix: "none",
  dependsOn: "namespace",
  check(context, report, skip) {
    const unknown: string[] = [];
    const unseen = new UnknownNamespaces();
    for (const facts of context.namespaces) {
      const idle = facts.union.filter((policy) => selectsNothing(context, policy));
      const reason = idle.length === 0 ? undefined : unseenPods(context, facts.name);
      if (reason !== undefined) {
        unseen.add(reason, facts.name);
        continue;
      }
      const isKnown = facts.workloads.length > 0 || context.cluster.live;
      for (const policy of idle) {
        const found = isKnown
          ? idlePolicy(context, `namespace ${facts.name}`, policy)
          : strayPolicy(context, facts, policy);
        if (found === undefined) unknown.push(facts.name);
        else report(found);
      }
      if (isKnown && unseenPods(context, facts.name) === undefined)
        for (const policy of facts.union) for (const found of deadOf(context, facts, policy)) report(found);
    }
    const idle = widePolicies(context).filter((policy) => selectsNothingAnywhere(context, policy));
    const reason = idle.length === 0 ? undefined : unseenPods(context);
    if (reason !== undefined) skip(reason);
    else for (const policy of idle) report(idlePolicy(context, "the cluster", policy));
    unseen.tell(skip);
    if (unknown.length > 0) skip(`the input has no workloads in ${listText([...new Set(unknown)])}`);
  },
});

/** Values of a list that select nothing beside others that do. */
function deadOf(context: RuleContext, { name }: NamespaceFacts, policy: Policy): readonly Found[] {
  return deadValues(context, policy.subject.podSelector, [name]).map(({ text, path, near }) => ({
    at: subjectPlace(policy, path),
    message: `${nameOf(policy)} lists ${text}, which no workload of namespace ${name} has: only the other values select pods${near === undefined ? "" : `; ${near.text}`}`,
    ...(near?.description === undefined
      ? { severity: "low" as const }
      : { fix: { kind: "manual" as const, description: near.description } }),
  }));
}

function selectsNothing(context: RuleContext, policy: Policy): boolean {
  const { podSelector } = policy.subject;
  if (podSelector.requirements.length === 0) return false;
  // The relation knows whom most policies select: those pods have the labels.
  if (isNetworkPolicy(policy) && context.subjectsOf(policy).size > 0) return false;
  // An identity of Cilium that is no pod.
  if (podSelector.requirements.some(({ key }) => key.startsWith("reserved:"))) return false;
  // A label that Cilium does not keep is another defect.
  if (podSelector.requirements.some(({ operator, values }) => operator === "In" && values.length === 0)) return false;
  // Pods on the host network are not selected either, but host-network-pod-selected says so.
  return !context.podLabels.matchesAny(podSelector, policy.namespace);
}

/** Those that are of no namespace. */
function widePolicies({ otherPolicies, unionPolicies }: RuleContext): readonly Policy[] {
  return [
    ...unionPolicies.filter(({ namespace }) => namespace === undefined),
    ...otherPolicies.filter(isClusterWideOfKubernetes),
  ];
}

/** Whether no pod of any namespace has the labels, or none of a namespace that is meant. */
function selectsNothingAnywhere(context: RuleContext, policy: Policy): boolean {
  const isIdle = context.reachability.possibleSubjects(policy).size === 0;
  return isIdle && policy.subject.or === undefined && selectsNothingIn(context, policy);
}

function selectsNothingIn(context: RuleContext, policy: Policy): boolean {
  const { podSelector, namespaceSelector = everything } = policy.subject;
  if (selectsNothing(context, policy)) return true;
  const meant = new Set(context.namespacesMatching(namespaceSelector).map(({ name }) => name));
  const isMeant = ({ workload }: LabelledPods): boolean =>
    meant.has(workload.namespace) || context.namespace(workload.namespace)?.namespace.declared !== true;
  return podSelector.requirements.length > 0 && !context.podLabels.matching(podSelector).some(isMeant);
}

/** There are pods: this policy selects none of them. */
function idlePolicy(context: RuleContext, where: string, policy: Policy): Found {
  const { podSelector } = policy.subject;
  const { namespace } = policy;
  const message = `${nameOf(policy)} selects no workload: none in ${where} matches ${selectorText(podSelector)}`;
  const near = nearMiss(
    context,
    podSelector,
    namespace === undefined ? context.podLabels.matching(everything) : context.podLabels.in(namespace),
  );
  if (near?.requirement !== undefined) {
    return {
      at: subjectPlace(policy, requirementPath(podSelector, near.requirement)),
      message: `${message}; ${near.text}`,
      fix: { kind: "manual", description: near.description ?? near.text },
    };
  }
  if (near !== undefined)
    return {
      at: subjectPlace(policy),
      message: `${message}; ${near.text}`,
      ...(near.description === undefined ? {} : { fix: { kind: "manual", description: near.description } }),
    };
  const elsewhere = matchElsewhere(context, podSelector, namespace);
  if (elsewhere.length > 0) return { at: subjectPlace(policy), message: `${message}; ${elsewhereText(elsewhere)}` };
  // Without a live cluster the pods may come from elsewhere: an operator, another repository.
  if (context.cluster.live) return { at: subjectPlace(policy), message };
  return { at: subjectPlace(policy), message: `${message}${pending}`, severity: "low" };
}

/** The input has nothing of this namespace but policies, and the pods they would select are in another one. */
function strayPolicy(context: RuleContext, facts: NamespaceFacts, policy: Policy): Found | undefined {
  if (facts.namespace.declared) return undefined;
  const elsewhere = matchElsewhere(context, policy.subject.podSelector, facts.name);
  if (elsewhere.length === 0) return undefined;
  return {
    at: policyPlace(policy, ["metadata", "namespace"]),
    message: `${nameOf(policy)} selects no workload: the input has none in namespace ${facts.name}, but ${elsewhereText(elsewhere)}`,
    fix: { kind: "manual", description: `Put the policy into the namespace of the pods: ${listText(elsewhere)}.` },
  };
}
