import { type Workload, workloadId } from "../../model/cluster.ts";
import type { Direction } from "../../model/policy.ts";
import type { ClassSet } from "../../reachability/class-set.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";
import type { ReportFound, ReportSkipped } from "../define-rule.ts";
import { isolationFix } from "./manifests.ts";
import { namespaceRef, podLabelsPlace, relatedTo } from "./places.ts";
import { namespacesToIsolate } from "./protection.ts";
import { listText, typeOf } from "./words.ts";

const related = 20;

const openTo: Readonly<Record<Direction, string>> = {
  ingress: "so everyone may connect to",
  egress: "so nothing limits where traffic may go from",
};

/**
 * Reports, once per namespace, the pods that no policy isolates in a direction. Where none is isolated at all, the rules
 * on a missing default deny have said so with the same pods: this one finds those that were forgotten.
 */
export function reportForgottenPods(
  direction: Direction,
  context: RuleContext,
  report: ReportFound,
  skip: ReportSkipped,
): void {
  for (const facts of namespacesToIsolate(context, skip, [direction])) {
    const open = context.openClasses(facts, direction);
    if (open.size === 0 || open.size === facts.classes.size) continue;
    const ids = workloadIds(context, open);
    const isIgnored = ignoredWorkloads(context, `pod-not-isolated-${direction}`);
    const workloads = facts.workloads.filter(({ id }) => ids.has(id));
    // Told of apart from the others, so that one of them can be ignored.
    for (const ignored of [false, true]) {
      const part = workloads.filter(({ id }) => isIgnored.has(id) === ignored);
      reportWorkloads(facts, part, direction, context, report);
    }
  }
}

function workloadIds(context: RuleContext, classes: ClassSet): ReadonlySet<string> {
  const ids = new Set<string>();
  classes.forEach((id) => {
    for (const { workload } of context.reachability.podClass(id)?.members ?? []) ids.add(workload.id);
  });
  return ids;
}

/** The workloads that bear an annotation not to be told of a rule's findings. */
function ignoredWorkloads({ cluster }: RuleContext, ruleId: string): ReadonlySet<string> {
  const ignored = (cluster.suppressions ?? []).flatMap((each) =>
    each.by === "annotation" && each.ruleId === ruleId ? [workloadId(each.object)] : [],
  );
  return new Set(ignored);
}

function reportWorkloads(
  facts: NamespaceFacts,
  workloads: readonly Workload[],
  direction: Direction,
  context: RuleContext,
  report: ReportFound,
): void {
  const [first, ...others] = workloads;
  if (first === undefined) return;
  // A Deployment and a StatefulSet may have one name.
  const distinct = [...new Set(workloads.map(({ name }) => name))];
  const names = listText(distinct, 3, distinct.length);
  const them = workloads.length === 1 ? "it" : "them";
  report({
    at: podLabelsPlace(first),
    object: workloads.length === 1 ? first.ref : namespaceRef(facts.name),
    message: `no policy isolates ${names} in namespace ${facts.name} for ${direction}, ${openTo[direction]} ${them}`,
    affected: workloads.map(({ id }) => id),
    related: others.slice(0, related).map((workload) => relatedTo(podLabelsPlace(workload), `${workload.id} too`)),
    fix: isolationFix(
      context,
      facts,
      [direction],
      `Select ${them} in a policy with ${typeOf(direction)} in policyTypes, or isolate every pod of ${facts.name} by default.`,
    ),
  });
}
