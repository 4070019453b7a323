import { remembered } from "../lib/remembered.ts";
import type { Labels, Selector } from "../model/selector.ts";
import { type Box, equalBoxes, everywhere, intersectBoxes, isSubbox, samplePoint } from "./box.ts";
import { Budget } from "./budget.ts";
import { coverByList } from "./cover.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { isLabelValue } from "../semantics/names.ts";
import { selectorBox, selectorOf } from "./selector-box.ts";
import { isNamespaceName, type LabelRole, textTestsOf, Universe } from "./universe.ts";

/** What carries the labels: a namespace always has `kubernetes.io/metadata.name`, its name. */
export type Labelled = "pod" | "namespace";

const roles: Readonly<Record<Labelled, LabelRole>> = { pod: "subject", namespace: "peerNamespace" };

/** A universe in which these selectors can be asked about. */
function universeOf(selectors: readonly Selector[]): Universe {
  return new Universe([], "of one namespace", textTestsOf(selectors));
}

/** How the labels that two selectors match relate. `inside`: all that the first matches, the second matches too. */
export type SelectorRelation =
  | { readonly relation: "disjoint" }
  | {
      readonly relation: "equal" | "inside" | "contains" | "overlap";
      /** Matches exactly what both match. */
      readonly both: Selector;
      /** Labels that both match. */
      readonly example: Labels;
    };

/** Relates two selectors over all labels that an object could carry. A selector that matches nothing is disjoint from all. */
export function relateSelectors(a: Selector, b: Selector, of: Labelled = "pod"): SelectorRelation {
  const universe = universeOf([a, b]);
  const role = roles[of];
  const first = selectorBox(universe, role, a);
  const second = selectorBox(universe, role, b);
  const common = first && second && intersectBoxes(first, second);
  if (first === undefined || second === undefined || common === undefined) return { relation: "disjoint" };
  return {
    relation: boxRelation(first, second),
    both: selectorOf(universe, common, role) ?? { requirements: [] },
    example: universe.labelsAt(samplePoint(common), role),
  };
}

/** How two boxes with something in common relate. */
export function boxRelation(a: Box, b: Box): "equal" | "inside" | "contains" | "overlap" {
  if (equalBoxes(a, b)) return "equal";
  if (isSubbox(a, b)) return "inside";
  return isSubbox(b, a) ? "contains" : "overlap";
}

/** Whether every object that `a` matches is matched by `b`. */
export function selectorImplies(a: Selector, b: Selector, of: Labelled = "pod"): boolean {
  if (b.requirements.length === 0) return true;
  const [first, second] = [valuesAsked(a), valuesAsked(b)];
  return first === "more" || second === "more" ? boxImplies(a, b, of) : valuesImply(first, second);
}

function boxImplies(a: Selector, b: Selector, of: Labelled): boolean {
  const universe = universeOf([a, b]);
  const first = selectorBox(universe, roles[of], a);
  const second = selectorBox(universe, roles[of], b);
  return first === undefined || (second !== undefined && isSubbox(first, second));
}

/** The values that a selector asks for by key, as most do; "more" for one that asks otherwise. */
const valuesAsked = remembered(({ requirements }: Selector): ReadonlyMap<string, readonly string[]> | "more" => {
  const asked = new Map<string, readonly string[]>();
  for (const { key, operator, values } of requirements) {
    if (operator !== "In") return "more";
    // A value that nothing can have asks for less than it says.
    if (!values.every(key === namespaceNameLabel ? isNamespaceName : isLabelValue)) return "more";
    const known = asked.get(key);
    asked.set(key, known === undefined ? values : values.filter((value) => known.includes(value)));
  }
  return asked;
});

function valuesImply(a: ReadonlyMap<string, readonly string[]>, b: ReadonlyMap<string, readonly string[]>): boolean {
  const isNone = [...a.values()].some((values) => values.length === 0);
  return isNone || [...b].every(([key, values]) => a.get(key)?.every((value) => values.includes(value)) ?? false);
}

/** Labels that a selector matches; undefined when no object can match it. */
export function exampleLabels(selector: Selector, of: Labelled = "pod"): Labels | undefined {
  const universe = universeOf([selector]);
  const box = selectorBox(universe, roles[of], selector);
  return box && universe.labelsAt(samplePoint(box), roles[of]);
}

/** Whether a selector matches whatever the labels are (`{}`, but also `NotIn` of values that no label can have). */
export function matchesEverything(selector: Selector, of: Labelled = "pod"): boolean {
  // A value that is listed is a value that another object does not have.
  if (selector.requirements.some(({ operator }) => operator === "In")) return false;
  return selectorImplies({ requirements: [] }, selector, of);
}

/** Whether selectors together match all that one selector matches, and the labels of something that escapes if not. */
export type SelectorCover =
  | { readonly status: "covered"; readonly by: readonly number[] }
  | { readonly status: "uncovered"; readonly labels: Labels }
  | { readonly status: "undecided" };

/**
 * Decides whether every object that `target` matches is matched by one of `selectors`. `by` are places in `selectors`,
 * none of which can be left out.
 */
export function coverSelector(
  target: Selector,
  selectors: readonly Selector[],
  budget: Budget = new Budget(),
  of: Labelled = "pod",
): SelectorCover {
  const universe = universeOf([target, ...selectors]);
  const role = roles[of];
  const box = selectorBox(universe, role, target);
  if (box === undefined) return { status: "covered", by: [] };
  const boxes = selectors.map((selector) => selectorBox(universe, role, selector));
  const cover = coverByList(box, boxes, budget);
  if (cover.status !== "uncovered") return cover;
  return { status: "uncovered", labels: universe.labelsAt(cover.point, role) };
}

/** Decides whether the podSelectors together cover every possible pod; if not, gives the labels of one that escapes. */
export function uncoveredLabels(selectors: readonly Selector[], budget: Budget = new Budget()): SelectorCover {
  return coverSelector({ requirements: [] }, selectors, budget);
}

/** What all the selectors match together; undefined when nothing matches all. */
export function intersectSelectors(selectors: readonly Selector[], of: Labelled = "pod"): Selector | undefined {
  const universe = universeOf(selectors);
  let common: Box | undefined = everywhere;
  for (const selector of selectors) {
    const box = selectorBox(universe, roles[of], selector);
    common = box && intersectBoxes(common, box);
    if (common === undefined) return undefined;
  }
  return selectorOf(universe, common, roles[of]);
}
