import { matchesGlob } from "../lib/glob.ts";
import type { AllowedOpening } from "../model/allowed-opening.ts";
import { parseAddress } from "../sets/address.ts";
import { namedAddresses } from "../sets/address-names.ts";
import { type AddressSet, allAddresses } from "../sets/address-set.ts";
import { type ConnectionId, allConnections, type ConnectionTable, noConnections } from "../sets/connection-set.ts";
import { isSubset, unionAll } from "../sets/interval-set.ts";
import { parsePort } from "../sets/parse-port.ts";
import type { DiffEnd } from "./compared-endpoints.ts";
import type { PairChange } from "./connection-diff.ts";

/** The pairs that gain ports which nothing allows to open. */
export function unallowedOpenings(
  pairs: readonly PairChange[],
  allowed: readonly AllowedOpening[],
  table: ConnectionTable,
): readonly PairChange[] {
  const entries = allowed.map((entry) => ({
    entry,
    ports: entry.ports === undefined ? allConnections : table.ofPorts(entry.ports.map(parsePort)),
  }));
  return pairs.filter(({ source, target, opened }) => {
    const covered = entries
      .filter(({ entry }) => isNamed(source, entry.source) && isNamed(target, entry.target))
      .reduce<ConnectionId>((sum, { ports }) => table.union(sum, ports), noConnections);
    return table.difference(opened, covered) !== noConnections;
  });
}

function isNamed(end: DiffEnd, pattern: string | undefined): boolean {
  if (pattern === undefined) return true;
  if (!end.isExternal) return matchesGlob(pattern, end.id.replace(/[[{].*$/, ""));
  return pattern === "external" || isSubset(addressesOf(end.id), namedAddresses(blockOf(pattern)) ?? []);
}

/** The addresses of `external`, or of `external[10.0.0.0-10.255.255.255]`. */
function addressesOf(id: string): AddressSet {
  const ranges = /^external\[(.*)\]$/.exec(id)?.[1];
  if (ranges === undefined) return allAddresses;
  return unionAll(ranges.split(",").map((range) => namedAddresses(blockOf(range)) ?? allAddresses));
}

/** An address as the block that has only it. */
function blockOf(text: string): string {
  const address = parseAddress(text);
  return address === undefined ? text : `${text}/${address.family === 4 ? 32 : 128}`;
}
