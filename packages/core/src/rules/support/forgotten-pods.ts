import type { Direction } from "../../model/policy.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";
import type { ReportFound, ReportSkipped } from "../define-rule.ts";
import { defaultDenyManifest } from "./manifests.ts";
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
  for (const facts of namespacesToIsolate(context, skip)) {
    const open = context.openClasses(facts, direction);
    if (open.size === 0 || open.size === facts.classes.size) continue;
    reportNamespace(facts, direction, context, report);
  }
}

function reportNamespace(facts: NamespaceFacts, direction: Direction, context: RuleContext, report: ReportFound): void {
  const open = context.openClasses(facts, direction);
  const affected = context.workloadsOf(open);
  const ids = new Set(affected.ids);
  const workloads = facts.workloads.filter(({ id }) => ids.has(id));
  const [first, ...others] = workloads;
  if (first === undefined) return;
  const names = listText(
    workloads.map(({ name }) => name),
    3,
    affected.count,
  );
  const them = affected.count === 1 ? "it" : "them";
  report({
    at: podLabelsPlace(first),
    object: affected.count === 1 ? first.ref : namespaceRef(facts.name),
    message: `no policy isolates ${names} in namespace ${facts.name} for ${direction}, ${openTo[direction]} ${them}`,
    affected: open,
    related: others.slice(0, related).map((workload) => relatedTo(podLabelsPlace(workload), `${workload.id} too`)),
    fix: {
      kind: "suggested",
      description: `Select ${them} in a policy with ${typeOf(direction)} in policyTypes, or isolate every pod of ${facts.name} by default.`,
      manifest: defaultDenyManifest(context, facts, [direction]),
    },
  });
}
