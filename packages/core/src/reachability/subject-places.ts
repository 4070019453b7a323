import { type AddressSet, familyAddresses, ofFamily } from "../sets/address-set.ts";
import { type Family, families } from "../sets/connection-set.ts";
import { intersection } from "../sets/interval-set.ts";
import type { AddressClasses } from "./address-classes.ts";
import { type ClassId, ClassSet } from "./class-set.ts";
import type { Matches } from "./label-index.ts";
import type { PodClass } from "./pod-classes.ts";

/** Where the subjects of policies are, for those that select pods by their addresses. */
export class SubjectPlaces {
  readonly #classes: readonly PodClass[];
  readonly #addresses: AddressClasses;
  readonly #podCidrs: AddressSet;
  readonly #universes = new Map<string, ClassSet>();

  constructor(classes: readonly PodClass[], addresses: AddressClasses, podCidrs: AddressSet = []) {
    this.#classes = classes;
    this.#addresses = addresses;
    this.#podCidrs = podCidrs;
  }

  /**
   * Those whose addresses all lie in the networks, and those of which one does or may: of a pod with several addresses only
   * one may be meant. Of a family only its addresses count.
   */
  within(pods: Matches, networks: AddressSet, family?: Family): Matches {
    const covered = this.#addresses.classesOf(networks);
    const filtered = (ids: ClassSet, keep: (seen: readonly boolean[]) => boolean): ClassSet =>
      ClassSet.fromSorted(ids.toArray().filter((id) => keep(this.#seen(id, covered, family))));
    return {
      certain: filtered(pods.certain, (seen) => seen.length > 0 && seen.every(Boolean)),
      possible: filtered(pods.possible, (seen) => seen.some(Boolean)),
    };
  }

  /** For each address that a class has or may have whether it is covered; once for those of one kind. */
  #seen(id: ClassId, covered: ClassSet, family: Family | undefined): readonly boolean[] {
    const address = this.#classes[id]?.address;
    if (address?.type === "known")
      return address.places
        .filter((place) => family === undefined || place.family === family)
        .map(({ addressClass }) => covered.has(addressClass));
    const anywhere = this.#universe(family, address?.type === "unknown" && address.of === "pod");
    const inside = intersection(anywhere.boundaries, covered.boundaries);
    const size = ClassSet.of(inside).size;
    return size === 0 ? [false] : size === anywhere.size ? [true] : [true, false];
  }

  /** The address classes that an unknown address may be in: those of the pod CIDRs, where they are known. */
  #universe(family: Family | undefined, isPod: boolean): ClassSet {
    const key = `${family} ${isPod}`;
    let universe = this.#universes.get(key);
    if (universe === undefined) {
      const addresses = (family === undefined ? families : [family]).flatMap((each) => {
        const cidrs = isPod ? ofFamily(this.#podCidrs, each) : [];
        return cidrs.length > 0 ? cidrs : familyAddresses(each);
      });
      const ids = this.#addresses.classes.flatMap((set, id) => (intersection(set, addresses).length > 0 ? [id] : []));
      this.#universes.set(key, (universe = ClassSet.fromSorted(ids)));
    }
    return universe;
  }
}
