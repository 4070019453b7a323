import type { ConnectionChange } from "../answers/diff.ts";
import type { Ports } from "../answers/ports.ts";
import { compareStrings } from "../lib/compare.ts";
import type { Cluster } from "../model/cluster.ts";
import type { ClassId } from "../reachability/class-set.ts";
import { type ComparedRelations, type ComparisonOptions, compareRelations } from "../reachability/compare-relations.ts";
import { PortFormatter } from "../reachability/format-ports.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { type AddressSet, allAddresses, formatRanges } from "../sets/address-set.ts";
import { placeName, placesIn } from "../sets/reserved-places.ts";
import { noConnections } from "../sets/connection-set.ts";
import { isSubset, unionAll } from "../sets/interval-set.ts";
import { type DiffEnd, type DiffEnds, diffEnds } from "./compared-endpoints.ts";
import { differingPairs } from "./differing-pairs.ts";
import { certainChange, type PortChange, uncertainChange } from "./port-changes.ts";

/** One pair of ends that the two states do not treat alike. Addresses that change alike are one end. */
export interface PairChange extends Pick<PortChange, "opened" | "closed"> {
  readonly source: DiffEnd;
  readonly target: DiffEnd;
  readonly change: ConnectionChange;
  readonly opens: boolean;
  readonly closes: boolean;
  /** An end of it is on one side only. */
  readonly isOfOneSide: boolean;
}

/** All that changes between two states. */
export interface ConnectionDiff {
  readonly compared: ComparedRelations;
  readonly ends: DiffEnds;
  /** Sorted by source, then target. */
  readonly certain: readonly PairChange[];
  /** What changes only if facts turn out so that the input does not give. */
  readonly uncertain: readonly PairChange[];
  /** Whether there are more changes than were looked for. */
  readonly truncated: boolean;
}

interface RawChange extends PortChange {
  readonly source: DiffEnd;
  readonly target: DiffEnd;
}

/** Pairs that all have ports of their own cost as much as so many others; a few such never count. */
const pairsPerSet = 10;
const fewSets = 1_000;

/** What is compared, beside how relations are. */
export interface DiffBounds {
  /** Compare so many pairs that differ. Default: all. */
  readonly most?: number;
  /** Compare what is certain alone, as if nothing else were possible. */
  readonly only?: "certain";
}

/** Compares what two states of a cluster allow. */
export function connectionDiff(
  before: Cluster,
  after: Cluster,
  options: ComparisonOptions,
  { most = Number.POSITIVE_INFINITY, only }: DiffBounds = {},
): ConnectionDiff {
  const compared = compareRelations(before, after, options);
  const { table } = compared;
  const ends = diffEnds(compared, before, after);
  const mostSets = table.size + Math.max(fewSets, most / pairsPerSet);
  const isEnough = (count: number): boolean => count >= most || table.size > mostSets;
  const { items, truncated } = firstOf(differingPairs(compared, ends, only), isEnough);
  const fold = new Folding(compared);
  const changes = (changeOf: typeof certainChange): readonly PairChange[] =>
    fold.fold(items.map((pair) => ({ source: pair.source, target: pair.target, ...changeOf(pair, table) })));
  const uncertain = changes(uncertainChange).map((pair): PairChange => ({
    ...pair,
    change: { ...pair.change, uncertain: true },
  }));
  return { compared, ends, certain: changes(certainChange), uncertain, truncated };
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
      const { source, target, before, after, nowCertain, noLongerCertain } = change;
      const outside = isUnnamed(source) ? source : isUnnamed(target) ? target : undefined;
      if (outside === undefined) {
        pairs.push(this.#pair(change));
        continue;
      }
      const other = outside === source ? target : source;
      const addresses = this.#addressesOf(outside);
      const places = placesIn(addresses).join();
      const ports = [before, after, nowCertain, noLongerCertain];
      const key = [outside === source, other.id, other.before, other.after, ...ports, places].join(" ");
      const same = external.get(key);
      if (same === undefined) external.set(key, { sample: change, addresses: [addresses] });
      else same.addresses.push(addresses);
    }
    for (const { sample, addresses } of external.values()) pairs.push(this.#pair(this.#outside(sample, addresses)));
    return pairs
      .filter(({ change }) => this.#isChange(change))
      .toSorted((a, b) => compareStrings(a.source.id, b.source.id) || compareStrings(a.target.id, b.target.id));
  }

  #isChange({ before, after, nowCertain, noLongerCertain }: ConnectionChange): boolean {
    if (nowCertain !== undefined || noLongerCertain !== undefined) return true;
    return before !== after && this.#text(before) !== this.#text(after);
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

  #pair({ source, target, ...ports }: RawChange): PairChange {
    const { before, after, opened, closed } = ports;
    const passes = <K extends keyof PortChange>(key: K): { readonly [_ in K]?: Ports } =>
      ports[key] === noConnections ? {} : ({ [key]: this.#ports.format(ports[key]) } as { readonly [_ in K]: Ports }); // the one key
    return {
      source,
      target,
      change: {
        type: before === noConnections ? "added" : after === noConnections ? "removed" : "changed",
        source: source.id,
        target: target.id,
        ...passes("before"),
        ...passes("after"),
        ...passes("nowCertain"),
        ...passes("noLongerCertain"),
      },
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
