import type { ClusterWideConsolidation } from "../answers/overlap.ts";
import { groupBy } from "../lib/group-by.ts";
import { directions, type Policy } from "../model/policy.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { isRelative } from "../semantics/old-form.ts";
import { mostRulesOf } from "../semantics/rule-limits.ts";
import { compareTiers, tiesOf } from "../semantics/tiers.ts";
import type { WholePolicy } from "../semantics/whole-policies.ts";
import { boxKey } from "../symbolic/box.ts";
import { Budget } from "../symbolic/budget.ts";
import { spaceOptions } from "../symbolic/cluster-space.ts";
import { DecisionRelator } from "../symbolic/relate-decisions.ts";
import { TierSpace } from "../symbolic/tier-space.ts";
import { byTierInOrder, namedPolicy } from "./cluster-wide-overlaps.ts";

/** What the proofs cost at most, in steps. */
const stepsForProofs = 5_000_000;

/**
 * The policies of no namespace, of one kind and tier, that select the same pods and that one policy could replace. In a
 * tier in which order decides it stands at the place of the first, with the rules of all in their order: what each of the
 * others jumps by that does nothing else to the same traffic. What is not proved is not among them.
 */
export function clusterWideConsolidations(
  { cluster, options }: Reachability,
  policies: readonly Policy[],
): readonly ClusterWideConsolidation[] {
  const tiers = byTierInOrder(policies).filter((tier) => tier.length > 1);
  return tiers.flatMap((tier) => {
    const own = tier[0]?.policy.tier;
    // Policies of namespaces stand between those of none in tiers of Calico.
    const all = cluster.policies.filter((other) => own !== undefined && compareTiers(other.tier, own) === 0);
    const space = new TierSpace(all, spaceOptions(cluster, options.assumptions));
    const isTied = own !== undefined && tiesOf(own, options.assumptions) === "unknown";
    const order = new Order(byTierInOrder(all).flat(), new DecisionRelator(space, new Budget(stepsForProofs)), isTied);
    const alike = [...groupBy(tier, (whole) => order.subjectKey(whole)).entries()];
    return alike.flatMap(([key, group]) => (key === "" ? [] : mergeable(group, order).map(candidateOf)));
  });
}

/** A tier with all its policies in the order in which they are asked. */
class Order {
  readonly #all: readonly WholePolicy[];
  readonly #relator: DecisionRelator;
  /** Whether it is not known which of two policies of one priority is asked first. */
  readonly #isTied: boolean;

  constructor(all: readonly WholePolicy[], relator: DecisionRelator, isTied: boolean) {
    this.#all = all;
    this.#relator = relator;
    this.#isTied = isTied;
  }

  /** Equal for policies of a kind that select the same, isolate the same and differ in their rules alone; empty where that cannot be said. */
  subjectKey(whole: WholePolicy): string {
    const { policy, parts } = whole;
    const isOrdered = policy.tier.decides === "first-match";
    const keys = new Set(parts.map((part) => this.#partKey(part)));
    const [key = ""] = keys;
    return keys.size > 1 || (isOrdered && parts.length > 1) ? "" : key;
  }

  #partKey(part: Policy): string {
    const { ref, isolates, calico, requires } = part;
    const boxes = this.#relator
      .subjects({ policy: part, parts: [part] })
      .map(boxKey)
      .toSorted();
    // The old form of one peer may decide about all of its policy.
    const isOld = directions.some((direction) => part.rules[direction].some(isRelative));
    if (boxes.length === 0 || requires !== undefined || isOld) return "";
    const isolated = directions.filter((direction) => isolates[direction]);
    const written = calico && [
      ...[calico.selector, calico.namespaceSelector, calico.serviceAccountSelector].map((each) => each?.text ?? ""),
      calico.onlyHosts,
      calico.applyOnForward,
    ];
    return JSON.stringify([ref.kind, ref.apiVersion.split("/")[0], isolated, boxes, written]);
  }

  /** Whether a policy may be asked right behind an earlier one, together with `group`, and all is decided as now. */
  mayFollow(group: readonly WholePolicy[], policy: WholePolicy): boolean {
    const [first] = group;
    if (first === undefined || first.policy.tier.decides !== "first-match") return true;
    const members = new Set([...group, policy].map(({ policy: { ref } }) => refKey(ref)));
    const jumped = this.#all.filter(
      (other) =>
        other.policy.priority >= first.policy.priority &&
        other.policy.priority <= policy.policy.priority &&
        !members.has(refKey(other.policy.ref)),
    );
    const tied = group.filter((other) => this.#isTied && other.policy.priority === policy.policy.priority);
    return [...jumped, ...tied].every((other) => this.#isIndependent(other, policy));
  }

  /** Whether no traffic meets rules of both that do different things. */
  #isIndependent(one: WholePolicy, other: WholePolicy): boolean {
    if (this.#relator.isExhausted) return false;
    const relation = this.#relator.relate(one, other);
    if (relation === undefined) return this.#relator.subjects(one).length > 0;
    return Object.values(relation.rules).every(({ relation: rules, differs }) => rules !== "undecided" && !differs);
  }
}

/** Groups of policies with one subject, in their order, each of which can be one. */
function mergeable(alike: readonly WholePolicy[], order: Order): readonly (readonly WholePolicy[])[] {
  const groups: WholePolicy[][] = [];
  for (const policy of alike) {
    const last = groups.at(-1);
    if (last !== undefined && isSmallEnough([...last, policy]) && order.mayFollow(last, policy)) last.push(policy);
    else groups.push([policy]);
  }
  return groups.filter((group) => group.length > 1);
}

function isSmallEnough(group: readonly WholePolicy[]): boolean {
  return directions.every(
    (direction) =>
      group.reduce((sum, { policy }) => sum + policy.rules[direction].length, 0) <=
      mostRulesOf(group[0]?.policy.ref.kind ?? ""),
  );
}

function candidateOf(group: readonly WholePolicy[]): ClusterWideConsolidation {
  const [first] = group as readonly [WholePolicy, ...WholePolicy[]]; // a group has two at least
  const isOrdered = first.policy.tier.decides === "first-match";
  const spoken = directions.filter((direction) => group.some(({ policy }) => policy.rules[direction].length > 0));
  return {
    tier: first.policy.tier.name,
    policies: group.map(namedPolicy),
    directions: spoken,
    description: `${group.length} policies of the tier ${first.policy.tier.name} select the same pods`,
    recommendation: isOrdered
      ? `Write one policy at the place of ${first.policy.name} with the rules of all ${group.length} in this order: nothing that they jump decides otherwise about the same traffic`
      : `Write one policy with the rules of all ${group.length}: rules add up, so it decides the same`,
    proved: true,
  };
}
