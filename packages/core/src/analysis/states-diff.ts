import { type ConnectionDiff, connectionDiff, type DiffBounds } from "../diff/connection-diff.ts";
import type { Cluster } from "../model/cluster.ts";
import { underAssumptions } from "../semantics/under-assumptions.ts";
import { type ConnectivityOptions, reachabilityOptions } from "./connectivity.ts";

/** What changes between two states of a cluster whose data plane is one and the same: each is read as a question about it would be. */
export function statesDiff(
  before: Cluster,
  after: Cluster,
  options: ConnectivityOptions,
  bounds?: DiffBounds,
): ConnectionDiff {
  const known = reachabilityOptions(options, before, after);
  const [was, is] = [underAssumptions(before, known.assumptions), underAssumptions(after, known.assumptions)];
  return connectionDiff(was, is, known, bounds);
}
