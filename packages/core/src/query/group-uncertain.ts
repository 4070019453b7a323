import type { UncertainConnection } from "../answers/connectivity.ts";
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

/** Connections that hang on missing facts, those of one workload with addresses that are alike as one; `outside`: their addresses by id. */
export function* groupUncertain(
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
