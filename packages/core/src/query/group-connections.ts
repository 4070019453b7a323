import type { Connection, Truncation, UncertainConnection } from "../answers/connectivity.ts";
import type { Endpoint } from "../answers/endpoint.ts";
import type { Ports } from "../answers/ports.ts";
import { by, compareStrings } from "../lib/compare.ts";
import { parseAddress } from "../sets/address.ts";
import { foldAlikeNamespaces } from "./alike-namespaces.ts";
import { placeName, placesOf } from "../sets/reserved-places.ts";
import { addressNames } from "../sets/address-names.ts";
import { groupUncertain, type UncertainGroup } from "./group-uncertain.ts";
import type { AddressSet } from "../sets/address-set.ts";
import { unionAll } from "../sets/interval-set.ts";

/** Ports, the family that they are about where that is one, and what of them passes some requests only. */
export type GroupedPorts = Ports & Pick<Connection, "family" | "limited">;

/** Who may reach one target, by ports. */
export interface TargetGroup {
  /** The id of a workload, or what addresses are called: `internet`, a block, a range. */
  readonly target: string;
  /** The sources, those with the same ports in one row. */
  readonly rows: readonly {
    readonly ports: GroupedPorts;
    readonly sources: readonly string[];
    /** Sources that are left out, because they are in namespaces alike. Absent: none. */
    readonly alike?: readonly AlikeSources[];
  }[];
  /** Behind the last target of a namespace: those that are alike, whose targets are left out. Absent: none. */
  readonly alike?: readonly string[];
}

/** Sources in namespaces that are like one whose sources are told. */
export interface AlikeSources {
  /** The namespaces, and which one they are like. */
  readonly namespaces: readonly string[];
  readonly of: string;
  /** The names of the sources in each; empty where they are those of the one that is told. */
  readonly names: readonly string[];
}

/** A list as people read it. */
export interface GroupedConnectivity {
  /** Workloads first, then addresses outside; each sorted. */
  readonly groups: readonly TargetGroup[];
  /** How many connections are in the list. */
  readonly connections: number;
  /** How many workloads there are in the input. */
  readonly workloads: number;
  /** What exists only if missing facts turn out so, with addresses merged as above. It can be read once. */
  readonly uncertain: Iterable<UncertainGroup>;
  /** How far the list went, when it stopped before its end. */
  readonly truncated?: Truncation;
}

/**
 * The connections by target and ports. Addresses outside are called by what they are, merged for each workload and its ports,
 * whatever other rules cut them into: `internet` for all that is public.
 */
export function groupConnections(listing: {
  readonly endpoints: readonly Endpoint[];
  readonly connections: Iterable<Connection>;
  readonly uncertain: Iterable<UncertainConnection>;
  readonly truncated?: Truncation;
}): GroupedConnectivity {
  const outside = addressSets(listing.endpoints);
  const rows = new Rows(outside, wholeNamespaces(listing.endpoints));
  const { uncertain, truncated } = listing;
  let connections = 0;
  for (const connection of listing.connections) {
    rows.add(connection);
    connections++;
  }
  const ids = listing.endpoints.flatMap((endpoint) =>
    endpoint.type === "workload" ? [`${endpoint.namespace}/${endpoint.name}[${endpoint.workloadKind}]`] : [],
  );
  const groups = rows.groups();
  return {
    // Of a list that was cut off nobody knows what else there is.
    groups: truncated === undefined ? foldAlikeNamespaces(groups, listing.endpoints) : groups,
    connections,
    workloads: new Set(ids).size,
    uncertain: groupUncertain(uncertain, outside),
    ...(truncated === undefined ? {} : { truncated }),
  };
}

/** So many sources are always told one by one. */
const fewSources = 10;

interface Row {
  readonly ports: GroupedPorts;
  readonly sources: Set<string>;
  readonly sets: AddressSet[];
}

class Rows {
  readonly #outside: ReadonlyMap<string, AddressSet>;
  /** By target workload, then by ports. */
  readonly #into = new Map<string, Map<string, Row>>();
  /** By source workload, then by ports. */
  readonly #outOf = new Map<string, Map<string, Row>>();
  readonly #names = new Map<string, readonly string[]>();

  readonly #namespaces: ReadonlyMap<string, readonly string[]>;

  constructor(outside: ReadonlyMap<string, AddressSet>, namespaces: ReadonlyMap<string, readonly string[]>) {
    this.#outside = outside;
    this.#namespaces = namespaces;
  }

