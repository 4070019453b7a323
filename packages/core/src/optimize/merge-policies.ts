import { groupBy } from "../lib/group-by.ts";
import { type Direction, type Policy, type Rule, directions } from "../model/policy.ts";
import { type Merge, mergeInSpace } from "../symbolic/merge-policies.ts";
import { allowsAnything } from "../semantics/rules-in-force.ts";
import { mergeCandidates, subjectGroups } from "../symbolic/subject-groups.ts";
import { asWritten, learnWritten } from "./as-written.ts";
import { complexScore, complexityOf } from "./complexity.ts";
import { mergedName } from "./merged-name.ts";
import { policyTypesOf, ruleValue } from "./policy-value.ts";
import { isGuard } from "./redundant-parts.ts";
import { simplifyPolicy } from "./simplify-policy.ts";
import { nameText, namesText } from "./step-words.ts";
import {
  type NetworkPolicyContext,
  type PassResult,
  type PatchOperation,
  type PlannedStep,
  type WithheldStep,
  pointer,
} from "./step.ts";

/** So many reasons against one merge are told. */
const mostReasons = 2;

/** Steps that one merge may cost. */
const stepsPerGroup = 300_000;

/**
 * Makes one policy of those of one owner that select the same pods and isolate the same directions. A policy that selects
 * every pod and denies a direction is a floor to stand on, and stays apart.
 */
export function mergePolicies(policies: readonly Policy[], context: NetworkPolicyContext): PassResult {
  const run = new MergeRun(policies, context);
  const candidates = policies.filter((policy) => !isGuard(policy));
  for (const group of mergeCandidates(subjectGroups(context.space, candidates))) run.group(group);
  return run.result();
}

class MergeRun {
  readonly #context: NetworkPolicyContext;
  readonly #steps: PlannedStep[] = [];
  readonly #withheld: WithheldStep[] = [];
  /** What becomes of policies that are merged: the one that stays, or nothing. */
  readonly #became = new Map<Policy, Policy | undefined>();
  readonly #policies: readonly Policy[];
  readonly #names: Map<string | undefined, Set<string>>;

  constructor(policies: readonly Policy[], context: NetworkPolicyContext) {
    this.#policies = policies;
    this.#context = context;
    const byNamespace = groupBy(policies, ({ namespace }) => namespace);
    this.#names = new Map([...byNamespace].map(([key, all]) => [key, new Set(all.map(({ name }) => name))]));
  }

  group(group: readonly Policy[]): void {
    const judged = group.map((policy) => ({ policy, why: this.#whyKept(policy) }));
    const free = judged.flatMap(({ policy, why }) => (why === undefined ? [policy] : []));
    const { owners } = this.#context;
    const byOwner = groupBy(free, (policy) => owners.key(policy));
    for (const same of byOwner.values()) if (same.length > 1) this.#merge(same);
    // One thing that is not done, however many reasons there are.
    for (const [cause, ofCause] of groupBy(
      judged.flatMap(({ why }) => why ?? []),
      ({ cause: each }) => each,
    ))
      this.#withhold(this.#leftOf(group), reasonsText(ofCause.map(({ reason }) => reason)), cause);
    const left = this.#leftOf(free);
    const apart = owners.whyNotOne(left);
    if (apart !== undefined) this.#withhold(left, apart, "owner");
  }

  /** Policies as they are by now. */
  #leftOf(policies: readonly Policy[]): readonly Policy[] {
    return policies.flatMap((policy) => (this.#became.has(policy) ? (this.#became.get(policy) ?? []) : [policy]));
  }

  #whyKept(policy: Policy): Pick<WithheldStep, "reason" | "cause"> | undefined {
    const finding = this.#context.doubt(policy);
    if (finding !== undefined) return { reason: finding, cause: "finding" };
    const text = this.#context.pinned(policy);
    return text === undefined ? undefined : { reason: text, cause: "text" };
  }

  /** Of policies that cannot go one may be what the others go into: one that keeps its name, or whose comments tell of its rules alone. */
  #merge(given: readonly Policy[]): void {
    const why = new Map(given.map((policy) => [policy, this.#context.pinned(policy, [])]));
    const free = given.filter((policy) => why.get(policy) === undefined);
    const pinned = given.filter((policy) => why.get(policy) !== undefined);
    const stays =
      pinned.find((policy) => this.#nameOf([policy, ...free]) === policy.name) ??
      pinned.find(
        (policy) => allowsAnything(policy) && this.#context.pinned(policy, ["metadata", "name"]) === undefined,
      );
    this.#mergeInto(
      given.filter((policy) => policy === stays || free.includes(policy)),
      stays,
    );
    const [reason] = pinned.filter((policy) => policy !== stays).map((policy) => why.get(policy));
    if (reason !== undefined) this.#withhold(this.#leftOf(given), reason, "text");
  }

  /** What one policy of several would be called. */
  #nameOf(group: readonly Policy[]): string {
    const own = new Set(group.map(({ name }) => name));
    const names = this.#names.get(group[0]?.namespace);
    return mergedName(group, (name) => names?.has(name) === true && !own.has(name));
  }

  #mergeInto(group: readonly Policy[], stays: Policy | undefined): void {
    const [some] = group;
    if (some === undefined || group.length < 2) return;
    const name = this.#nameOf(group);
    const kept = stays ?? group.find((policy) => policy.name === name) ?? some;
    const ordered = [kept, ...group.filter((policy) => policy !== kept)];
    learnWritten(group, this.#context.asRead);
    const merge = this.#proved(ordered);
    if (merge.status === "refused") return this.#withhold(ordered, merge.reason, "proof");
    const merged = renamed(merge.merged, name);
    const score = scoreOf(merged);
    if (score > complexScore && ordered.every((policy) => complexityOf(policy).complexityScore <= complexScore))
      return this.#withhold(
        ordered,
        `one policy would have a complexity score of ${score}, and above ${complexScore} it is hard to read`,
        "reading",
      );
    for (const policy of ordered) this.#became.set(policy, undefined);
    this.#became.set(kept, merged);
    this.#names.get(some.namespace)?.add(name);
    this.#steps.push(stepOf(ordered, merged));
  }

  #proved(group: readonly Policy[]): Merge {
    const { budget, space } = this.#context;
    const share = budget.share(stepsPerGroup);
    const merge = mergeInSpace(space, group, { budget: share, limit: 1 });
    budget.charge(share, stepsPerGroup);
    return merge;
  }

  #withhold(policies: readonly Policy[], reason: string, cause: WithheldStep["cause"]): void {
    const description = `make one policy of ${namesText(policies.map(nameText))}`;
    this.#withheld.push({
      type: "merge-policies",
      policies,
      description,
      reason,
      cause,
      basis: { found: "group", policies },
    });
  }

  result(): PassResult {
    return { policies: this.#leftOf(this.#policies), steps: this.#steps, withheld: this.#withheld };
  }
}

