import type { ConnectionChange, ConnectivityDiff } from "../answers/diff.ts";
import type { Ports } from "../answers/ports.ts";
import { csvRecord } from "./escape.ts";
import { portsText } from "./words.ts";

/** One record per change. `certain` is false for those that hang on facts that the input does not give. */
export function* diffCsv(diff: ConnectivityDiff): Generator<string> {
  yield csvRecord(["change", "source", "target", "before", "after", "certain"]);
  for (const change of diff.changes) yield record(change, true);
  for (const change of diff.uncertain) yield record(change, false);
}

function record({ type, source, target, before, after }: ConnectionChange, isCertain: boolean): string {
  return csvRecord([type, source, target, text(before), text(after), String(isCertain)]);
}

function text(ports: Ports | undefined): string {
  return ports === undefined ? "" : portsText(ports);
}