  add({ source, target, ports, all, family, limited }: Connection): void {
    const toOutside = this.#outside.get(target);
    const row = rowOf(toOutside === undefined ? this.#into : this.#outOf, toOutside === undefined ? target : source, {
      ports,
      all,
      ...(family === undefined ? {} : { family }),
      ...(limited === undefined ? {} : { limited }),
    });
    const addresses = toOutside ?? this.#outside.get(source);
    if (addresses === undefined) row.sources.add(source);
    else row.sets.push(addresses);
  }

  groups(): readonly TargetGroup[] {
    const inside = [...this.#into].map(([target, rows]): TargetGroup => {
      return {
        target,
        rows: sortedRows(
          [...rows.values()].map(({ ports, sources, sets }) => ({
            ports,
            sources: [...this.#namesOf(sets), ...this.#foldedNames(sources)],
          })),
        ),
      };
    });
    return [...inside.toSorted(by(({ target }) => target)), ...this.#outsideGroups()];
  }

  /** Sorted; many workloads that are all of a namespace are one name. */
  #foldedNames(unfolded: ReadonlySet<string>): readonly string[] {
    const sources = foldedPlaces(unfolded);
    if (sources.size < fewSources) return [...sources].toSorted(compareStrings);
    const left = new Set(sources);
    const folded: string[] = [];
    for (const [namespace, ids] of this.#namespaces) {
      if (ids.length < fewSources || !ids.every((id) => left.has(id))) continue;
      for (const id of ids) left.delete(id);
      folded.push(`${namespace}/* (all ${ids.length})`);
    }
    return [...folded, ...left].toSorted(compareStrings);
  }

  #outsideGroups(): readonly TargetGroup[] {
    const targets = new Map<string, Map<string, Row>>();
    for (const [source, rows] of this.#outOf) {
      for (const { ports, sets } of rows.values()) {
        for (const name of this.#namesOf(sets)) rowOf(targets, name, ports).sources.add(source);
      }
    }
    const groups = [...targets].map(([target, rows]): TargetGroup => {
      const listed = [...rows.values()].map(({ ports, sources }) => ({
        ports,
        sources: this.#foldedNames(sources),
      }));
      return { target, rows: sortedRows(listed) };
    });
    // `internet` before blocks.
    return groups.toSorted(by(({ target }) => `${target.startsWith("internet") ? "0" : "1"}${target}`));
  }

  #namesOf(sets: readonly AddressSet[]): readonly string[] {
    if (sets.length === 0) return [];
    const key = sets.map((set) => set.join()).join("|");
    let names = this.#names.get(key);
    if (names === undefined) this.#names.set(key, (names = addressNames(unionAll(sets))));
    return names;
  }
}

/** Both places where the API server may be are called by the identity that people know. */
function foldedPlaces(names: ReadonlySet<string>): ReadonlySet<string> {
  const halves = (placesOf("kube-apiserver") ?? []).map((place) => placeName([place]));
  if (!halves.every((half) => names.has(half))) return names;
  return new Set([...names].map((name) => (halves.includes(name) ? "reserved:kube-apiserver" : name)));
}

function rowOf(rows: Map<string, Map<string, Row>>, end: string, ports: GroupedPorts): Row {
  let ofEnd = rows.get(end);
  if (ofEnd === undefined) rows.set(end, (ofEnd = new Map<string, Row>()));
  const key = `${ports.all ? "all" : JSON.stringify(ports.ports)}${ports.family ?? ""}${ports.limited === undefined ? "" : JSON.stringify(ports.limited)}`;
  let row = ofEnd.get(key);
  if (row === undefined) ofEnd.set(key, (row = { ports, sources: new Set(), sets: [] }));
  return row;
}

/** What is wide open first. */
function sortedRows(rows: TargetGroup["rows"][number][]): TargetGroup["rows"] {
  return rows.toSorted(
    by(({ ports, sources }) => `${ports.all ? "0" : "1"}${JSON.stringify(ports.ports)}${sources[0] ?? ""}`),
  );
}

/** The endpoints of each namespace. */
function wholeNamespaces(endpoints: readonly Endpoint[]): ReadonlyMap<string, readonly string[]> {
  const namespaces = new Map<string, string[]>();
  for (const endpoint of endpoints) {
    if (endpoint.type !== "workload") continue;
    const known = namespaces.get(endpoint.namespace);
    if (known === undefined) namespaces.set(endpoint.namespace, [endpoint.id]);
    else known.push(endpoint.id);
  }
  return namespaces;
}

/** The addresses of each endpoint that is outside. */
function addressSets(endpoints: readonly Endpoint[]): ReadonlyMap<string, AddressSet> {
  return new Map(
    endpoints.flatMap((endpoint) =>
      endpoint.type === "ipBlock" ? [[endpoint.id, unionAll(endpoint.ranges.map(rangeOf))] as const] : [],
    ),
  );
}

/** `first-last`, as endpoints have it. */
function rangeOf(text: string): AddressSet {
  const [first, last] = text.split("-").map((part) => parseAddress(part)?.address);
  return first === undefined || last === undefined ? [] : [first, last + 1n];
}
