import type { ConnectionChange } from "../answers/diff.ts";
import type { Ports } from "../answers/ports.ts";
import { compareStrings } from "../lib/compare.ts";
import type { Cluster } from "../model/cluster.ts";
import type { ClassId } from "../reachability/class-set.ts";
import { type ComparedRelations, type ComparisonOptions, compareRelations } from "../reachability/compare-relations.ts";
import { PortFormatter } from "../reachability/format-ports.ts";
import type { Reachability } from "../reachability/reachability.ts";
import type { Bound } from "../reachability/part-expander.ts";
import { type AddressSet, allAddresses, formatRanges } from "../sets/address-set.ts";
import { placeName, placesIn } from "../sets/reserved-places.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import { isSubset, unionAll } from "../sets/interval-set.ts";
import { type DiffEnd, type DiffEnds, diffEnds } from "./compared-endpoints.ts";

/** One pair of ends that the two states do not treat alike. Addresses that change alike are one end. */
export interface PairChange {
  readonly source: DiffEnd;
  readonly target: DiffEnd;
  readonly change: ConnectionChange;
  readonly opens: boolean;
  /** The ports that it gains. */
  readonly opened: ConnectionId;
  readonly closes: boolean;
  /** The ports that it loses. */
  readonly closed: ConnectionId;
  /** An end of it is on one side only. */
  readonly isOfOneSide: boolean;
}

/** All that changes between two states. */
export interface ConnectionDiff {
  readonly compared: ComparedRelations;
  readonly ends: DiffEnds;
  /** Sorted by source, then target. */
  readonly certain: readonly PairChange[];
  /** What differs only in what is possible. */
  readonly uncertain: readonly PairChange[];
  /** Whether there are more changes than were looked for. */
  readonly truncated: boolean;
}

interface RawChange {
  readonly source: DiffEnd;
  readonly target: DiffEnd;
  readonly before: ConnectionId;
  readonly after: ConnectionId;
}

/** Pairs that all have ports of their own cost as much as so many others; a few such never count. */
const pairsPerSet = 10;
const fewSets = 1_000;

/** Compares what two states of a cluster allow: all pairs that differ, or `most` of them under each bound. */
export function connectionDiff(
  before: Cluster,
  after: Cluster,
  options: ComparisonOptions,
  most: number = Number.POSITIVE_INFINITY,
): ConnectionDiff {
  const compared = compareRelations(before, after, options);
  const ends = diffEnds(compared, before, after);
  const fold = new Folding(compared);
  const mostSets = compared.table.size + Math.max(fewSets, most / pairsPerSet);
  const isEnough = (count: number): boolean => count >= most || compared.table.size > mostSets;
  const first = firstOf(rawChanges(compared, ends, "certain"), isEnough);
  const certain = fold.fold(first.items);
  const isExact = [compared.before, compared.after].every((side) => side.possible === side.certain);
  if (isExact) return { compared, ends, certain, uncertain: [], truncated: first.truncated };
  const known = new Set(first.items.map(changeKey));
  const possible = firstOf(rawChanges(compared, ends, "possible"), isEnough);
  const uncertain = fold.fold(possible.items.filter((change) => !known.has(changeKey(change))));
  return { compared, ends, certain, uncertain, truncated: first.truncated || possible.truncated };
}

function firstOf<T>(
  items: Iterable<T>,
  isEnough: (count: number) => boolean,
): { readonly items: readonly T[]; readonly truncated: boolean } {
  const first: T[] = [];
  for (const item of items) {
    if (isEnough(first.length)) return { items: first, truncated: true };
    first.push(item);
  }
  return { items: first, truncated: false };
}

function changeKey({ source, target, before, after }: RawChange): string {
  return [source.before, source.after, source.id, target.before, target.after, target.id, before, after].join(" ");
}

function* rawChanges(compared: ComparedRelations, ends: DiffEnds, bound: Bound): Generator<RawChange> {
  const endOf = (endpoint: ComparedRelations["endpoints"][number]): DiffEnd => ends.ofCompared.get(endpoint) as DiffEnd; // all have one
  for (const { source, target, before, after } of compared.differences(bound))
    yield { source: endOf(source), target: endOf(target), before, after };
  const shared = compared.endpoints.map(endOf);
  for (const { source, target, connections } of oneSided(compared, "after", ends.added, shared, bound))
    yield { source, target, before: noConnections, after: connections };
  for (const { source, target, connections } of oneSided(compared, "before", ends.removed, shared, bound))
    yield { source, target, before: connections, after: noConnections };
}

