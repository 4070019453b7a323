import type { MissingFact, UncertainConnection } from "../answers/connectivity.ts";
import type { AddressSet } from "../sets/address-set.ts";
import { addressNames } from "../sets/address-names.ts";
import { unionAll } from "../sets/interval-set.ts";

/** What hangs on missing facts between two ends, of which one may be addresses that are alike. */
export interface UncertainGroup extends UncertainConnection {
  /** How many connections of the list it stands for. */
  readonly connections: number;
}

interface Alike {
  readonly sample: UncertainConnection;
  readonly sets: AddressSet[];
}

/**
 * Connections that hang on missing facts, those of one workload with addresses that are alike as one, and as one those from one end
 * that hang on nothing but on which nodes the ends are; `outside`: the addresses of ids.
 */
export function* groupUncertain(
  connections: Iterable<UncertainConnection>,
  outside: ReadonlyMap<string, AddressSet>,
): Generator<UncertainGroup> {
  const onNodes = new Map<string, UncertainGroup[]>();
  for (const group of groupAddresses(connections, outside)) {
    const { target: _, because, connections: __, ...rest } = group;
    if (!because.every(isOfNode)) {
      yield group;
      continue;
    }
    const key = JSON.stringify(rest);
    const same = onNodes.get(key);
    if (same === undefined) onNodes.set(key, [group]);
    else same.push(group);
  }
  for (const groups of onNodes.values())
    if (groups.length > shownTargets) yield together(groups);
    else yield* groups;
}

/** So many targets are told one by one. */
const shownTargets = 3;

function isOfNode(fact: MissingFact): boolean {
  return "missing" in fact && fact.missing === "node";
}

/** From one end to several. */
function together(groups: readonly UncertainGroup[]): UncertainGroup {
  const [first] = groups as readonly [UncertainGroup, ...UncertainGroup[]]; // there is one at least
  const targets = groups.map(({ target }) => target);
  const own = first.because.filter((fact) => "endpoint" in fact && !targets.includes(fact.endpoint));
  return {
    ...first,
    target: `${targets.slice(0, shownTargets).join(", ")} and ${targets.length - shownTargets} more`,
    because: [...own, { endpoint: "each of these", missing: "node" }],
    connections: groups.reduce((sum, { connections }) => sum + connections, 0),
  };
}

function* groupAddresses(
  connections: Iterable<UncertainConnection>,
  outside: ReadonlyMap<string, AddressSet>,
): Generator<UncertainGroup> {
  const alike = new Map<string, Alike>();
  for (const connection of connections) {
    const { source, target, ...rest } = connection;
    const addresses = outside.get(target) ?? outside.get(source);
    if (addresses === undefined) {
      yield { ...connection, connections: 1 };
      continue;
    }
    const key = JSON.stringify([outside.has(target) ? source : "", outside.has(target) ? "" : target, rest]);
    const same = alike.get(key);
    if (same === undefined) alike.set(key, { sample: connection, sets: [addresses] });
    else same.sets.push(addresses);
  }
  for (const { sample, sets } of alike.values()) {
    const addresses = addressNames(unionAll(sets)).join(", ");
    const named = outside.has(sample.target) ? { target: addresses } : { source: addresses };
    yield { ...sample, ...named, connections: sets.length };
  }
}
