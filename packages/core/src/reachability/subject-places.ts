import type { AddressSet } from "../sets/address-set.ts";
import type { AddressClasses } from "./address-classes.ts";
import { type ClassId, ClassSet } from "./class-set.ts";
import type { Matches } from "./label-index.ts";
import type { PodClass } from "./pod-classes.ts";

/** Where the subjects of policies are, for those that select pods by their addresses. */
export class SubjectPlaces {
  readonly #classes: readonly PodClass[];
  readonly #addresses: AddressClasses;

  constructor(classes: readonly PodClass[], addresses: AddressClasses) {
    this.#classes = classes;
    this.#addresses = addresses;
  }

  /** Those whose addresses all lie in the networks, and those of which one does or may: of a pod of two families only one may be meant. */
  within(pods: Matches, networks: AddressSet): Matches {
    const covered = this.#addresses.classesOf(networks);
    return {
      certain: this.#filtered(pods.certain, covered, (seen) => seen.every(Boolean)),
      possible: this.#filtered(pods.possible, covered, (seen) => seen.some(Boolean)),
    };
  }

  #filtered(pods: ClassSet, covered: ClassSet, keep: (seen: readonly boolean[]) => boolean): ClassSet {
    return ClassSet.fromSorted(pods.toArray().filter((id) => keep(this.#seen(id, covered))));
  }

  /** For each address of a class whether it is covered; for one that is not known both. */
  #seen(id: ClassId, covered: ClassSet): readonly boolean[] {
    const address = this.#classes[id]?.address;
    if (address?.type !== "known") return [true, false];
    return address.places.map(({ addressClass }) => covered.has(addressClass));
  }
}
