import { familyAddresses, ofFamily, type AddressSet } from "../sets/address-set.ts";
import { type Family, families } from "../sets/connection-set.ts";
import { intersection } from "../sets/interval-set.ts";
import type { AddressClasses } from "./address-classes.ts";
import { ClassSet } from "./class-set.ts";
import type { AddressPlace, PodClasses } from "./pod-classes.ts";

/** As what rules see the owner of an address: a node, or a pod that selectors match. */
export type PlaceOf = "node" | "pod";

/** Pods that rules see at an unknown address: which pods, and the addresses they may have in one family. */
export interface UnknownPlace {
  readonly of: PlaceOf;
  readonly classes: ClassSet;
  readonly family: Family;
  /**
   * The address classes that they may be in: those of the family, or of its pod CIDRs where these are known. A match with
   * one of them is possible, with all of them certain.
   */
  readonly universe: ClassSet;
}

/** Where the pods of each class are, as rules about addresses see them. */
export class AddressPlaces {
  /** Pods at addresses that the input does not tell. */
  readonly unknown: readonly UnknownPlace[];
  readonly #classes: PodClasses;
  readonly #addresses: AddressClasses;
  /** By family, then by address class. */
  readonly #knownAt: Readonly<Record<PlaceOf, ReadonlyMap<Family, Map<number, number[]>>>> = {
    node: new Map(families.map((family) => [family, new Map()])),
    pod: new Map(families.map((family) => [family, new Map()])),
  };

  constructor(classes: PodClasses, addresses: AddressClasses, podCidrs: AddressSet | undefined) {
    this.#classes = classes;
    this.#addresses = addresses;
    const unknown = { node: [] as number[], podOfNode: [] as number[], pod: [] as number[] };
    for (const { id, address, onNode } of classes.classes) {
      if (address.type === "unknown") unknown[onNode ? "node" : address.of === "node" ? "podOfNode" : "pod"].push(id);
      if (address.type === "known") this.#place(id, onNode ? "node" : "pod", address.places);
    }
    this.unknown = [
      ...this.#unknownPlaces("node", ClassSet.fromSorted(unknown.node), undefined),
      ...this.#unknownPlaces("pod", ClassSet.fromSorted(unknown.podOfNode), undefined),
      ...this.#unknownPlaces("pod", ClassSet.fromSorted(unknown.pod), podCidrs),
    ];
  }

  #place(id: number, of: PlaceOf, places: readonly AddressPlace[]): void {
    for (const { addressClass, family } of places) {
      const at = this.#knownAt[of].get(family) as Map<number, number[]>;
      const ids = at.get(addressClass);
      if (ids === undefined) at.set(addressClass, [id]);
      else if (ids[ids.length - 1] !== id) ids.push(id);
    }
  }

  #unknownPlaces(of: PlaceOf, classes: ClassSet, cidrs: AddressSet | undefined): UnknownPlace[] {
    if (classes.size === 0) return [];
    return families.map((family) => {
      const bounded = cidrs === undefined ? [] : ofFamily(cidrs, family);
      return { of, classes, family, universe: this.externalOf(bounded.length > 0 ? bounded : familyAddresses(family)) };
    });
  }

  /** The address classes that have some of these addresses, as classes. */
  externalOf(addresses: AddressSet): ClassSet {
    const ids = this.#addresses.classes.flatMap((set, id) => (intersection(set, addresses).length > 0 ? [id] : []));
    return this.external(ClassSet.fromSorted(ids));
  }

  /** The address classes that a set covers, numbered from 0. */
  covered(addresses: AddressSet): ClassSet {
    return this.#addresses.classesOf(addresses);
  }

  /** Address classes as classes: they are numbered after the pods. */
  external(addressClasses: ClassSet): ClassSet {
    const offset = this.#classes.classes.length;
    return ClassSet.of(addressClasses.boundaries.map((boundary) => boundary + offset));
  }

  /** The pods that are known to have an address of a family in one of these address classes. */
  knownIn(covered: ClassSet, of: PlaceOf, family: Family): ClassSet {
    const ids = new Set<number>();
    for (const [addressClass, at] of this.#knownAt[of].get(family) ?? [])
      if (covered.has(addressClass)) for (const id of at) ids.add(id);
    return ids.size === 0 ? ClassSet.empty : ClassSet.fromSorted([...ids].toSorted((a, b) => a - b));
  }
}
