import type { JsonValue } from "../answers/finding.ts";
import {
  type Peer,
  type Policy,
  type PortSpec,
  type Rule,
  directions,
  peerPath,
  portPath,
  rulePath,
} from "../model/policy.ts";
import { type NodePath, valueAt } from "../source/position.ts";

/** Policies as they were read, by where they stand: passes change them, and keep that. */
export type PoliciesAsRead = ReadonlyMap<Policy["origin"], Policy>;

const values = new WeakMap<Rule | Peer | PortSpec, JsonValue>();
const known = new WeakSet<Policy>();

/** Learns how rules, peers and ports of policies are written, of those that no pass has changed. */
export function learnWritten(policies: readonly Policy[], asRead: PoliciesAsRead): void {
  for (const { origin } of policies) {
    const policy = asRead.get(origin);
    if (policy === undefined || known.has(policy)) continue;
    known.add(policy);
    for (const direction of directions)
      for (const [i, rule] of policy.rules[direction].entries()) {
        learn(policy, rule, rulePath(policy, direction, i));
        if (rule.peers !== "any")
          rule.peers.forEach((peer, at) => learn(policy, peer, peerPath(policy, direction, i, at)));
        if (rule.ports !== "any")
          rule.ports.forEach((port, at) => learn(policy, port, portPath(policy, direction, i, at)));
      }
  }
}

function learn({ origin }: Policy, part: Rule | Peer | PortSpec, path: NodePath): void {
  const value = valueAt(origin, path);
  if (typeof value === "object" && value !== null) values.set(part, value as JsonValue); // of a document
}

/** A rule, peer or port that moves, as it was written: in its order, and with no more than was said. */
export function asWritten(part: Rule | Peer | PortSpec): JsonValue | undefined {
  return values.get(part);
}
