import type { Direction, Policy, Rule } from "../../model/policy.ts";
import { type ClassId, ClassSet } from "../../reachability/class-set.ts";
import { intersectMaps, restrictMap, subtractMaps, supportOf } from "../../reachability/connection-map.ts";
import type { PodClass } from "../../reachability/pod-classes.ts";
import { decidingRules } from "../../semantics/rules-in-force.ts";
import type { ConnectionId } from "../../sets/connection-set.ts";
import { interval, meets } from "../../sets/interval-set.ts";
import type { RuleContext } from "../context.ts";
import { publicByFamily } from "./public-internet.ts";
import { classesWhere } from "./tiers.ts";

/**
 * The policies whose allows open something by themselves: NetworkPolicies, what is one union with them, and policies of
 * Calico. Of these what is asked before may deny it: `openedBy` tells.
 */
export function openingPolicies(context: RuleContext): readonly Policy[] {
  return context.once(withCalico);
}

function withCalico({ otherPolicies, unionPolicies }: RuleContext): readonly Policy[] {
  const ofCalico = otherPolicies.filter(({ calico }) => calico !== undefined);
  return ofCalico.length === 0 ? unionPolicies : [...unionPolicies, ...ofCalico];
}

/** What a rule opens by itself. */
export interface Opened {
  /** For these pods; none where the input has none. */
  readonly pods: ClassSet;
  /** Whether other policies deny some of it, or may where the input has no pods. */
  readonly isPart: boolean;
}

/** What is said behind what a rule opens of which others deny a part. */
export const butDeniedByOthers = " but for what other policies deny";

/**
 * The pods for which a rule opens what it matches among pods, or of the public internet; undefined where that is nobody.
 * Where order decides that is all that it matches, else what denies leave of it. Without pods in the input: the empty set,
 * unless something is denied in an order.
 */
export function openedBy(
  context: RuleContext,
  policy: Policy,
  rule: Rule,
  direction: Direction,
  among: "pods" | "internet",
): Opened | undefined {
  const subjects = context.subjectsOf(policy);
  // Host endpoints, or pods of other repositories.
  const isElsewhere = policy.namespace === undefined && context.cluster.workloads.length > 0;
  if (policy.calico !== undefined && subjects.size === 0 && isElsewhere) return undefined;
  const isOrdered = policy.tier.decides === "first-match";
  const isDenied = isAnyDenied(context, direction);
  if (!isDenied && (!isOrdered || subjects.size === 0)) return { pods: subjects, isPart: false };
  if (subjects.size === 0) return isOrdered ? undefined : { pods: subjects, isPart: true };
  const within = among === "pods" ? podClasses(context) : context.once(publicClasses);
  const ask = isOrdered ? allOf : someOf;
  let isPart = false;
  const pods = classesWhere(context, policy, rule, direction, [context.reachability], (subject) => {
    const opened = ask(context, policy, rule, direction, subject, within);
    isPart ||= opened === "part";
    return opened !== "nothing";
  });
  return pods.size === 0 ? undefined : { pods, isPart };
}

type Left = "all" | "part" | "nothing";

function allOf(
  { reachability }: RuleContext,
  policy: Policy,
  rule: Rule,
  direction: Direction,
  subject: PodClass,
  within: ClassSet,
): Left {
  const matched = restrictMap(reachability.ruleMatches(policy, rule, direction, subject), within);
  const allowed = reachability.certain[direction].rowOf[subject.id]?.within(
    supportOf(matched, reachability.classCount),
  );
  if (matched.starts.length === 0 || allowed === undefined) return "nothing";
  return subtractMaps(matched, allowed, reachability.table).starts.length === 0 ? "all" : "nothing";
}

function someOf(
  { reachability }: RuleContext,
  policy: Policy,
  rule: Rule,
  direction: Direction,
  subject: PodClass,
  within: ClassSet,
): Left {
  const { table } = reachability;
  const matched = restrictMap(reachability.ruleMatches(policy, rule, direction, subject, "possible"), within);
  // What it opens to those who are not there yet is not known to be denied.
  if (matched.starts.length === 0) return "all";
  const allowed = reachability.possible[direction].rowOf[subject.id]?.within(
    supportOf(matched, reachability.classCount),
  );
  if (allowed === undefined || intersectMaps(matched, allowed, table).starts.length === 0) return "nothing";
  return subtractMaps(matched, allowed, table).starts.length === 0 ? "all" : "part";
}

/** Whether any of some pods may connect with some of the classes on some of the ports, after all that is denied; without pods: yes. */
export function isOpenTo(
  context: RuleContext,
  pods: ClassSet,
  direction: Direction,
  peers: readonly ClassId[],
  ports: ConnectionId,
): boolean {
  if (pods.size === 0 || !isAnyDenied(context, direction)) return true;
  const { table, possible } = context.reachability;
  const { rowOf } = possible[direction];
  return pods.toArray().some((id) => peers.some((peer) => table.meets(rowOf[id]?.connections(peer) ?? 0, ports)));
}

/** Whether any policy denies anything in a direction. */
export function isAnyDenied(context: RuleContext, direction: Direction): boolean {
  return context.once(denying[direction]);
}

const denies =
  (direction: Direction) =>
  ({ cluster }: RuleContext): boolean =>
    cluster.policies.some((policy) => decidingRules(policy, direction).some(({ action }) => action === "deny"));

const denying = { ingress: denies("ingress"), egress: denies("egress") };

function podClasses({ reachability }: RuleContext): ClassSet {
  return ClassSet.of(interval(0, reachability.pods.classes.length));
}

/** The classes of addresses some of which are of the public internet: what policies decide of one address of a class they decide of all. */
function publicClasses(context: RuleContext): ClassSet {
  const { reachability } = context;
  const internet = context.once(publicByFamily);
  const ids: number[] = [];
  for (let id = reachability.pods.classes.length; id < reachability.classCount; id++) {
    const addresses = reachability.addressesOf(id);
    if (meets(addresses, internet[4]) || meets(addresses, internet[6])) ids.push(id);
  }
  return ClassSet.fromSorted(ids);
}
