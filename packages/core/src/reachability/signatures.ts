import type { Application } from "./relation.ts";
import type { Contribution } from "./rule-items.ts";

/** The signature of a class that no policy isolates. */
export const openSignature = 0;

/** The signature of a class that is isolated and allowed nothing: the end of every other that is certainly isolated. */
const emptySignature = 1;

/**
 * The set of contributions a class gets, as a hash-consed list: two classes that were given the same contributions in
 * the same order have the same number.
 */
export class Signatures {
  readonly #heads: (Contribution | undefined)[] = [undefined, undefined];
  readonly #tails: number[] = [openSignature, emptySignature];
  /** By signature: the signature that each further contribution leads to. */
  readonly #longer: Map<number, number>[] = [];

  /** The signature of each class. Applied in the order of the contributions, so that equal ones meet and count once. */
  assign(applications: readonly Application[], classCount: number): Int32Array {
    const signatureOf = new Int32Array(classCount);
    for (const { subjects, contribution } of applications.toSorted(byContribution)) {
      subjects.forEach((id) => {
        signatureOf[id] = this.#with(signatureOf[id] as number, contribution);
      });
    }
    return signatureOf;
  }

  #with(signature: number, contribution: Contribution): number {
    if (contribution.unsure === true) return this.#longerBy(contribution, signature);
    const tail = signature === openSignature ? emptySignature : signature;
    if (contribution.items.length === 0 || this.#heads[tail] === contribution) return tail;
    return this.#longerBy(contribution, tail);
  }

  #longerBy(contribution: Contribution, tail: number): number {
    const longer = (this.#longer[tail] ??= new Map<number, number>());
    let id = longer.get(contribution.id);
    if (id === undefined) {
      id = this.#heads.length;
      this.#heads.push(contribution);
      this.#tails.push(tail);
      longer.set(contribution.id, id);
    }
    return id;
  }

  /** Whether the classes of a signature are certainly isolated. */
  isIsolated(signature: number): boolean {
    let end = signature;
    while (end > emptySignature) end = this.#tails[end] as number;
    return end === emptySignature;
  }

  /** The contributions a signature stands for. */
  *contributions(signature: number): Generator<Contribution> {
    for (let at = signature; ; at = this.#tails[at] as number) {
      const head = this.#heads[at];
      if (head === undefined) return;
      yield head;
    }
  }
}

/** The unsure ones last: only what comes before them isolates certainly. */
function byContribution({ contribution: a }: Application, { contribution: b }: Application): number {
  return Number(a.unsure === true) - Number(b.unsure === true) || a.id - b.id;
}
