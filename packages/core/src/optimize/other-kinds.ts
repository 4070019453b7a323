import { groupBy } from "../lib/group-by.ts";
import type { Policy } from "../model/policy.ts";
import { isCalico } from "../semantics/calico/calico-group.ts";
import { holdsForHostsOf, isOfHostsAlone } from "../semantics/calico/host-endpoints.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { duplicateObjects } from "../symbolic/duplicate-objects.ts";
import { withoutOverwritten } from "../symbolic/provable-policies.ts";
import type { Candidate, PolicyObject } from "./candidate.ts";
import type { FoundOfOthers } from "./step.ts";
import { goneRuleSteps } from "./gone-rule-steps.ts";
import { saidAgain } from "./said-again.ts";
import { hasEntries } from "../semantics/entries.ts";
import { entrySteps } from "./cilium-steps.ts";
import { hasNetworks, joinedNetworks } from "./join-networks.ts";
import { valueAt } from "../source/position.ts";
import type { JsonValue } from "../answers/finding.ts";
import { applyOperation } from "./apply-patch.ts";
import { nameText, saysMoreText } from "./step-words.ts";
import { type PassContext, type PassResult, type PlannedStep, type WithheldStep } from "./step.ts";

/**
 * Plans what makes policies of other kinds simpler: equal ones become one, rules that can never decide go, or that another one
 * holds where they add up, and adjacent and nested blocks of a list are written as fewer. Everything keeps its place in the
 * order in which it is asked.
 * `found` is what `findDeadRules` and `findRemovable` find of the same policies.
 */
export function planOtherKinds(policies: readonly Policy[], found: FoundOfOthers, context: PassContext): PassResult {
  const others = policies.filter((policy) => !isNetworkPolicy(policy));
  const ofPods = withoutOverwritten(others).filter((policy) => !isOfHostsAlone(policy));
  const inForce = [...groupBy(ofPods, ({ ref }) => refKey(ref)).values()].flatMap(objectOf);
  const run = new OtherKindsRun(context);
  run.round(inForce, found);
  // When some of it is gone, more may say the same.
  for (let round = 1, made = 0; round < mostRounds && run.made > made; round++) {
    made = run.made;
    const now = [...policies.filter(isNetworkPolicy), ...run.result(others).policies];
    run.round(run.left(inForce), context.findOthers(now));
  }
  return run.result(others);
}

/** How often policies are looked at again. */
const mostRounds = 5;

/** What these passes do not do, for each kind. */
export function untouchedReason(policy: Policy): string {
  if (isOfHostsAlone(policy)) return "those for host endpoints alone are left as they are";
  if (hasEntries(policy))
    return "of this kind only equal policies become one, what others of the union say as well goes, and adjacent blocks become one";
  const networks = hasNetworks(policy) ? ", and adjacent blocks become one" : "";
  // A NetworkPolicy of Calico's is told of beside those of Kubernetes.
  const kind = isCalico(policy.ref.apiVersion) ? "of this kind of Calico" : "of this kind";
  return `${kind} only equal policies become one, what the rest decides alike goes${networks}`;
}

class OtherKindsRun {
  readonly #context: PassContext;
  readonly #steps: PlannedStep[] = [];
  readonly #withheld: WithheldStep[] = [];
  readonly #became = new Map<string, PolicyObject | undefined>();
  #isFirst = true;

  constructor(context: PassContext) {
    this.#context = context;
  }

  /** How many steps there are. */
  get made(): number {
    return this.#steps.length;
  }

  /** Looks at objects as they are by now. What is found of them is told when it is the first look. */
  round(objects: readonly PolicyObject[], found: FoundOfOthers): void {
    const duplicates = objects.length < 2 ? [] : duplicatesAmong(objects);
    this.#take(duplicates);
    const again = saidAgain(found.removable.redundant);
    const isTold = new Set(duplicates.map(({ object }) => object));
    this.#take(again.policies(objects.filter((object) => !isTold.has(object))));
    this.#take(goneRuleSteps(this.left(objects), found.dead, again));
    // Places are those that are left by then.
    this.#take(this.left(objects).flatMap(joinedNetworks));
    this.#take(this.left(objects).flatMap((object) => entrySteps(object, again)));
    this.#isFirst = false;
  }

  #take(candidates: readonly Candidate[]): void {
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
    const { object, type, description, reason, proof, change } = candidate;
    // Rules tell of the input as it is.
    const basis = this.#isFirst && candidate.basis !== undefined ? { basis: candidate.basis } : {};
    const { first } = object;
    const key = refKey(first.ref);
    const [current] = this.left([object]);
    if (current === undefined) return; // it is gone already
    const why = this.#whyKept(candidate);
    if (why !== undefined) {
      if (this.#isFirst) this.#withheld.push({ type, policies: [first], description, ...why, ...basis });
      return;
    }
    const patch = candidate.patch(current.first);
    const parts = current.parts.flatMap((policy) => change(policy) ?? []);
    let value: JsonValue | undefined = current.value;
    for (const operation of patch) value = value && applyOperation(value, operation);
    this.#became.set(
      key,
      parts[0] === undefined || value === undefined ? undefined : { first: parts[0], parts, value },
    );
    this.#steps.push({ type, policies: [first], description, reason, proof, patch, ...basis });
  }

  #whyKept({
    object: { first },
    covers,
    path,
    saysLess,
    unproved,
  }: Candidate): Pick<WithheldStep, "reason" | "cause"> | undefined {
    const { doubt, pinned, owners } = this.#context;
    if (saysLess === true)
      return {
        reason: saysMoreText(covers),
        cause: "intent",
      };
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
    const apart = owners.whyApart(first, covers);
    if (apart !== undefined) return { reason: apart, cause: "owner" };
    const ofPods = covers.find((cover) => !holdsForHostsOf(cover, first));
    if (ofPods !== undefined)
      return {
        reason: `it is in force for host endpoints, too, for which ${nameText(ofPods)} is not, or not for what they forward`,
        cause: "proof",
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
    // What was left alone may have gone with something else.
    const isThere = ({ policies: [first] }: WithheldStep): boolean =>
      first === undefined || !this.#became.has(refKey(first.ref)) || this.#became.get(refKey(first.ref)) !== undefined;
    return { policies: after, steps: this.#steps, withheld: this.#withheld.filter(isThere) };
  }
}

function objectOf(parts: readonly Policy[]): readonly PolicyObject[] {
  const [first] = parts;
  // As it was read.
  return first === undefined ? [] : [{ first, parts, value: valueAt(first.origin, []) as JsonValue }];
}

/** Objects that say what another one says: they add nothing. */
function duplicatesAmong(objects: readonly PolicyObject[]): readonly Candidate[] {
  const byParts = new Map(objects.map((object) => [object.parts, object]));
  return [...duplicateObjects([...byParts.keys()])].flatMap(([parts, [kept]]): readonly Candidate[] => {
    const object = byParts.get(parts);
    if (object === undefined || kept === undefined) return [];
    return [
      {
        type: "duplicate-policy",
        object,
        path: [],
        description: `delete ${nameText(object.first)}`,
        reason: "a policy less",
        proof: `it says what ${kept.name} says, at the same place of the order`,
        patch: () => [{ policy: object.first, op: "remove", path: "" }],
        covers: [kept],
        basis: { found: "duplicate", duplicate: { policy: object.first, of: kept } },
        change: () => undefined,
      },
    ];
  });
}
