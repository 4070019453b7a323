import type { Connection, MissingFact, PortsByProtocol } from "../result.ts";
import type { ConnectivityListing } from "./connectivity-listing.ts";
import { csvRecord } from "./escape.ts";
import { missingFactText } from "./words.ts";

/** One record per connection. `certain` is false for those that hang on the facts in `because`. */
export function* connectivityCsv(listing: ConnectivityListing): Generator<string> {
  yield csvRecord(["source", "target", "all", "tcp", "udp", "sctp", "certain", "because"]);
  for (const connection of listing.connections) yield record(connection, []);
  for (const connection of listing.uncertain) yield record(connection, connection.because);
}

function record({ source, target, all, ports }: Connection, because: readonly MissingFact[]): string {
  const ranges = (protocol: keyof PortsByProtocol): string => (ports[protocol] ?? []).join(" ");
  return csvRecord([
    source,
    target,
    String(all),
    ranges("TCP"),
    ranges("UDP"),
    ranges("SCTP"),
    String(because.length === 0),
    because.map(missingFactText).join("; "),
  ]);
}
