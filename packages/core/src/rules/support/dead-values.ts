import type { Requirement, Selector } from "../../model/selector.ts";
import type { NodePath } from "../../source/position.ts";
import type { RuleContext } from "../context.ts";
import { type NearMiss, nearMiss, requirementPath } from "./near-miss.ts";
import type { LabelledPods } from "./pod-labels.ts";
import { withRequirement } from "./selector-value.ts";
import { selectorText } from "./words.ts";

/** A value of a list of which others match, and itself nothing. */
export interface DeadValue {
  /** `app=wep`. */
  readonly text: string;
  /** Below the selector. */
  readonly path: NodePath;
  /** What was meant. Absent in a live cluster only, where all pods are seen. */
  readonly near?: NearMiss;
}

/** Longer lists are not looked through. */
const mostValues = 50;

/**
 * The values of `In` lists that match no pod of some namespaces, while the selector as a whole does. Without a live cluster
 * only those that look misspelt: pods with another one may come from elsewhere.
 */
export function deadValues(
  context: RuleContext,
  selector: Selector,
  namespaces: readonly string[],
): readonly DeadValue[] {
  const lists = selector.requirements.filter(({ operator, values }) => operator === "In" && values.length > 1);
  if (lists.length === 0 || !matchesIn(context, selector, namespaces)) return [];
  let selected: ReadonlySet<LabelledPods> | undefined;
  const isSelected = (pods: LabelledPods): boolean =>
    (selected ??= new Set(namespaces.flatMap((name) => context.podLabels.matching(selector, name)))).has(pods);
  return lists.flatMap((list) => deadIn(context, selector, list, namespaces, isSelected));
}

function deadIn(
  context: RuleContext,
  selector: Selector,
  list: Requirement,
  namespaces: readonly string[],
  isSelected: (pods: LabelledPods) => boolean,
): readonly DeadValue[] {
  return list.values.slice(0, mostValues).flatMap((value, i) => {
    const only = withRequirement(selector, list, { ...list, values: [value] });
    if (!context.hints.spend(namespaces.length) || matchesIn(context, only, namespaces)) return [];
    // What another value of the list selects is not what this one means.
    const pods = namespaces.flatMap((name) => context.podLabels.in(name)).filter((each) => !isSelected(each));
    const near = nearMiss(context, only, pods);
    const isTypo = near?.requirement !== undefined && near.requirement.values.includes(value);
    if (!isTypo && !context.cluster.live) return [];
    const text = selectorText({ requirements: [{ ...list, values: [value] }] });
    const path = [...requirementPath(selector, list), "values", i];
    return [{ text, path, ...(isTypo ? { near } : {}) }];
  });
}

function matchesIn({ podLabels }: RuleContext, selector: Selector, namespaces: readonly string[]): boolean {
  return namespaces.some((name) => podLabels.matchesAny(selector, name));
}
