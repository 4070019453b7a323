import { familyAddresses } from "../sets/address-set.ts";
import { type ConnectionId, type ConnectionTable, type Family, families } from "../sets/connection-set.ts";
import { difference } from "../sets/interval-set.ts";
import type { AddressPlaces } from "./address-places.ts";
import { ClassSet } from "./class-set.ts";
import {
  type Cell,
  cellsOf,
  type ConnectionMap,
  constantMap,
  mapConnections,
  mergeMaps,
  restrictMap,
} from "./connection-map.ts";
import type { Bound } from "./part-expander.ts";
import { familiesOf, type PodClass } from "./pod-classes.ts";

/** Classes of pods that have addresses of the same families. */
interface FamilyGroup {
  /** Empty where it is not known. */
  readonly families: readonly Family[];
  readonly classes: ClassSet;
  readonly others: ClassSet;
}

/**
 * Two pods, or a pod and a host, speak a family that both have. Where that is not known, what is certainly allowed is
 * allowed in each family that they may have in common: a rule of the other family may be all there is between them.
 */
export class SpokenFamilies {
  readonly #groups: readonly FamilyGroup[];
  /** Addresses outside are of one family, where rules tell them apart. */
  readonly #outside: readonly { readonly family: Family; readonly classes: ClassSet; readonly others: ClassSet }[];
  readonly #table: ConnectionTable;

  readonly #end: number;
  readonly #mayBeAnywhere: boolean;

  constructor(classes: readonly PodClass[], everyone: ClassSet, places: AddressPlaces, table: ConnectionTable) {
    this.#table = table;
    this.#end = everyone.size;
    this.#mayBeAnywhere = places.unknown.length > 0;
    const [v4 = [], v6 = []] = families.map((family) => places.externalOf(familyAddresses(family)).boundaries);
    const outside = [difference(v4, v6), difference(v6, v4)] as const;
    this.#outside = families.map((family, i) => {
      const own = outside[i] ?? [];
      return { family, classes: ClassSet.of(own), others: ClassSet.of(difference(everyone.boundaries, own)) };
    });
    const groups = new Map<string, { families: readonly Family[]; ids: number[] }>();
    for (const podClass of classes) {
      const has = familiesOf(podClass);
      const group = groups.get(has.join());
      if (group === undefined) groups.set(has.join(), { families: has, ids: [podClass.id] });
      else group.ids.push(podClass.id);
    }
    this.#groups = [...groups.values()].map(({ families: has, ids }) => {
      const own = ClassSet.fromSorted(ids);
      return { families: has, classes: own, others: ClassSet.of(difference(everyone.boundaries, own.boundaries)) };
    });
  }

  /** Whether it is known of all pods. */
  get areKnown(): boolean {
    return this.#groups.every(({ families: has }) => has.length > 0);
  }

  /** Whether they make a difference where no rule takes away what another allows: rules that allow may speak of addresses. */
  get matter(): boolean {
    return this.#mayBeAnywhere || this.#groups.some(({ families: has }) => has.length > 0);
  }

  /** What of a row is spoken at all. Of which family an address outside is matters where rules ask for one. */
  of(map: ConnectionMap, subject: PodClass, bound: Bound, asksForFamily: boolean): ConnectionMap {
    const own = familiesOf(subject);
    let result = map;
    for (const { families: theirs, classes, others } of this.#groups) {
      const change = this.#spokenBy(own, theirs, bound);
      if (change === undefined) continue;
      const changed = mapConnections(restrictMap(map, classes), change);
      result = mergeMaps([restrictMap(result, others), changed], this.#table);
    }
    if (!asksForFamily) return result;
    for (const { family, classes, others } of this.#outside) {
      const inFamily = (id: ConnectionId): ConnectionId => this.#table.intersection(id, this.#table.family[family]);
      const changed = mapConnections(restrictMap(map, classes), inFamily);
      result = mergeMaps([restrictMap(result, others), changed], this.#table);
    }
    return result;
  }

  /** What a subject and the pods that it sees by their addresses speak of this. */
  ofCells(cells: readonly Cell[], subject: PodClass, bound: Bound): readonly Cell[] {
    if (cells.length === 0) return cells;
    const maps = cells.map(({ classes, connections }) => constantMap(classes, connections));
    return cellsOf(this.of(mergeMaps(maps, this.#table), subject, bound, false), this.#end);
  }

  #spokenBy(
    own: readonly Family[],
    theirs: readonly Family[],
    bound: Bound,
  ): ((id: ConnectionId) => ConnectionId) | undefined {
    const shared = families.filter((family) => [own, theirs].every((has) => has.length === 0 || has.includes(family)));
    const [only, other] = shared;
    if (only !== undefined && other === undefined)
      return (id) => this.#table.intersection(id, this.#table.family[only]);
    const isSure = own.length > 0 && theirs.length > 0;
    return isSure || bound === "possible" ? undefined : (id) => this.#table.inBothFamilies(id);
  }
}
