import type { DecidingRule } from "../answers/verdict.ts";
import { type Direction, type Policy, type RuleAction, rulePath } from "../model/policy.ts";
import { formatPorts } from "../reachability/format-ports.ts";
import type { ConnectionId, ConnectionTable } from "../sets/connection-set.ts";
import { requestText } from "../semantics/requests.ts";
import { formatPath, locationOf } from "../source/position.ts";

const effects: Readonly<Record<RuleAction, string>> = {
  allow: "allows it",
  deny: "denies it",
  pass: "leaves it to the next tier",
};

/** A rule of a policy, what it is about. */
export interface RuleAt {
  readonly policy: Policy;
  readonly direction: Direction;
  readonly index: number;
}

/** A rule that decides some of a question; `condition` is what that hangs on, as a clause. */
export function decidingRule(
  { policy, direction, index }: RuleAt,
  action: RuleAction,
  connections: ConnectionId,
  table: ConnectionTable,
  condition = "",
): DecidingRule {
  const path = rulePath(policy, direction, index);
  const { addedFor, requests: limit } = policy.rules[direction][index] ?? {};
  const requests = limit?.map(requestText);
  return {
    policy: policy.ref,
    tier: policy.tier.name,
    action,
    path: formatPath(path),
    location: locationOf(policy.origin, path),
    ports: formatPorts(connections, table),
    ...(requests === undefined ? {} : { requests }),
    reason: `${nameOfRule({ policy, direction, index })} ${effects[action]}${condition}${requests === undefined ? "" : `, for some requests only: ${requests.join(", ")}`}${addedText(addedFor)}`,
  };
}

/** Of what nobody wrote, why it is there. */
export function addedText(addedFor: string | undefined): string {
  return addedFor === undefined ? "" : `, which Cilium adds for its ${addedFor}`;
}

/** Rules of NetworkPolicies are counted; of others the place says more. */
function nameOfRule({ policy, direction, index }: RuleAt): string {
  const rule =
    policy.rules[direction][index]?.written === undefined
      ? `${direction} rule ${index + 1}`
      : formatPath(rulePath(policy, direction, index));
  return `${rule} of ${policy.ref.kind} ${policyName(policy)}`;
}

/** A policy that isolates and lets nothing of a question pass: why, and at which of its rules that shows, if at one. */
export function isolatingPolicy(
  { policy, direction, index }: Omit<RuleAt, "index"> & Partial<RuleAt>,
  why: string,
): DecidingRule {
  const path = index === undefined ? ["spec"] : rulePath(policy, direction, index);
  return {
    policy: policy.ref,
    tier: policy.tier.name,
    action: "isolate",
    path: formatPath(path),
    location: locationOf(policy.origin, path),
    reason: `${policy.ref.kind} ${policyName(policy)} isolates the ${policy.subject.nodes === undefined ? "pods" : "nodes"} for ${direction} and ${why}`,
  };
}

/** What a policy does that has no rules in force in a direction, where no tier behind its own is asked. */
export const finalText = "no later tier is asked about the pods that it selects (npTierFinal=per-pod)";

/** A policy that lets all pass for which its tier has no rule. */
export function finalPolicy(policy: Policy): DecidingRule {
  return {
    policy: policy.ref,
    tier: policy.tier.name,
    action: "allow",
    path: "spec",
    location: locationOf(policy.origin, ["spec"]),
    reason: finalText,
  };
}

function policyName(policy: Policy): string {
  return policy.namespace === undefined ? policy.name : `${policy.namespace}/${policy.name}`;
}
