import type { Policy } from "../../model/policy.ts";
import { type ClassId, ClassSet } from "../../reachability/class-set.ts";
import { connectionsAt } from "../../reachability/connection-map.ts";
import type { Row } from "../../reachability/row.ts";
import { decidingRules } from "../../semantics/rules-in-force.ts";
import { byTier } from "../../semantics/tiers.ts";
import { noConnections } from "../../sets/connection-set.ts";
import type { RuleContext } from "../context.ts";
import { dnsServers } from "./dns-servers.ts";
import { allDnsGaps, asksDns } from "./dns-subjects.ts";
import { uniteSets } from "./class-sets.ts";

/** A rule that denies some pods what they ask DNS. */
export interface DeniedDns {
  readonly policy: Policy;
  readonly rule: number;
  readonly classes: ClassSet;
}

/**
 * The rules that deny DNS over UDP to pods which in the end reach none of its servers: each pod once, under the first rule
 * that is asked. Nothing where the servers are not in the input, and of pods that isolation alone keeps from DNS.
 */
export function deniedDns(context: RuleContext): readonly DeniedDns[] {
  const { assumed } = dnsServers(context);
  const denying = byTier(context.cluster.policies)
    .flatMap(({ policies }) => policies)
    .filter((policy) => decidingRules(policy, "egress").some(({ action }) => action === "deny"));
  if (assumed || denying.length === 0) return [];
  const left = new Set(refusedClasses(context));
  return denying.flatMap((policy) =>
    decidingRules(policy, "egress").flatMap(({ action }, rule) => {
      const found = action === "deny" ? [...left].filter((id) => denies(context, policy, rule, id)) : [];
      for (const id of found) left.delete(id);
      return found.length === 0 ? [] : [{ policy, rule, classes: ClassSet.fromSorted(found) }];
    }),
  );
}

/** The pods that ask DNS and may reach none of its servers, without those that a lack of rules keeps from it. */
function refusedClasses(context: RuleContext): readonly ClassId[] {
  const { reachability } = context;
  const gaps = allDnsGaps(context, "UDP");
  const told = uniteSets(gaps.map(({ classes }) => classes));
  const known = new Map<Row, boolean>();
  const isRefused = (row: Row): boolean => {
    let refused = known.get(row);
    if (refused === undefined) known.set(row, (refused = !reachesDns(context, (server) => row.connections(server))));
    return refused;
  };
  return reachability.pods.classes.flatMap(({ id, onNode }) => {
    const row = reachability.possible.egress.rowOf[id];
    const isJudged = !onNode && row !== undefined && !told.has(id) && asksDns(context, id);
    return isJudged && isRefused(row) ? [id] : [];
  });
}

function denies(context: RuleContext, policy: Policy, index: number, id: ClassId): boolean {
  const rule = decidingRules(policy, "egress")[index];
  const subject = context.reachability.podClass(id);
  if (rule === undefined || subject === undefined || !context.subjectsOf(policy).has(id)) return false;
  const matched = context.reachability.ruleMatches(policy, rule, "egress", subject);
  return reachesDns(context, (server) => connectionsAt(matched, server));
}

function reachesDns(context: RuleContext, connections: (server: ClassId) => number): boolean {
  const { table } = context.reachability;
  const { classes, ports } = dnsServers(context);
  const wanted = table.ofPorts(ports.map((port) => ({ protocol: "UDP", from: port, to: port })));
  return classes.toArray().some((server) => table.intersection(connections(server), wanted) !== noConnections);
}
