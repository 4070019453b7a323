import type { HiddenLabel } from "../model/hidden-label.ts";
import type { Policy } from "../model/policy.ts";
import { defaultFilter, namespaceKeysOfCilium } from "../semantics/identity-filter.ts";
import { formatPath, valueAt } from "../source/position.ts";
import type { RuleContext } from "./context.ts";
import { type Place, type RuleDefinition, defineRule } from "./define-rule.ts";
import { policyPlace, subjectPlace } from "./support/places.ts";
import { reportProblems } from "./support/policy-problems.ts";
import { nameOf } from "./support/words.ts";

/** Flags selectors that ask for labels which identities of Cilium do not have: they match no pod, or every one. */
export const labelNotInIdentity: RuleDefinition = defineRule({
  id: "label-not-in-identity",
  severity: "high",
  category: "correctness",
  title: "Selector asks for a label that Cilium does not keep",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    // Keys that no filter makes one of a pod.
    reportProblems("label-not-in-identity", context, report);
    const told = new Set<string>();
    for (const policy of policiesOf(context))
      for (const hidden of policy.hiddenLabels ?? []) {
        const at = placeOf(policy, hidden);
        const { kind, namespace = "", name } = policy.ref;
        const key = [kind, namespace, name, formatPath(at.path), hidden.key].join(" ");
        if (!told.has(key)) report({ at, message: messageOf(context, policy, hidden) });
        told.add(key);
      }
  },
});

function policiesOf({ cluster }: RuleContext): readonly Policy[] {
  return [...cluster.policies, ...(cluster.hostPolicies ?? []).flatMap(({ policies }) => policies)];
}

const operators: ReadonlySet<unknown> = new Set(["matchLabels", "matchExpressions"]);

/** The key, under a prefix that is not part of its label, too; else the selector. */
function placeOf(policy: Policy, { key, path }: HiddenLabel): Place {
  const place = path === undefined ? subjectPlace(policy) : policyPlace(policy, path);
  if (place.path.some((step) => operators.has(step))) return { ...place, part: "key" };
  for (const prefix of ["", "k8s:", "any:"]) {
    const below = [...place.path, "matchLabels", `${prefix}${key}`];
    if (valueAt(policy.origin, below) !== undefined) return policyPlace(policy, below, "key");
  }
  return place;
}

/** The most of a text that a message has. */
const most = 100;

function shown(text: string): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

function messageOf({ reachability }: RuleContext, policy: Policy, { key }: HiddenLabel): string {
  const filter = reachability.options.assumptions.ciliumIdentityLabels;
  const label = JSON.stringify(shown(key));
  const why =
    filter === defaultFilter
      ? `by default Cilium keeps no label ${label} in the identity of pods`
      : `the option labels of Cilium (${shown(filter)}) leaves the label ${label} out of the identity of pods`;
  const meant = /namespace|metadata[.]name/i.test(key)
    ? namespaceKeysOfCilium
    : "select pods by another label, or add this one to the option labels of Cilium";
  return `${nameOf(policy)}: ${why}, so it is as if no pod had it: ${meant}`;
}
