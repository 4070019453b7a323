import { pushAll } from "../lib/push-all.ts";
import type { Requirement, Selector, SelectorOperator } from "../model/selector.ts";
import { textTestOf } from "../semantics/text-test.ts";
import { contains, difference } from "../sets/interval-set.ts";
import { type Box, type Elements, everywhere, intersectBoxes, slab } from "./box.ts";
import type { LabelDimension, LabelRole, Universe } from "./universe.ts";

const absentOnly: Elements = [0, 1];

/** A selector as a box over the label keys of one role: exactly the labels it matches; undefined when it matches none. */
export function selectorBox(universe: Universe, role: LabelRole, selector: Selector): Box | undefined {
  const { requirements } = selector;
  const [only] = requirements;
  if (only === undefined) return everywhere;
  if (requirements.length === 1) return requirementBox(universe, role, only);
  // Key by key, then sorted: one term at a time would copy the box for each of many keys.
  const terms = new Map<number, Box>();
  for (const requirement of requirements) {
    const dimension = universe.label(role, requirement.key);
    const allowed = requirementBox(universe, role, requirement);
    const both = allowed && intersectBoxes(terms.get(dimension.id) ?? everywhere, allowed);
    if (both === undefined) return undefined;
    terms.set(dimension.id, both);
  }
  return [...terms].toSorted(([a], [b]) => a - b).flatMap(([, term]) => term);
}

function requirementBox(universe: Universe, role: LabelRole, requirement: Requirement): Box | undefined {
  return slab(universe.label(role, requirement.key), requirementElements(universe, role, requirement));
}

/** "NotIn is also true when the key is absent" (labels.Requirement.Matches). */
function requirementElements(universe: Universe, role: LabelRole, requirement: Requirement): Elements {
  const { all } = universe.label(role, requirement.key);
  switch (requirement.operator) {
    case "In":
      return universe.values(role, requirement.key, requirement.values);
    case "NotIn":
      return difference(all, universe.values(role, requirement.key, requirement.values));
    case "Exists":
      return difference(all, absentOnly);
    case "DoesNotExist":
      return absentOnly;
    default: {
      const asked = textTestOf(requirement);
      if (asked === undefined) throw new Error(`the operator ${requirement.operator} is not evaluated`);
      const having = universe.valuesWith(role, requirement.key, asked.test);
      return asked.isNegated ? difference(all, having) : having;
    }
  }
}

/**
 * The selector that matches exactly a box of one role's labels. Every intersection of selectors has one; undefined for a
 * box that no conjunction of requirements can say ("absent or a"), and for one that speaks of parts of values.
 */
export function selectorOf(universe: Universe, box: Box, role: LabelRole): Selector | undefined {
  const requirements: Requirement[] = [];
  for (const { dimension, within } of universe.ofRole(box, role)) {
    const label = universe.labelDimension(dimension.id);
    if (label === undefined) return undefined;
    const said = label.atoms === undefined ? requirementsOf(label, within) : undefined;
    if (said === undefined) return undefined;
    pushAll(requirements, said);
  }
  return { requirements: requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)) };
}

function requirementsOf({ key, named: values, all }: LabelDimension, within: Elements): Requirement[] | undefined {
  const requirement = (operator: SelectorOperator, named: readonly string[] = []): Requirement => ({
    key,
    operator,
    values: named,
    from: "matchExpressions",
  });
  const isOpen = within[within.length - 1] === all[all.length - 1];
  const mayBeAbsent = within[0] === 0;
  if (!isOpen) {
    if (!mayBeAbsent) return [requirement("In", valuesIn(values, within))];
    return within.length === 2 && within[1] === 1 ? [requirement("DoesNotExist")] : undefined;
  }
  const excluded = valuesIn(values, difference([2, all[all.length - 1] as number], within));
  const result: Requirement[] = [];
  if (!mayBeAbsent && all[0] === 0) result.push(requirement("Exists"));
  if (excluded.length > 0) result.push(requirement("NotIn", excluded));
  return result;
}

function valuesIn(values: ReadonlyMap<number, string>, within: Elements): string[] {
  return [...values].flatMap(([element, value]) => (contains(within, element) ? [value] : [])).toSorted();
}
