import type { Namespace } from "../../model/cluster.ts";
import { type Selected, selects } from "../../semantics/calico/evaluate-selector.ts";
import type { AddressGroup, SelectorTree } from "../../model/calico.ts";
import { selectableOf } from "../../semantics/calico/selectable-group.ts";
import type { AddressSet } from "../../sets/address-set.ts";
import { difference, unionAll } from "../../sets/interval-set.ts";
import type { CalicoDraft } from "./calico-draft.ts";
import { newStringMap } from "../string-map.ts";

/** The addresses that a selector finds among network sets and host endpoints. */
export interface FoundAddresses {
  /** Those that are found whatever labels the namespaces have that the input does not define. */
  readonly certain: AddressSet;
  /** Those that are found by some such labels only: if these are absent, and if not. */
  readonly ifAbsent: AddressSet;
  readonly ifPresent: AddressSet;
}

/** Network sets and host endpoints: these inherit the labels of their profiles, of which the later are stronger, and their own the strongest. */
export function addressGroups({ groups, profiles }: Pick<CalicoDraft, "groups" | "profiles">): readonly AddressGroup[] {
  return [...groups.values()].map(({ profiles: names = [], ...group }) => {
    if (names.length === 0) return group;
    const labels = newStringMap();
    for (const name of names) Object.assign(labels, profiles.get(name));
    return { ...group, labels: Object.assign(labels, group.labels) };
  });
}

/** Network sets and host endpoints as selectors find them. */
export class AddressGroups {
  readonly #groups: readonly AddressGroup[];
  readonly #namespaces: ReadonlyMap<string, Namespace>;

  constructor(groups: Iterable<AddressGroup>, namespaces: ReadonlyMap<string, Namespace>) {
    this.#groups = [...groups];
    this.#namespaces = namespaces;
  }

  find(tree: SelectorTree): FoundAddresses {
    const found = this.#groups.map((group) => ({ group, ...this.#selected(tree, group) }));
    const addressesOf = (keep: (each: (typeof found)[number]) => boolean): AddressSet =>
      unionAll(found.filter(keep).map(({ group }) => group.addresses));
    const certain = addressesOf(({ isFound }) => isFound === "yes");
    const ifAbsent = addressesOf(({ isFound, wouldBe }) => isFound === "maybe" && wouldBe);
    const ifPresent = addressesOf(({ isFound, wouldBe }) => isFound === "maybe" && !wouldBe);
    return {
      certain,
      ifAbsent: difference(ifAbsent, certain),
      ifPresent: difference(ifPresent, unionAll([certain, ifAbsent])),
    };
  }

  /** The names of DNS of all that a selector may find. */
  domainsOf(tree: SelectorTree): readonly string[] {
    return this.#groups.flatMap((group) =>
      group.domains !== undefined && this.#selected(tree, group).isFound !== "no" ? group.domains : [],
    );
  }

  /** Whether a group is found, and whether it would be if labels that are not known were absent. */
  #selected(tree: SelectorTree, group: AddressGroup): { readonly isFound: Selected; readonly wouldBe: boolean } {
    const { unknownPrefix, ...what } = selectableOf(group, this.#namespaces);
    if (unknownPrefix === undefined) return { isFound: selects(tree, what), wouldBe: false };
    return { isFound: selects(tree, { ...what, unknownPrefix }), wouldBe: selects(tree, what) === "yes" };
  }
}
