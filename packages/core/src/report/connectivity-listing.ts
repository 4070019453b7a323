import type { Connection, Truncation, UncertainConnection } from "../answers/connectivity.ts";
import type { Endpoint } from "../answers/endpoint.ts";
import { counted } from "./words.ts";

/** What the formats of `npa list` print: a ConnectivityList, or one whose connections are made while they are read. */
export interface ConnectivityListing {
  /** All endpoints, sorted by id, whether or not they are connected. */
  readonly endpoints: readonly Endpoint[];
  /** What may pass for certain, sorted by source and target. */
  readonly connections: Iterable<Connection>;
  /** What may pass only if missing facts turn out so. */
  readonly uncertain: Iterable<UncertainConnection>;
  /** How far the list went, when it stopped before its end. */
  readonly truncated?: Truncation;
}

/** What a list that stopped before its end says about it; undefined for a whole one. */
export function truncatedText(truncated: Truncation | undefined): string | undefined {
  const cut = typeof truncated === "function" ? truncated() : truncated;
  if (cut === undefined) return undefined;
  const first = `the list stops after the first ${counted(cut.listed, "connection")}`;
  return `${first}: npa list --all lists all of them, npa list --count counts them`;
}
