import { directions, type Policy, type Rule, type RuleAction } from "../model/policy.ts";
import type { Tier } from "../model/tier.ts";
import { saidOnce, sharesAll } from "./shared-specs.ts";
import { isAmongNetworkPolicies } from "./tiers.ts";

/**
 * Throws for a policy that an engine of NetworkPolicies would read wrongly: of another tier, or with a rule that does
 * more than allow. To leave out an order or a Deny would be a wrong answer that looks right.
 */
export function requireUnderstood(policies: readonly Policy[]): void {
  for (const policy of policies) {
    const { tier, ref } = policy;
    const what = isAmongNetworkPolicies(policy) ? notUnderstood(policy) : `the tier ${tier.name}`;
    if (what !== undefined) throw new Error(`${ref.kind} ${ref.name}: ${what} is not evaluated`);
  }
}

const actions: ReadonlySet<string> = new Set<RuleAction>(["allow", "deny", "pass"]);
const ways: ReadonlySet<string> = new Set<Tier["decides"]>(["first-match", "deny-wins"]);

/** Throws for an action, or a way to decide, that no engine knows: it must not count as another one. */
export function requireKnown(policies: readonly Policy[]): void {
  for (const { ref, tier, rules } of saidOnce(policies)) {
    if (!ways.has(tier.decides)) throw new Error(`${ref.kind} ${ref.name}: the tier ${tier.name} is not evaluated`);
    const unknown = directions.flatMap((direction) => rules[direction]).find(({ action }) => !actions.has(action));
    if (unknown !== undefined) throw new Error(`${ref.kind} ${ref.name}: action ${unknown.action} is not evaluated`);
  }
}

/** By what a policy says: many share it. */
const known = new WeakMap<Policy["rules"], { readonly policy: Policy; readonly what: string | undefined }>();

/** What of a policy is more than a NetworkPolicy can say; undefined when nothing is. */
export function notUnderstood(policy: Policy): string | undefined {
  // Classes, rows and proofs ask it of every policy.
  const earlier = known.get(policy.rules);
  if (earlier !== undefined && sharesAll(earlier.policy, policy)) return earlier.what;
  const what = findNotUnderstood(policy);
  known.set(policy.rules, { policy, what });
  return what;
}

function findNotUnderstood({ subject, applies, isolates, rules, unknownSubject }: Policy): string | undefined {
  if (unknownSubject !== undefined) return `an unknown subject (${unknownSubject})`;
  if (subject.within !== undefined) return "a subject within networks";
  if (subject.or !== undefined) return "a subject of several selectors";
  if (directions.some((direction) => applies[direction] !== isolates[direction]))
    return "a direction with rules that does not isolate";
  for (const direction of directions)
    for (const rule of rules[direction]) {
      const what = partNotUnderstood(rule);
      if (what !== undefined) return what;
    }
  return undefined;
}

function partNotUnderstood({ action, peers, unknown, family, exceptPorts, requests }: Rule): string | undefined {
  if (action !== "allow") return `a rule that does more than allow (${action})`;
  if (unknown !== undefined) return `a rule with ${unknown}`;
  if (requests !== undefined) return "a rule that limits requests";
  if (family !== undefined) return "a rule of one address family";
  if (exceptPorts !== undefined) return "a rule that leaves out named ports";
  if (peers !== "any" && peers.some((each) => each.type === "pods" && each.within !== undefined))
    return "pods within networks";
  const peer = peers === "any" ? undefined : peers.find(({ type }) => type !== "pods" && type !== "ipBlock");
  return peer && `a peer of type ${peer.type}`;
}
