import { countStep } from "../lib/stoppable.ts";

/**
 * How much work a question may cost, in steps of roughly the same small size. Proofs over boxes are exponential in the
 * worst case and manifests may be hostile: when the budget ends the answer is "undecided", never a guess.
 */
export class Budget {
  #left: number;

  constructor(steps: number = defaultSteps) {
    this.#left = steps;
  }

  /** The steps that are left; negative when more were asked for. */
  get left(): number {
    return this.#left;
  }

  /** Whether anything is left. */
  get exhausted(): boolean {
    return this.#left < 0;
  }

  /** Takes steps; false when the budget has ended. */
  spend(steps: number): boolean {
    countStep();
    this.#left -= steps;
    return this.#left >= 0;
  }

  /** A budget for one of many questions: never more than what is left. What it uses is to be charged with `charge`. */
  share(steps: number): Budget {
    return new Budget(Math.min(steps, Math.max(this.#left, 0)));
  }

  /** Charges what a share of `steps` has used. */
  charge(share: Budget, steps: number): void {
    this.#left -= Math.min(steps, Math.max(this.#left, 0)) - Math.max(share.#left, 0);
  }
}

/** Steps of a question whose caller names no budget: about two seconds. */
const defaultSteps = 10_000_000;
