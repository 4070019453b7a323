import type { JsonValue } from "../../answers/finding.ts";
import type { Direction, Policy } from "../../model/policy.ts";
import type { Selector } from "../../model/selector.ts";
import { ClassSet } from "../../reachability/class-set.ts";
import { difference } from "../../sets/interval-set.ts";
import { relateSelectors } from "../../symbolic/selector-questions.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";
import { listText } from "./words.ts";

/** Traffic that pods of a namespace are known to need once they are isolated. */
export interface KnownNeed {
  /** The pods of the namespace that need it. */
  readonly subject: Selector;
  readonly peers: readonly JsonValue[];
  readonly ports: readonly JsonValue[];
  /** What tells of it, in words. */
  readonly because: string;
}

/** It is not known well enough what pods need. Thrown and caught where needs are collected. */
export class Unclear extends Error {}

/** Whether all pods that a selector means are open: a rule for others as well would open what is closed. */
export function isOpen(
  context: RuleContext,
  facts: NamespaceFacts,
  direction: Direction,
  subject: Selector,
  open: ClassSet,
): boolean {
  refuseHostNetwork(context, subject, facts.name);
  const isolating = isolatingIn(facts, direction);
  if (facts.workloads.length > 0) {
    const names = context.podLabels.matching(subject, facts.name).filter(({ onNode }) => !onNode);
    const meant = new Set(names.map(({ workload }) => workload));
    if (meant.size === 0) return false;
    const closed = ClassSet.of(difference(facts.classes.boundaries, open.boundaries)).toArray();
    const isClosed = closed.some((id) =>
      context.reachability.podClass(id)?.members.some(({ workload }) => meant.has(workload)),
    );
    if (isClosed) {
      if (meant.size > 1 && open.size > 0)
        throw new Unclear(`only some of the pods of ${listText([...meant].map(({ name }) => name))} are isolated`);
      return false;
    }
  }
  return isolating.every(
    (policy) =>
      relateSelectors(subject, policy.subject.podSelector).relation === "disjoint" || facts.workloads.length > 0,
  );
}

/** The policies of a namespace, of whatever kind, that isolate in a direction. */
export function isolatingIn({ union, calico }: NamespaceFacts, direction: Direction): readonly Policy[] {
  return [...union, ...calico].filter((policy) => policy.isolates[direction]);
}

/** Labels that pods on the network of their node have as well select less than they say. */
export function refuseHostNetwork(context: RuleContext, selector: Selector, namespace: string): void {
  if (!isSpecific(selector)) return;
  const onNode = context.podLabels.onNodes(selector).find(({ workload }) => workload.namespace === namespace);
  if (onNode !== undefined)
    throw new Unclear(`${onNode.workload.id} has the labels on the host network, where no policy selects it`);
}

/** Written with somebody in mind: it asks for a label, not only for the lack of one. */
export function isSpecific(selector: Selector | undefined): boolean {
  return selector?.requirements.some(({ operator }) => operator === "In" || operator === "Exists") === true;
}
