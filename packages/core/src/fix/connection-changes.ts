import type { Connection } from "../answers/connectivity.ts";
import type { ConnectionChange } from "../answers/diff.ts";
import type { Ports } from "../answers/ports.ts";

/** The connections that differ between two lists, by source and target. */
export function connectionChanges(
  before: Iterable<Connection>,
  after: Iterable<Connection>,
): readonly ConnectionChange[] {
  const old = new Map<string, Connection>();
  for (const connection of before) old.set(keyOf(connection), connection);
  const changes: (readonly [string, ConnectionChange])[] = [];
  for (const connection of after) {
    const { source, target } = connection;
    const key = keyOf(connection);
    const was = old.get(key);
    old.delete(key);
    if (was === undefined) changes.push([key, { type: "added", source, target, after: portsOf(connection) }]);
    else if (JSON.stringify(portsOf(was)) !== JSON.stringify(portsOf(connection)))
      changes.push([key, { type: "changed", source, target, before: portsOf(was), after: portsOf(connection) }]);
  }
  for (const [key, connection] of old) {
    const { source, target } = connection;
    changes.push([key, { type: "removed", source, target, before: portsOf(connection) }]);
  }
  return changes.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, change]) => change);
}

function keyOf({ source, target }: Connection): string {
  return `${source}\u0000${target}`;
}

function portsOf({ ports, all }: Ports): Ports {
  return { ports, all };
}