/** The connections of the ends that only one side has, with each other and with all others of that side. */
function* oneSided(
  compared: ComparedRelations,
  side: "before" | "after",
  only: readonly DiffEnd[],
  shared: readonly DiffEnd[],
  bound: Bound,
): Generator<{ readonly source: DiffEnd; readonly target: DiffEnd; readonly connections: ConnectionId }> {
  const between = (source: DiffEnd, target: DiffEnd): ConnectionId =>
    compared[side].connections(source[side] as ClassId, target[side] as ClassId, bound); // both are on this side
  const isOnly = new Set(only);
  for (const end of only) {
    for (const other of [...shared, ...only]) {
      if (end === other && !end.toItself) continue;
      const out = between(end, other);
      if (out !== noConnections) yield { source: end, target: other, connections: out };
      if (isOnly.has(other)) continue;
      const into = between(other, end);
      if (into !== noConnections) yield { source: other, target: end, connections: into };
    }
  }
}

/** Makes one change of those that differ in the addresses outside only. */
class Folding {
  readonly #compared: ComparedRelations;
  readonly #ports: PortFormatter;
  readonly #texts = new Map<Ports, string>();

  constructor(compared: ComparedRelations) {
    this.#compared = compared;
    this.#ports = new PortFormatter(compared.table);
  }

  /** Ports as text, written once for all pairs that have them. */
  #text(ports: Ports | undefined): string {
    if (ports === undefined) return "";
    let text = this.#texts.get(ports);
    if (text === undefined) this.#texts.set(ports, (text = JSON.stringify(ports)));
    return text;
  }

  fold(changes: readonly RawChange[]): readonly PairChange[] {
    const pairs: PairChange[] = [];
    const external = new Map<string, { readonly sample: RawChange; readonly addresses: AddressSet[] }>();
    for (const given of changes) {
      const change = this.#withNode(given);
      const { source, target, before, after } = change;
      const outside = isUnnamed(source) ? source : isUnnamed(target) ? target : undefined;
      if (outside === undefined) {
        pairs.push(this.#pair(change));
        continue;
      }
      const other = outside === source ? target : source;
      const addresses = this.#addressesOf(outside);
      const places = placesIn(addresses).join();
      const key = [outside === source, other.id, other.before, other.after, before, after, places].join(" ");
      const same = external.get(key);
      if (same === undefined) external.set(key, { sample: change, addresses: [addresses] });
      else same.addresses.push(addresses);
    }
    for (const { sample, addresses } of external.values()) pairs.push(this.#pair(this.#outside(sample, addresses)));
    return pairs
      .filter(({ change: { before, after } }) => before !== after && this.#text(before) !== this.#text(after))
      .toSorted((a, b) => compareStrings(a.source.id, b.source.id) || compareStrings(a.target.id, b.target.id));
  }

  /** Of two ends that are no pods one is a node: it stands for itself. */
  #withNode(change: RawChange): RawChange {
    const { source, target } = change;
    if (!source.isExternal || !target.isExternal) return change;
    const named = (end: DiffEnd): DiffEnd => ({ ...end, id: externalName(this.#addressesOf(end)) });
    return this.#isNode(source) ? { ...change, source: named(source) } : { ...change, target: named(target) };
  }

  #isNode({ before, after }: DiffEnd): boolean {
    const isOne = (side: Reachability, id: ClassId | undefined): boolean => id !== undefined && side.nodes.has(id);
    return isOne(this.#compared.before, before) || isOne(this.#compared.after, after);
  }

  #addressesOf({ after }: DiffEnd): AddressSet {
    return this.#compared.after.addressesOf(after as ClassId); // addresses are on both sides
  }

  #outside(change: RawChange, addresses: readonly AddressSet[]): RawChange {
    const id = externalName(unionAll(addresses));
    return isUnnamed(change.source)
      ? { ...change, source: { ...change.source, id } }
      : { ...change, target: { ...change.target, id } };
  }

  #pair({ source, target, before, after }: RawChange): PairChange {
    const { table } = this.#compared;
    const ends = { source: source.id, target: target.id };
    const was = before === noConnections ? {} : { before: this.#ports.format(before) };
    const is = after === noConnections ? {} : { after: this.#ports.format(after) };
    const type = before === noConnections ? "added" : after === noConnections ? "removed" : "changed";
    const opened = table.difference(after, before);
    const closed = table.difference(before, after);
    return {
      source,
      target,
      change: { type, ...ends, ...was, ...is },
      opens: opened !== noConnections,
      opened,
      closes: closed !== noConnections,
      closed,
      isOfOneSide: [source, target].some((end) => end.before === undefined || end.after === undefined),
    };
  }
}

/** Addresses that are folded, and named by what they are together. */
function isUnnamed({ isExternal, id }: DiffEnd): boolean {
  return isExternal && id === "";
}

function externalName(all: AddressSet): string {
  const places = placesIn(all);
  if (places.length > 0) return placeName(places);
  return isSubset(allAddresses, all) ? "external" : `external[${formatRanges(all).join(",")}]`;
}
