import { groupBy } from "../lib/group-by.ts";
import type { Policy } from "../model/policy.ts";
import { isCalico } from "../semantics/calico/calico-group.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { refKey, sayKey } from "../semantics/canonical-key.ts";
import { compareNames } from "../semantics/tiers.ts";
import type { DeadRule } from "../symbolic/dead-rules.ts";
import { withoutOverwritten } from "../symbolic/provable-policies.ts";
import type { Candidate, PolicyObject } from "./candidate.ts";
import { deadRuleSteps } from "./dead-rule-steps.ts";
import { entrySteps, hasEntries } from "./cilium-steps.ts";
import { hasNetworks, joinedNetworks } from "./join-networks.ts";
import { ownerDifference, ownerKey } from "./owner.ts";
import { nameText } from "./step-words.ts";
import { type PassContext, type PassResult, type PlannedStep, type WithheldStep } from "./step.ts";

/**
 * Plans what makes policies of other kinds simpler: equal ones become one, rules that can never decide go, or that another one
 * holds where they add up, and adjacent and nested blocks of a list are written as fewer. Everything keeps its place in the
 * order in which it is asked.
 * `dead` is what `findDeadRules` finds of the same policies.
 */
export function planOtherKinds(
  policies: readonly Policy[],
  dead: readonly DeadRule[],
  context: PassContext,
): PassResult {
  const others = policies.filter((policy) => !isNetworkPolicy(policy));
  const inForce = [...groupBy(withoutOverwritten(others), ({ ref }) => refKey(ref)).values()].flatMap(objectOf);
  const run = new OtherKindsRun(context);
  run.take(inForce.length < 2 ? [] : duplicatesAmong(inForce));
  run.take(deadRuleSteps(inForce, dead));
  // Places are those that are left by then.
  run.take(run.left(inForce).flatMap(joinedNetworks));
  run.take(run.left(inForce).flatMap(entrySteps));
  return run.result(others);
}

/** What these passes do not do, for each kind. */
export function untouchedReason(policy: Policy): string {
  if (hasEntries(policy))
    return "of this kind only equal policies become one, rules that another rule of the same list holds go, and adjacent blocks become one";
  const networks = hasNetworks(policy) ? ", and adjacent blocks become one" : "";
  // A NetworkPolicy of Calico's is told of beside those of Kubernetes.
  const kind = isCalico(policy.ref.apiVersion) ? "of this kind of Calico" : "of this kind";
  return `${kind} only equal policies become one, rules that can never decide go${networks}`;
}

class OtherKindsRun {
  readonly #context: PassContext;
  readonly #steps: PlannedStep[] = [];
  readonly #withheld: WithheldStep[] = [];
  readonly #became = new Map<string, PolicyObject | undefined>();

  constructor(context: PassContext) {
    this.#context = context;
  }

  take(candidates: readonly Candidate[]): void {
    for (const candidate of candidates) this.#judge(candidate);
  }

  /** Objects as they are by now. */
  left(objects: readonly PolicyObject[]): readonly PolicyObject[] {
    return objects.flatMap((object) => {
      const key = refKey(object.first.ref);
      return this.#became.has(key) ? (this.#became.get(key) ?? []) : [object];
    });
  }

  #judge(candidate: Candidate): void {
    const { object, type, description, reason, proof, patch, change } = candidate;
    const { first } = object;
    const key = refKey(first.ref);
    const [current] = this.left([object]);
    if (current === undefined) return; // it is gone already
    const why = this.#whyKept(candidate);
    if (why !== undefined) {
      this.#withheld.push({ type, policies: [first], description, ...why });
      return;
    }
    const parts = current.parts.flatMap((policy) => change(policy) ?? []);
    this.#became.set(key, parts[0] === undefined ? undefined : { first: parts[0], parts });
    this.#steps.push({ type, policies: [first], description, reason, proof, patch });
  }

  #whyKept({
    object: { first },
    covers,
    path,
    unproved,
  }: Candidate): Pick<WithheldStep, "reason" | "cause"> | undefined {
    const { doubt, pinned, mergeOwned } = this.#context;
    for (const each of [first, ...covers]) {
      const finding = doubt(each);
      if (finding !== undefined) return { reason: finding, cause: "finding" };
    }
    const foreign = covers.find(({ tier }) => tier.name !== first.tier.name);
    if (foreign !== undefined)
      return {
        reason: `what decides before is ${nameText(foreign)}, of another tier (${foreign.tier.name})`,
        cause: "owner",
      };
    const other = mergeOwned ? undefined : covers.find((cover) => ownerKey(cover) !== ownerKey(first));
    if (other !== undefined)
      return {
        reason: `what does the same has another owner or purpose: ${ownerDifference(first, other)}`,
        cause: "owner",
      };
    if (unproved !== undefined)
      return { reason: `the whole tier cannot be compared without it: ${unproved}`, cause: "proof" };
    const text = pinned(first, path);
    return text === undefined ? undefined : { reason: text, cause: "text" };
  }

  result(policies: readonly Policy[]): PassResult {
    const seen = new Set<string>();
    const after = policies.flatMap((policy) => {
      const key = refKey(policy.ref);
      if (!this.#became.has(key)) return [policy];
      if (seen.has(key)) return [];
      seen.add(key);
      return this.#became.get(key)?.parts ?? [];
    });
    return { policies: after, steps: this.#steps, withheld: this.#withheld };
  }
}

function objectOf(parts: readonly Policy[]): readonly PolicyObject[] {
  const [first] = parts;
  return first === undefined ? [] : [{ first, parts }];
}

/** Objects of one kind that say the same at the same place of the order: all but the first by name add nothing. */
function duplicatesAmong(objects: readonly PolicyObject[]): readonly Candidate[] {
  const byName = objects.toSorted((a, b) => compareNames(a.first, b.first));
  return [...groupBy(byName, ({ parts }) => JSON.stringify(parts.map(sayKey))).values()].flatMap(([kept, ...more]) =>
    more.map((object): Candidate => ({
      type: "duplicate-policy",
      object,
      path: [],
      description: `delete ${nameText(object.first)}`,
      reason: "a policy less",
      proof: `it says what ${kept?.first.name} says, at the same place of the order`,
      patch: [{ policy: object.first, op: "remove", path: "" }],
      covers: kept === undefined ? [] : [kept.first],
      change: () => undefined,
    })),
  );
}