/** The first reasons, each once. */
function reasonsText(reasons: readonly string[]): string {
  const distinct = [...new Set(reasons)];
  const told = distinct.slice(0, mostReasons).join("; ");
  return distinct.length > mostReasons ? `${told}; and ${distinct.length - mostReasons} more` : told;
}

/** The complexity score of a policy when it is simplified, which never makes it worse. */
function scoreOf(policy: Policy): number {
  const score = complexityOf(policy).complexityScore;
  return score <= complexScore ? score : complexityOf(simplifyPolicy(policy)).complexityScore;
}

function renamed(policy: Policy, name: string): Policy {
  return { ...policy, name, ref: { ...policy.ref, name } };
}

function stepOf(group: readonly Policy[], merged: Policy): PlannedStep {
  const [kept, ...others] = group as readonly [Policy, ...Policy[]]; // a group has two policies at least
  const moved = others.filter(allowsAnything).map(({ name }) => name);
  const gone = others.filter((policy) => !allowsAnything(policy)).map(nameText);
  const moves = moved.length === 0 ? [] : [`move the rules of ${namesText(moved)} into ${nameText(kept)}`];
  const isRenamed = kept.name !== merged.name;
  return {
    type: "merge-policies",
    policies: group,
    description: isRenamed
      ? `make ${merged.name} of ${namesText(group.map(nameText))}`
      : [...moves, ...(gone.length === 0 ? [] : [`delete ${namesText(gone)}`])].join(", "),
    reason: `${group.length} policies select the same pods and isolate the same directions: one can say it all`,
    proof: "rules add up: one policy with the rules of all isolates the same pods and allows the same",
    patch: [
      ...patchOf(kept, merged),
      ...others.map((policy): PatchOperation => ({ policy, op: "remove", path: "" })),
      // Last: the name may have been that of another one.
      ...(isRenamed
        ? [{ policy: kept, op: "replace" as const, path: pointer("metadata", "name"), value: merged.name }]
        : []),
    ],
    basis: { found: "group", policies: group },
  };
}

function patchOf(kept: Policy, merged: Policy): readonly PatchOperation[] {
  const patch: PatchOperation[] = [];
  if (kept.policyTypes === undefined && !isByDefault(merged))
    patch.push({ policy: kept, op: "add", path: pointer("spec", "policyTypes"), value: policyTypesOf(merged) });
  for (const direction of directions) patch.push(...rulesPatch(kept, merged.rules[direction], direction));
  return patch;
}

/** "If policyTypes is not specified, it will default based on the existence of ingress or egress rules" (NetworkPolicySpec). */
function isByDefault({ isolates, rules }: Policy): boolean {
  return isolates.ingress && isolates.egress === rules.egress.length > 0;
}

/** From the rules of a policy to a list that has some of them, in their order, and more behind. */
function rulesPatch(policy: Policy, after: readonly Rule[], direction: Direction): readonly PatchOperation[] {
  const before = policy.rules[direction];
  const kept = before.map((rule) => after.includes(rule));
  const removed = before.flatMap((_, i) => (kept[i] === true ? [] : [i])).toReversed();
  const own = new Set(before);
  const added = after.filter((rule) => !own.has(rule)).map((rule) => asWritten(rule) ?? ruleValue(rule, direction));
  const remove = removed.map((i): PatchOperation => ({ policy, op: "remove", path: pointer("spec", direction, i) }));
  if (added.length === 0) return remove;
  if (before.length === 0) return [{ policy, op: "add", path: pointer("spec", direction), value: added }];
  return [
    ...remove,
    ...added.map((value): PatchOperation => ({ policy, op: "add", path: pointer("spec", direction, "-"), value })),
  ];
}
