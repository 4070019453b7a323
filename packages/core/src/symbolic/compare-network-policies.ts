import { type Direction, directions, type Policy } from "../model/policy.ts";
import { Budget } from "./budget.ts";
import type { Counterexample, Side } from "./counterexample.ts";
import { coverOf } from "./cover.ts";
import { subjectExample, trafficExample } from "./example.ts";
import { coverOfAllowed, type NamespaceBoxes, namespaceBoxes } from "./namespace-boxes.ts";
import type { Comparison, Verdict } from "./comparison.ts";
import type { PolicySpace, SpaceOptions } from "./policy-space.ts";
import type { ProofOptions } from "./proof-options.ts";
import { type ProvablePolicies, provablePolicies } from "./provable-policies.ts";

/** Compares sets of NetworkPolicies in a space that was made for the address blocks of both sides. */
export function compareInSpace(
  space: PolicySpace,
  before: readonly Policy[],
  after: readonly Policy[],
  options: Omit<ProofOptions, keyof SpaceOptions>,
): Comparison {
  const sides = { before: provablePolicies(before), after: provablePolicies(after) };
  const run = new ComparisonRun(space, options.budget ?? new Budget(), options.limit ?? 10);
  run.noteUnprovable(sides);
  const namespaces = new Set([...sides.before.byNamespace.keys(), ...sides.after.byNamespace.keys()]);
  for (const namespace of [...namespaces].sort())
    for (const direction of directions) run.compare(sides, namespace, direction);
  return run.result();
}

type Sides = Readonly<Record<Side, ProvablePolicies>>;

/** Gathers the differences of one comparison. */
class ComparisonRun {
  readonly #space: PolicySpace;
  readonly #budget: Budget;
  readonly #limit: number;
  readonly #more: Record<Side, Counterexample[]> = { before: [], after: [] };
  readonly #undecided = new Set<string>();
  #allUnderstood = true;

  constructor(space: PolicySpace, budget: Budget, limit: number) {
    this.#space = space;
    this.#budget = budget;
    this.#limit = Math.max(limit, 1);
  }

  noteUnprovable(sides: Sides): void {
    for (const { unprovable } of [sides.before, sides.after])
      for (const { policy, reason } of unprovable) {
        this.#allUnderstood = false;
        this.#undecided.add(`${policy.ref.kind} ${policy.name} is not understood: ${reason}`);
      }
  }

  compare(sides: Sides, namespace: string, direction: Direction): void {
    const boxesOf = (side: Side): NamespaceBoxes =>
      namespaceBoxes(this.#space, sides[side].byNamespace.get(namespace) ?? [], direction, this.#budget);
    const boxes = { before: boxesOf("before"), after: boxesOf("after") };
    for (const side of ["before", "after"] as const) {
      const other = side === "before" ? "after" : "before";
      const at: Place = { namespace, direction, side, other };
      this.#leftOpen(at, boxes[side], boxes[other]);
      this.#admitted(at, boxes[side], boxes[other]);
      if (!boxes[side].complete)
        this.#undecided.add(`namespace ${namespace}, ${direction}: a rule is too big to be expanded`);
    }
  }

  /** Subjects that the other side isolates and this side does not. */
  #leftOpen(at: Place, boxes: NamespaceBoxes, others: NamespaceBoxes): void {
    for (const { box } of others.isolated.entries()) {
      if (this.#enough(at.side)) return;
      const cover = coverOf(box, boxes.isolated, this.#budget);
      if (cover.status === "undecided") return this.#outOfBudget(at);
      if (cover.status === "covered") continue;
      const subject = subjectExample(this.#space, at.namespace, cover.point);
      this.#more[at.side].push({
        about: "isolation",
        onlyIn: at.other,
        direction: at.direction,
        subject,
      });
      return;
    }
  }

  /** What the rules of this side admit and the other side does not allow. */
  #admitted(at: Place, boxes: NamespaceBoxes, others: NamespaceBoxes): void {
    for (const { box } of boxes.admitted.entries()) {
      if (this.#enough(at.side)) return;
      const cover = coverOfAllowed(box, others, this.#budget);
      if (cover.status === "undecided") return this.#outOfBudget(at);
      if (cover.status === "covered") continue;
      const traffic = trafficExample(this.#space, at.namespace, at.direction, cover.point);
      this.#more[at.side].push({ about: "admission", onlyIn: at.side, ...traffic });
      return;
    }
  }

  #enough(side: Side): boolean {
    return this.#more[side].length >= this.#limit;
  }

  #outOfBudget({ namespace, direction }: Place): void {
    this.#undecided.add(`namespace ${namespace}, ${direction}: the budget ended`);
  }

  result(): Comparison {
    return {
      verdict: this.#verdict(),
      loosened: this.#more.after,
      tightened: this.#more.before,
      undecided: [...this.#undecided],
    };
  }

  #verdict(): Verdict {
    if (!this.#allUnderstood) return "undecided";
    const loosened = this.#more.after.length > 0;
    const tightened = this.#more.before.length > 0;
    if (loosened && tightened) return "incomparable";
    if (this.#undecided.size > 0) return "undecided";
    if (loosened) return "looser";
    return tightened ? "stricter" : "equivalent";
  }
}

interface Place {
  readonly namespace: string;
  readonly direction: Direction;
  /** The side that is looked at for having more. */
  readonly side: Side;
  readonly other: Side;
}
