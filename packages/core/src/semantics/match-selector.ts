import { isLabelValue } from "./names.ts";
import type { Labels, Requirement, Selector } from "../model/selector.ts";
import { passesText, textTestOf } from "./text-test.ts";

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
    default:
      return matchesText(requirement, value);
  }
}

/** "contains, starts with, ends with: the label is present, and its value has the text" (Calico's selectors). */
function matchesText(requirement: Requirement, value: string | undefined): boolean {
  const asked = textTestOf(requirement);
  if (asked === undefined) throw new Error(`the operator ${requirement.operator} is not evaluated`);
  return (value !== undefined && passesText(asked.test, value)) !== asked.isNegated;
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

/** What a label of unknown value may be: of the values that selectors name those it `has`; any that none names always. */
export interface OpenValues {
  has(value: string): boolean;
  /** It may not be there at all. */
  readonly mayBeAbsent?: boolean;
}

/** Labels of unknown value, by key. */
export type OpenLabels = ReadonlyMap<string, OpenValues>;

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
function outcomesOf(requirements: readonly Requirement[], values: OpenValues): boolean[] {
  const whole = requirements.filter((requirement) => textTestOf(requirement) === undefined);
  const named = new Set(whole.flatMap((requirement) => requirement.values));
  const possible: (string | undefined)[] = [...named].filter((value) => values.has(value));
  if (values.mayBeAbsent === true) possible.push(undefined);
  const holds = (value: string | undefined, of: readonly Requirement[]): boolean =>
    of.every((requirement) => matchesRequirement(requirement, value));
  // A value that nobody names has the parts that are asked for, or has not.
  const unnamed = holds(unnamedValue, whole) ? (whole.length < requirements.length ? [true, false] : [true]) : [false];
  return [...unnamed, ...possible.map((value) => holds(value, requirements))];
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
  // Without In only what needs the label can clash with DoesNotExist: NotIn leaves all other values open, and parts that
  // no value has together are not looked for.
  const present = requirements.some(needsLabel);
  return !(present && requirements.some((requirement) => requirement.operator === "DoesNotExist"));
}

function needsLabel(requirement: Requirement): boolean {
  return requirement.operator === "Exists" || textTestOf(requirement)?.isNegated === false;
}
