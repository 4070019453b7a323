import type { JsonValue, ObjectChange } from "../../answers/finding.ts";
import type { Direction, Policy } from "../../model/policy.ts";
import { namespaceNameLabel } from "../../semantics/label-syntax.ts";
import type { RuleContext } from "../context.ts";
import { dnsServers } from "./dns-servers.ts";

/** Adds a rule to a policy. */
export function addedRule({ ref, rules }: Policy, direction: Direction, rule: JsonValue): ObjectChange {
  return rules[direction].length > 0
    ? { type: "append", object: ref, path: ["spec", direction], value: rule }
    : { type: "put", object: ref, path: ["spec"], key: direction, value: [rule] };
}

/** The port of DNS in both protocols: large answers are asked for again over TCP. */
export function dnsPorts(ports: readonly number[]): readonly JsonValue[] {
  return ports.flatMap((port) => ["UDP", "TCP"].map((protocol) => ({ protocol, port })));
}

/** A rule that lets pods ask the DNS servers of the cluster. */
export function dnsEgressRule(context: RuleContext): JsonValue {
  const { suggested } = dnsServers(context);
  return {
    to: suggested.map(({ namespace, labels }) => ({
      namespaceSelector: { matchLabels: { [namespaceNameLabel]: namespace } },
      podSelector: { matchLabels: labels },
    })),
    ports: dnsPorts([...new Set(suggested.map(({ port }) => port))]),
  };
}
