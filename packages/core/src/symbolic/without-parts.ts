import { type Direction, directions, type Policy, type Rule } from "../model/policy.ts";
import type { Part } from "./redundancy.ts";

/**
 * The policies with parts taken out. Parts must not be all peers or all ports of a rule: an empty list would mean
 * "any". `findRedundancies` never gives such parts.
 */
export function withoutParts(policies: readonly Policy[], parts: readonly Part[]): readonly Policy[] {
  const byPolicy = new Map<Policy, Part[]>();
  for (const part of parts) {
    const known = byPolicy.get(part.policy);
    if (known === undefined) byPolicy.set(part.policy, [part]);
    else known.push(part);
  }
  return policies.flatMap((policy) => {
    const gone = byPolicy.get(policy);
    if (gone === undefined) return [policy];
    return gone.some(({ type }) => type === "policy") ? [] : [withoutRules(policy, gone)];
  });
}

function withoutRules(policy: Policy, gone: readonly Part[]): Policy {
  const rules = { ...policy.rules };
  for (const direction of directions) rules[direction] = rulesLeft(policy, direction, gone);
  return { ...policy, rules };
}

function rulesLeft(policy: Policy, direction: Direction, gone: readonly Part[]): readonly Rule[] {
  return policy.rules[direction].flatMap((rule, i) => {
    const inRule = gone.filter((part) => part.type !== "policy" && part.direction === direction && part.rule === i);
    if (inRule.length === 0) return [rule];
    if (inRule.some(({ type }) => type === "rule")) return [];
    const peers = new Set(inRule.map((part) => (part.type === "peer" ? part.peer : -1)));
    const ports = new Set(inRule.map((part) => (part.type === "port" ? part.port : -1)));
    return [
      {
        ...rule,
        peers: rule.peers === "any" ? "any" : rule.peers.filter((_, at) => !peers.has(at)),
        ports: rule.ports === "any" ? "any" : rule.ports.filter((_, at) => !ports.has(at)),
      },
    ];
  });
}
