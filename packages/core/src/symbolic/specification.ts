import { type Direction, directions, type Policy } from "../model/policy.ts";
import { type Box, boxKey, intersectBoxes, type Point, samplePoint } from "./box.ts";
import { Budget } from "./budget.ts";
import { coverOf } from "./cover.ts";
import { type PodExample, subjectExample, type TrafficExample, trafficExample } from "./example.ts";
import { coverOfAllowed, type NamespaceBoxes, namespaceBoxes } from "./namespace-boxes.ts";
import { hasTiers } from "./compare-policies.ts";
import { checkTiers, sharedInTiers } from "./tier-specification.ts";
import { PolicySpace } from "./policy-space.ts";
import type { ProofOptions } from "./proof-options.ts";
import { provablePolicies } from "./provable-policies.ts";

/** Whether a claim about all traffic holds; if not, one packet for which it does not. */
export type Answer =
  | { readonly status: "holds" }
  | { readonly status: "fails"; readonly counterexample: TrafficExample }
  | { readonly status: "undecided"; readonly reasons: readonly string[] };

/** Whether policies allow, in its direction, all that the rules of a specification admit. */
export function permits(
  specification: readonly Policy[],
  policies: readonly Policy[],
  options: ProofOptions = {},
): Answer {
  if (hasTiers([...specification, ...policies]))
    return checkTiers(specification, policies, { traffic: "admitted", never: "deny" }, options);
  return ask(specification, policies, options, (wanted, given, budget) => {
    for (const { box } of wanted.admitted.entries()) {
      const cover = coverOfAllowed(box, given, budget);
      if (cover.status === "undecided") return "undecided";
      if (cover.status === "uncovered") return cover.point;
    }
    return undefined;
  });
}

/** Whether policies deny, in its direction, all that the rules of a specification admit. */
export function forbids(
  specification: readonly Policy[],
  policies: readonly Policy[],
  options: ProofOptions = {},
): Answer {
  if (hasTiers([...specification, ...policies]))
    return checkTiers(specification, policies, { traffic: "admitted", never: "allow" }, options);
  return ask(specification, policies, options, (wanted, given, budget) => {
    for (const { box } of wanted.admitted.entries()) {
      // "By default, a pod is non-isolated": what no policy selects is allowed.
      const isolated = coverOf(box, given.isolated, budget);
      if (isolated.status === "undecided") return "undecided";
      if (isolated.status === "uncovered") return isolated.point;
      for (const { box: admitted } of given.admitted.entries()) {
        if (!budget.spend(1)) return "undecided";
        const both = intersectBoxes(box, admitted);
        if (both !== undefined) return samplePoint(both);
      }
    }
    return given.complete ? undefined : "undecided";
  });
}

/**
 * Whether policies deny nothing: every pod is left open or its rules admit everything. Such a set is decoration. The
 * counterexample is traffic that is denied.
 */
export function deniesNothing(policies: readonly Policy[], options: ProofOptions = {}): Answer {
  if (hasTiers(policies)) return checkTiers([], policies, { traffic: "all", never: "deny" }, options);
  return ask(policies, policies, options, (given, _, budget) => {
    for (const { box } of given.isolated.entries()) {
      if (!given.complete) return "undecided";
      const cover = coverOf(box, given.admitted, budget);
      if (cover.status === "undecided") return "undecided";
      if (cover.status === "uncovered") return cover.point;
    }
    return undefined;
  });
}

/** A pod that policies of both sets select; undefined when the sets share no subject. */
export function sharedSubject(
  first: readonly Policy[],
  second: readonly Policy[],
  options: ProofOptions = {},
): PodExample | "undecided" | undefined {
  if (hasTiers([...first, ...second])) return sharedInTiers(first, second, options);
  const sets = [provablePolicies(first), provablePolicies(second)] as const;
  const space = new PolicySpace([...first, ...second], options);
  const budget = options.budget ?? new Budget();
  for (const [namespace, own] of sets[0].byNamespace) {
    const others = subjectsOf(space, sets[1].byNamespace.get(namespace) ?? []);
    for (const subject of subjectsOf(space, own))
      for (const other of others) {
        if (!budget.spend(1)) return "undecided";
        const both = intersectBoxes(subject, other);
        if (both !== undefined) return subjectExample(space, namespace, samplePoint(both));
      }
  }
  return sets.some(({ unprovable }) => unprovable.length > 0) ? "undecided" : undefined;
}

function subjectsOf(space: PolicySpace, policies: readonly Policy[]): Box[] {
  const distinct = new Map<string, Box>();
  for (const policy of policies) {
    const subject = space.subject(policy);
    if (subject !== undefined) distinct.set(boxKey(subject), subject);
  }
  return [...distinct.values()];
}

type Question = (wanted: NamespaceBoxes, given: NamespaceBoxes, budget: Budget) => Point | "undecided" | undefined;

/** Asks a question in every namespace and direction; the first counterexample is the answer. */
function ask(
  specification: readonly Policy[],
  policies: readonly Policy[],
  options: ProofOptions,
  question: Question,
): Answer {
  const wanted = provablePolicies(specification);
  const given = provablePolicies(policies);
  const space = new PolicySpace([...specification, ...policies], options);
  const budget = options.budget ?? new Budget();
  const reasons = new Set(
    [...wanted.unprovable, ...given.unprovable].map(
      ({ policy, reason }) => `${policy.ref.kind} ${policy.name} is not understood: ${reason}`,
    ),
  );
  if (reasons.size > 0) return { status: "undecided", reasons: [...reasons] };
  const boxesOf = (policiesOf: readonly Policy[] | undefined, direction: Direction): NamespaceBoxes =>
    namespaceBoxes(space, policiesOf ?? [], direction, budget);
  for (const [namespace, own] of wanted.byNamespace)
    for (const direction of directions) {
      const spec = boxesOf(own, direction);
      const answer = question(spec, boxesOf(given.byNamespace.get(namespace), direction), budget);
      if (answer === "undecided" || !spec.complete)
        reasons.add(`namespace ${namespace}, ${direction}: the budget ended`);
      else if (answer !== undefined)
        return { status: "fails", counterexample: trafficExample(space, namespace, direction, answer) };
    }
  return reasons.size > 0 ? { status: "undecided", reasons: [...reasons] } : { status: "holds" };
}
