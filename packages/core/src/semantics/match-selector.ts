import { isLabelValue } from "./label-syntax.ts";
import type { Labels, Requirement, Selector } from "../model/selector.ts";

/**
 * "In: the label's value is among the values. NotIn: it is not, or the key is absent. Exists and DoesNotExist: the key
 * is present, or absent" (apimachinery labels.Requirement.Matches).
 */
export function matchesRequirement(requirement: Requirement, value: string | undefined): boolean {
  switch (requirement.operator) {
    case "In":
      return value !== undefined && requirement.values.includes(value);
    case "NotIn":
      return value === undefined || !requirement.values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}

/** The value of a label; undefined when the key is absent. Safe for keys such as `constructor`. */
export function labelValue(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** "The requirements are ANDed. An empty label selector matches all objects" (metav1.LabelSelector). */
export function matchesSelector(selector: Selector, labels: Labels): boolean {
  return selector.requirements.every((requirement) =>
    matchesRequirement(requirement, labelValue(labels, requirement.key)),
  );
}

/**
 * Labels that are there, of unknown value: by key, what they may have of the values that selectors name. Any value that
 * none names is always possible, too.
 */
export type OpenLabels = ReadonlyMap<string, { has(value: string): boolean }>;

/** Whether a selector matches labels some of which have an unknown value: whatever the values are, or for some of them. */
export function matchesOpenLabels(
  { requirements }: Selector,
  labels: Labels,
  open: OpenLabels,
): { readonly certain: boolean; readonly possible: boolean } {
  const decided = requirements.filter(({ key }) => !open.has(key));
  if (!matchesSelector({ requirements: decided }, labels)) return { certain: false, possible: false };
  let certain = true;
  for (const [key, values] of open) {
    const own = requirements.filter((requirement) => requirement.key === key);
    const outcomes = own.length === 0 ? [true] : outcomesOf(own, values);
    if (!outcomes.includes(true)) return { certain: false, possible: false };
    certain &&= !outcomes.includes(false);
  }
  return { certain, possible: true };
}

/** Whether requirements on one key hold, for each value the label may have; those that nobody names count as one. */
function outcomesOf(requirements: readonly Requirement[], values: { has(value: string): boolean }): boolean[] {
  const named = new Set(requirements.flatMap((requirement) => requirement.values));
  const possible = [...named].filter((value) => values.has(value));
  return [unnamedValue, ...possible].map((value) =>
    requirements.every((requirement) => matchesRequirement(requirement, value)),
  );
}

/** No label can have it, so no requirement lists it. */
const unnamedValue = "\u0000";

/** Whether some labels could satisfy all the requirements: decided key by key, as keys are independent. */
export function isSatisfiable(requirements: readonly Requirement[]): boolean {
  const byKey = new Map<string, Requirement[]>();
  for (const requirement of requirements) {
    const same = byKey.get(requirement.key);
    if (same === undefined) byKey.set(requirement.key, [requirement]);
    else same.push(requirement);
  }
  return [...byKey.values()].every(keyIsSatisfiable);
}

/** A key has a solution when absence, a value that nobody names, or one of the named values passes every requirement. */
function keyIsSatisfiable(requirements: readonly Requirement[]): boolean {
  const passes = (value: string | undefined): boolean =>
    requirements.every((requirement) => matchesRequirement(requirement, value));
  const listed = requirements.find((requirement) => requirement.operator === "In");
  if (listed !== undefined) return listed.values.some((value) => isLabelValue(value) && passes(value));
  // Without In only Exists against DoesNotExist can clash: NotIn leaves all other values open.
  const present = requirements.some((requirement) => requirement.operator === "Exists");
  return !(present && requirements.some((requirement) => requirement.operator === "DoesNotExist"));
}
