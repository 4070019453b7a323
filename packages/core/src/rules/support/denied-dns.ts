import type { Policy, Rule } from "../../model/policy.ts";
import { type ClassId, ClassSet } from "../../reachability/class-set.ts";
import { finalPoliciesOf } from "../../reachability/final-policies.ts";
import { connectionsAt } from "../../reachability/connection-map.ts";
import type { Row } from "../../reachability/row.ts";
import { decidingRules } from "../../semantics/rules-in-force.ts";
import { isClusterWideOfKubernetes } from "../../semantics/network-policy.ts";
import { byTier, compareTiers, networkPolicyTier } from "../../semantics/tiers.ts";
import { noConnections } from "../../sets/connection-set.ts";
import type { RuleContext } from "../context.ts";
import { dnsAccesses } from "./dns-access.ts";
import { dnsServers } from "./dns-servers.ts";
import { allDnsGaps, asksDns } from "./dns-subjects.ts";
import { uniteSets } from "./class-sets.ts";
import { isEveryPod } from "./wide-peers.ts";

/** A rule that denies some pods what they ask DNS. */
export interface DeniedDns {
  readonly policy: Policy;
  readonly rule: number;
  readonly classes: ClassSet;
}

/**
 * The rules that deny DNS over UDP to pods which in the end reach none of its servers: each pod once, under the first rule
 * that is asked. Where the servers are not in the input, the rules of the cluster-wide kinds of Kubernetes that deny DNS to
 * whatever pod it is. Nothing of pods that isolation alone keeps from DNS.
 */
export function deniedDns(context: RuleContext): readonly DeniedDns[] {
  const { assumed } = dnsServers(context);
  const denying = byTier(context.cluster.policies)
    .flatMap(({ policies }) => policies)
    .filter((policy) => decidingRules(policy, "egress").some(({ action }) => action === "deny"));
  if (denying.length === 0) return [];
  if (assumed) return deniedToAll(context, denying.filter(isClusterWideOfKubernetes));
  const left = new Set(refusedClasses(context));
  return denying.flatMap((policy) =>
    decidingRules(policy, "egress").flatMap(({ action }, rule) => {
      const found = action === "deny" ? [...left].filter((id) => denies(context, policy, rule, id)) : [];
      for (const id of found) left.delete(id);
      return found.length === 0 || isToldAlready(policy, rule)
        ? []
        : [{ policy, rule, classes: ClassSet.fromSorted(found) }];
    }),
  );
}

/** Without the servers: rules that deny all pods on the port of DNS, where nothing is asked before that may allow or pass it on. */
function deniedToAll(context: RuleContext, denying: readonly Policy[]): readonly DeniedDns[] {
  const accesses = dnsAccesses(context);
  const mayOpen = (policy: Policy, rules = decidingRules(policy, "egress")): boolean =>
    rules.some((rule) => rule.action !== "deny" && accesses.opens(policy, rule, "UDP"));
  return denying.flatMap((policy) => {
    const rules = decidingRules(policy, "egress");
    const rule = rules.findIndex((each) => deniesDnsToAll(accesses, each));
    if (rule < 0 || isToldAlready(policy, rule) || mayOpen(policy, rules.slice(0, rule))) return [];
    const isOpen = context.cluster.policies.some(
      (other) => other !== policy && mayBeBefore(other, policy) && mayOpen(other),
    );
    if (isOpen) return [];
    const classes = context
      .subjectsOf(policy)
      .toArray()
      .filter((id) => asksDns(context, id) && isAsked(context, policy, id));
    return classes.length === 0 ? [] : [{ policy, rule, classes: ClassSet.fromSorted(classes) }];
  });
}

/** Of a rule that fails closed `unknown-peer` tells what it denies. */
function isToldAlready(policy: Policy, rule: number): boolean {
  return decidingRules(policy, "egress")[rule]?.failsClosed !== undefined;
}

/** Whether a policy may be asked before another: of equal priority either may. */
function mayBeBefore(other: Policy, policy: Policy): boolean {
  const order = compareTiers(other.tier, policy.tier);
  return order < 0 || (order === 0 && other.priority <= policy.priority);
}

/** Behind the tier of NetworkPolicies only pods are asked about that nothing isolates. */
function isAsked({ reachability }: RuleContext, { tier }: Policy, id: ClassId): boolean {
  if (tier.order < networkPolicyTier.order) return true;
  return !reachability.isIsolated(id, "egress", "possible") && finalPoliciesOf(reachability, id, "egress").length === 0;
}

function deniesDnsToAll(accesses: ReturnType<typeof dnsAccesses>, { action, peers, ports, unknown }: Rule): boolean {
  if (action !== "deny" || unknown !== undefined) return false;
  const isOfDns = ports === "any" || ports.some((port) => port.type === "range" && accesses.isDnsPort(port, "UDP"));
  return isOfDns && (peers === "any" || peers.some(isEveryPod));
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
