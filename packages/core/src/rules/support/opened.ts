import type { Direction, Policy, Rule } from "../../model/policy.ts";
import { ClassSet } from "../../reachability/class-set.ts";
import { restrictMap, subtractMaps, supportOf } from "../../reachability/connection-map.ts";
import type { PodClass } from "../../reachability/pod-classes.ts";
import { decidingRules } from "../../semantics/rules-in-force.ts";
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

function withCalico({ cluster, unionPolicies }: RuleContext): readonly Policy[] {
  const ofCalico = cluster.policies.filter(({ calico }) => calico !== undefined);
  return ofCalico.length === 0 ? unionPolicies : [...unionPolicies, ...ofCalico];
}

/**
 * The pods for which a rule allows all that it matches among pods, or of the public internet; undefined where that is
 * nobody. Without pods in the input: the empty set, unless something is denied in an order.
 */
export function openedBy(
  context: RuleContext,
  policy: Policy,
  rule: Rule,
  direction: Direction,
  among: "pods" | "internet",
): ClassSet | undefined {
  const subjects = context.subjectsOf(policy);
  // Host endpoints, or pods of other repositories.
  const isElsewhere = policy.namespace === undefined && context.cluster.workloads.length > 0;
  if (policy.calico !== undefined && subjects.size === 0 && isElsewhere) return undefined;
  if (policy.tier.decides !== "first-match") return subjects;
  if (subjects.size === 0)
    return context.cluster.policies.some((each) => denies(each, direction)) ? undefined : subjects;
  const { reachability } = context;
  const within = among === "pods" ? podClasses(context) : context.once(publicClasses);
  const opened = classesWhere(context, policy, rule, direction, [reachability], (subject: PodClass) => {
    const matched = restrictMap(reachability.ruleMatches(policy, rule, direction, subject), within);
    const row = reachability.certain[direction].rowOf[subject.id];
    if (matched.starts.length === 0 || row === undefined) return false;
    const allowed = row.within(supportOf(matched, reachability.classCount));
    return subtractMaps(matched, allowed, reachability.table).starts.length === 0;
  });
  return opened.size === 0 ? undefined : opened;
}

function denies(policy: Policy, direction: Direction): boolean {
  return decidingRules(policy, direction).some(({ action }) => action === "deny");
}

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
