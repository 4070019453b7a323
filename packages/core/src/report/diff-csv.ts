import { checkAnswer } from "../lib/check-argument.ts";
import type { ConnectionChange, ConnectivityDiff, EnvironmentsDiff } from "../answers/diff.ts";
import type { Ports } from "../answers/ports.ts";
import { csvRecord } from "./escape.ts";
import { portsText } from "./words.ts";

/**
 * One record per change. `certain` is false for those that hang on facts that the input does not give, of which the last two
 * columns say what becomes certain and what no longer is; `requests` is what changes where the ports stay; `environment` is
 * empty where there is but one.
 */
export function* diffCsv(diff: ConnectivityDiff | EnvironmentsDiff): Generator<string> {
  checkAnswer("diffCsv", diff, "ConnectivityDiff", "EnvironmentsDiff");
  yield csvRecord([
    "change",
    "source",
    "target",
    "before",
    "after",
    "certain",
    "requests",
    "environment",
    "nowCertain",
    "noLongerCertain",
  ]);
  if (diff.kind === "ConnectivityDiff") yield* records(diff, "");
  else for (const { name, diff: own } of diff.environments) yield* records(own, name);
}

function* records({ changes, uncertain }: ConnectivityDiff, environment: string): Generator<string> {
  for (const change of [...changes, ...uncertain]) yield record(change, environment);
}

function record(change: ConnectionChange, environment: string): string {
  const { type, source, target, before, after, uncertain, requests = "", nowCertain, noLongerCertain } = change;
  const ports = [text(before), text(after)];
  const certainty = [text(nowCertain), text(noLongerCertain)];
  return csvRecord([
    type,
    source,
    target,
    ...ports,
    String(uncertain === undefined),
    requests,
    environment,
    ...certainty,
  ]);
}

function text(ports: Ports | undefined): string {
  return ports === undefined ? "" : portsText(ports);
}
