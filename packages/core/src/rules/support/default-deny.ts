import type { Direction } from "../../model/policy.ts";
import type { Labels, Selector } from "../../model/selector.ts";
import { uncoveredLabels } from "../../symbolic/selector-questions.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";
import type { ReportFound, ReportSkipped } from "../define-rule.ts";
import { forOwnPods } from "../../semantics/cilium-clusters.ts";
import { closedByOthers } from "./closing-policies.ts";
import { isolationFix } from "./manifests.ts";
import { isAnyDenied } from "./opened.ts";
import { namespacePlace, namespaceRef } from "./places.ts";
import { allPodsIsolated, isUnprotected, namespacesToIsolate } from "./protection.ts";
import { UnknownNamespaces, unseenPodsOf } from "./unevaluated.ts";
import { labelsText, listText, nameOf, typeOf } from "./words.ts";

/** What a pod that nobody isolates is open to. */
const openTo: Readonly<Record<Direction, string>> = {
  ingress: "accepts traffic from every source",
  egress: "may send traffic to every destination",
};

const butDenied = " that no policy denies";

/** Steps that one namespace may cost. */
const stepsPerNamespace = 1_000_000;

/**
 * Whether a new pod of the namespace could be open in a direction, whatever its labels: the labels of such a pod;
 * undefined when there is none.
 */
function openLabels(context: RuleContext, closed: readonly Selector[]): Labels | "undecided" | undefined {
  const ofOwnPods = closed.flatMap((selector) => forOwnPods(selector) ?? []);
  if (ofOwnPods.some(({ requirements }) => requirements.length === 0)) return undefined;
  const budget = context.budget.share(stepsPerNamespace);
  const cover = uncoveredLabels(ofOwnPods, budget);
  context.budget.charge(budget, stepsPerNamespace);
  if (cover.status === "covered") return undefined;
  return cover.status === "undecided" ? "undecided" : cover.labels;
}

/**
 * Reports the namespaces in which a new pod would not be isolated: decided by what the policies select, never by their
 * names. Where no policy selects any pod at all, `namespace-without-policies` speaks.
 */
export function reportMissingDefaultDeny(
  direction: Direction,
  context: RuleContext,
  report: ReportFound,
  skip: ReportSkipped,
): void {
  const undecided: string[] = [];
  const open = new UnknownNamespaces();
  for (const facts of namespacesToIsolate(context, skip, [direction])) {
    if (isUnprotected(context, facts)) continue;
    const own = facts.policies.filter((policy) => policy.isolates[direction]).map(({ subject }) => subject.podSelector);
    const others = closedByOthers(context, facts, direction);
    const closed = [...own, ...others.certain];
    const labels = openLabels(context, closed);
    const at = namespacePlace(facts);
    if (labels === "undecided") undecided.push(facts.name);
    if (labels === undefined || labels === "undecided" || at === undefined) continue;
    const [maybe] = others.possible;
    const more = others.possible.map(({ podSelector }) => podSelector);
    if (maybe !== undefined && openLabels(context, [...closed, ...more]) === undefined) {
      open.add(
        `whether ${nameOf(maybe.policy)} selects pods there depends on labels that the input does not give`,
        facts.name,
      );
      continue;
    }
    report({
      at,
      object: namespaceRef(facts.name),
      message: messageOf(facts, direction, closed.length, labels, context),
      affected: context.openClasses(facts, direction),
      ...(allPodsIsolated(context, facts, direction) ? { severity: "info" } : {}),
      fix: isolationFix(
        context,
        facts,
        [direction],
        `Add a policy that selects every pod of ${facts.name} for ${typeOf(direction)}${direction === "egress" ? " and allows DNS only" : " and allows nothing"}, and allow what is needed beside it.`,
      ),
    });
  }
  open.tell(skip);
  if (undecided.length > 0)
    skip(`in ${listText(undecided)}: the selectors are too many to decide whether they cover every pod`);
}

function messageOf(
  facts: NamespaceFacts,
  direction: Direction,
  closing: number,
  labels: Labels,
  context: RuleContext,
): string {
  const pod = closing === 0 ? "every pod" : `a pod with ${labelsText(labels)}`;
  const which = unseenPodsOf(context, facts.name) === undefined ? "exist now" : "the input shows";
  const now = allPodsIsolated(context, facts, direction) ? `; all pods that ${which} are isolated` : "";
  const because = closing === 0 ? `no policy isolates ${direction}` : `no ${direction} policy selects every pod`;
  return `namespace ${facts.name} has no default deny for ${direction}: ${because}, so ${pod} ${openTo[direction]}${isAnyDenied(context, direction) ? butDenied : ""}${now}`;
}
