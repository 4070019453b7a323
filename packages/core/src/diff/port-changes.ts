import { type ConnectionId, type ConnectionTable, noConnections } from "../sets/connection-set.ts";
import type { DifferingPair, SidePorts } from "./differing-pairs.ts";

/** How the ports between two ends change. */
export interface PortChange extends SidePorts {
  /** The ports that it gains. */
  readonly opened: ConnectionId;
  /** The ports that it loses. */
  readonly closed: ConnectionId;
  /** Ports that passed possibly before, and pass for certain after. */
  readonly nowCertain: ConnectionId;
  /** Ports that passed for certain before, and pass possibly after. */
  readonly noLongerCertain: ConnectionId;
}

/** What of it changes whatever the missing facts are: what cannot have passed before passes for certain, or the reverse. */
export function certainChange({ certain, possible }: DifferingPair, table: ConnectionTable): PortChange {
  const opened = table.difference(certain.after, possible.before);
  const closed = table.difference(certain.before, possible.after);
  const kept = table.intersection(certain.before, certain.after);
  return {
    before: table.union(kept, closed),
    after: table.union(kept, opened),
    opened,
    closed,
    nowCertain: noConnections,
    noLongerCertain: noConnections,
  };
}

/** What of the rest changes, or may: what passed possibly, or does so now. */
export function uncertainChange(pair: DifferingPair, table: ConnectionTable): PortChange {
  const { certain, possible } = pair;
  const sure = certainChange(pair, table);
  const before = table.difference(possible.before, sure.closed);
  const after = table.difference(possible.after, sure.opened);
  const nowCertain = table.difference(table.difference(certain.after, certain.before), sure.opened);
  const noLongerCertain = table.difference(table.difference(certain.before, certain.after), sure.closed);
  return {
    before,
    after,
    opened: table.union(table.difference(after, before), nowCertain),
    closed: table.union(table.difference(before, after), noLongerCertain),
    nowCertain,
    noLongerCertain,
  };
}
