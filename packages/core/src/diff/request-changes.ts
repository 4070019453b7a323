import type { Cluster } from "../model/cluster.ts";
import type { RequestView } from "../model/requests.ts";
import type { ComparisonOptions } from "../reachability/compare-relations.ts";
import type { ConnectionTable } from "../sets/connection-set.ts";
import { formatPorts } from "../reachability/format-ports.ts";
import { limitsRequests, namedRequests, underRequests } from "../semantics/under-requests.ts";
import { type ConnectionDiff, connectionDiff, type PairChange } from "./connection-diff.ts";

/** What changes between two states of requests, on ports that stay open: where more of them pass, and where fewer do. */
export interface RequestChanges {
  readonly more: ConnectionDiff;
  readonly fewer: ConnectionDiff;
}

/**
 * Pairs for which every request passes that did not before, or one that policies now name in other words, and the reverse.
 * Requests are compared as they are written. Undefined where neither state limits any, and where `ports` has only some of what
 * changes of ports: the rest would pass for changes of requests. No more than `most` are looked for of each.
 */
export function requestChanges(
  before: Cluster,
  after: Cluster,
  options: ComparisonOptions,
  ports: ConnectionDiff,
  most: number,
): RequestChanges | undefined {
  if (ports.truncated || (!limitsRequests(before) && !limitsRequests(after))) return undefined;
  const [was, is] = [namedRequests(before), namedRequests(after)];
  const only = (some: ReadonlySet<string>, others: ReadonlySet<string>): RequestView => ({
    type: "named",
    texts: new Set([...some].filter((text) => !others.has(text))),
  });
  const told = new Set([...ports.certain, ...ports.uncertain].filter(changesCertain).map(keyOf));
  // A limited port is possible here; what the input leaves open is not told from that.
  const bounds = { most, only: "certain" } as const;
  const more = connectionDiff(underRequests(before, "every"), underRequests(after, only(is, was)), options, bounds);
  const fewer = connectionDiff(underRequests(before, only(was, is)), underRequests(after, "every"), options, bounds);
  const isNew = (pair: PairChange): boolean => !told.has(keyOf(pair));
  return {
    more: onlyRequests(more, "more", (pair) => pair.opens && isNew(pair)),
    fewer: onlyRequests(fewer, "fewer", (pair) => pair.closes && isNew(pair)),
  };
}

function onlyRequests(
  diff: ConnectionDiff,
  requests: "more" | "fewer",
  isMeant: (pair: PairChange) => boolean,
): ConnectionDiff {
  const certain = diff.certain.filter(isMeant).map((pair) => ofRequests(pair, requests, diff.compared.table));
  return { ...diff, certain, uncertain: [] };
}

/** Whether other ports pass for certain. */
function changesCertain({ change: { uncertain, nowCertain, noLongerCertain } }: PairChange): boolean {
  return uncertain === undefined || nowCertain !== undefined || noLongerCertain !== undefined;
}

function keyOf({ source, target }: PairChange): string {
  return `${source.id} ${target.id}`;
}

/** The ports stay: only requests change. */
function ofRequests(pair: PairChange, requests: "more" | "fewer", table: ConnectionTable): PairChange {
  const { source, target } = pair.change;
  const ports = formatPorts(requests === "more" ? pair.opened : pair.closed, table);
  return {
    ...pair,
    opens: requests === "more",
    closes: requests === "fewer",
    change: { type: "changed", source, target, before: ports, after: ports, requests },
  };
}
