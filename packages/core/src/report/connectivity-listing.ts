import type { Connection, UncertainConnection } from "../answers/connectivity.ts";
import type { Endpoint } from "../answers/endpoint.ts";

/** What the formats of `npa list` print: a ConnectivityList, or one whose connections are made while they are read. */
export interface ConnectivityListing {
  readonly endpoints: readonly Endpoint[];
  readonly connections: Iterable<Connection>;
  readonly uncertain: Iterable<UncertainConnection>;
}
