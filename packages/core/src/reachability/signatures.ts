import type { ClassSet } from "./class-set.ts";

/** The signature of a class that no policy selects. */
export const openSignature = 0;

/** The signature of a class that is selected and of which nothing more is said: the end of every other. */
const emptySignature = 1;

/** What a policy says to the classes it selects. */
interface Said {
  readonly id: number;
  /** Whether it only selects. */
  readonly isEmpty: boolean;
}

/**
 * The contributions a class gets, as a hash-consed list: two classes that were given the same contributions in
 * the same order have the same number.
 */
export class Signatures<C extends Said> {
  readonly #heads: (C | undefined)[] = [undefined, undefined];
  readonly #tails: number[] = [openSignature, emptySignature];
  /** By signature: the signature that each further contribution leads to. */
  readonly #longer: Map<number, number>[] = [];

  /** The signature of each class, in the order of the applications: equal contributions that follow each other count once. */
  assign(
    applications: readonly { readonly subjects: ClassSet; readonly contribution: C }[],
    classCount: number,
  ): Int32Array {
    const signatureOf = new Int32Array(classCount);
    for (const { subjects, contribution } of applications) {
      subjects.forEach((id) => {
        signatureOf[id] = this.#with(signatureOf[id] as number, contribution);
      });
    }
    return signatureOf;
  }

  #with(signature: number, contribution: C): number {
    const tail = signature === openSignature ? emptySignature : signature;
    if (contribution.isEmpty || this.#heads[tail] === contribution) return tail;
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

  /** The contributions a signature stands for, the last one first. */
  *contributions(signature: number): Generator<C> {
    for (let at = signature; ; at = this.#tails[at] as number) {
      const head = this.#heads[at];
      if (head === undefined) return;
      yield head;
    }
  }
}
