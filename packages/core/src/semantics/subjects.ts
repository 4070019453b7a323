import type { Policy } from "../model/policy.ts";
import type { Requirement, Selector } from "../model/selector.ts";
import { selectorKey } from "./canonical-key.ts";

/** Whether two policies select the same pods as they are written. */
export function areSubjectsAlike(a: Policy, b: Policy): boolean {
  const key = ({ subject: { podSelector, namespaceSelector, or, within } }: Policy): string =>
    [podSelector, ...(namespaceSelector === undefined ? [] : [namespaceSelector])].map(selectorKey).join("\u0004") +
    (or === undefined && within === undefined ? "" : "?");
  return a === b || (a.namespace === b.namespace && key(a) === key(b) && !key(a).endsWith("?"));
}

/** False where two policies cannot select the same pod. */
export function maySelectTheSame(a: Policy, b: Policy): boolean {
  if (a.namespace !== undefined && b.namespace !== undefined && a.namespace !== b.namespace) return false;
  return (
    a.subject.or !== undefined || b.subject.or !== undefined || mayMeet(a.subject.podSelector, b.subject.podSelector)
  );
}

/** False where two selectors ask for different values of one label. */
export function mayMeet(a: Selector | undefined, b: Selector | undefined): boolean {
  const contradicts = (one: Requirement, other: Requirement): boolean =>
    one.key === other.key &&
    one.operator === "In" &&
    other.operator === "In" &&
    !one.values.some((value) => other.values.includes(value));
  return !(a?.requirements ?? []).some((one) => (b?.requirements ?? []).some((other) => contradicts(one, other)));
}
