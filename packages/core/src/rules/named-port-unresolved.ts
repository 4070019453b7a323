import { groupBy } from "../lib/group-by.ts";
import {
  type Direction,
  directions,
  type Peer,
  type Policy,
  portPath,
  type Protocol,
  type Rule,
} from "../model/policy.ts";
import { ClassSet } from "../reachability/class-set.ts";
import { allowingEntries } from "../semantics/rules-in-force.ts";
import type { Said } from "../semantics/shared-specs.ts";
import { formatPath } from "../source/position.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { portPlace } from "./support/places.ts";
import { podsOfPeers, unseenDestinations } from "./support/destinations.ts";
import { UnknownNamespaces } from "./support/unevaluated.ts";
import { listText, nameOf } from "./support/words.ts";

interface NamedPort {
  readonly name: string;
  readonly protocols: readonly Protocol[];
}

/** Flags a port name that no destination pod declares, with that protocol: the rule allows nothing. */
export const namedPortUnresolved: RuleDefinition = defineRule({
  id: "named-port-unresolved",
  severity: "medium",
  category: "correctness",
  title: "Named port that no pod declares",
  needs: ["workloads"],
  fix: "none",
  check(context, report, skip) {
    const unseen = new UnknownNamespaces();
    for (const policy of context.policiesWhere(context.cluster.policies, namesPorts)) {
      for (const direction of directions) {
        for (const [i, rule] of allowingEntries(policy, direction)) {
          if (rule.unknown !== undefined) continue;
          for (const [j, port] of namedPorts(policy, direction, i)) {
            const fault = faultOf(context, policy, direction, rule, port);
            if (fault === undefined) continue;
            const reason = fault.ofPods ? unseenDestinations(context, { policy, direction, rule }) : undefined;
            if (reason !== undefined) {
              unseen.add(reason, policy.namespace ?? "");
              continue;
            }
            report({
              at: portPlace(policy, direction, i, j),
              message: `${nameOf(policy)} (${direction}) names the port ${port.protocols.length === 1 ? `${port.protocols[0]} ` : ""}${port.name}: ${fault.text}`,
              severity: fault.severity,
              affected: fault.pods,
              fix: { kind: "manual", description: "Write the port's number, or declare the name in the pods." },
            });
          }
        }
      }
    }
    unseen.tell(skip);
  },
});

function namesPorts({ rules }: Said): boolean {
  return directions.some((direction) =>
    rules[direction].some(({ ports }) => ports !== "any" && ports.some(({ type }) => type === "named")),
  );
}

/** The names of a rule, each with its place and the protocols for which it stands there: in policies of Cilium for all of them. */
function namedPorts(policy: Policy, direction: Direction, rule: number): readonly (readonly [number, NamedPort])[] {
  const { ports = "any" } = policy.rules[direction][rule] ?? {};
  if (ports === "any") return [];
  const named = ports.flatMap((port, j) => (port.type === "named" ? [{ j, ...port }] : []));
  // Most rules have one port: it stands in one place.
  if (named.length < 2) return named.map(({ j, name, protocol }) => [j, { name, protocols: [protocol] }]);
  const written = groupBy(named, ({ j, name }) => `${formatPath(portPath(policy, direction, rule, j))} ${name}`);
  return [...written.values()].flatMap((each) => {
    const [first] = each;
    return first === undefined
      ? []
      : [[first.j, { name: first.name, protocols: each.map(({ protocol }) => protocol) }] as const];
  });
}

interface Fault {
  readonly severity: "medium" | "info";
  readonly text: string;
  readonly pods: ClassSet;
  /** It is said of pods, and others than those of the input might have the port. */
  readonly ofPods: boolean;
}

/** "A named port is resolved on the destination pod", and never on an address outside. */
function faultOf(
  context: RuleContext,
  policy: Policy,
  direction: Direction,
  rule: Rule,
  port: NamedPort,
): Fault | undefined {
  const isOutside = (peer: Peer): boolean => isAddress(peer) && !mayBePods(context, peer);
  const isOfAddresses = rule.peers !== "any" && rule.peers.length > 0 && rule.peers.every(isOutside);
  if (direction === "egress" && isOfAddresses)
    return {
      severity: "medium",
      text: "an address has no port names, so the rule allows nothing",
      pods: ClassSet.empty,
      ofPods: false,
    };
  const destinations = destinationsOf(context, policy, direction, rule);
  if (destinations.size === 0) return undefined;
  const without = destinations.toArray().filter((id) => !declares(context, id, port));
  if (without.length === 0) return undefined;
  const pods = ClassSet.fromSorted(without);
  const none = without.length === destinations.size;
  // Where the pods are of any kind it is no fault that some do not have the port.
  if (!none && direction === "egress") return undefined;
  const names = listText(context.workloadsOf(pods).ids, 3, context.workloadsOf(pods).count);
  const who = direction === "ingress" ? "selected pod" : "pod of its peers";
  return none
    ? { severity: "medium", text: `no ${who} declares it (${names}), so the rule allows nothing`, pods, ofPods: true }
    : { severity: "info", text: `not every ${who} declares it: ${names}`, pods, ofPods: false };
}

/** Whether a peer means addresses that pods may have: what names are there is not looked for. */
function mayBePods({ reachability }: RuleContext, peer: Peer): boolean {
  if (peer.type === "ipBlock") return reachability.options.assumptions.ipBlockMatchesPods;
  return peer.type === "networks" && peer.outside !== true;
}

/** Nodes and networks of pods may have names; what is outside has none. */
function isAddress(peer: Peer): boolean {
  return peer.type === "ipBlock" || peer.type === "domains" || (peer.type === "networks" && peer.outside === true);
}

function destinationsOf(context: RuleContext, policy: Policy, direction: Direction, rule: Rule): ClassSet {
  if (direction === "ingress") return context.subjectsOf(policy);
  // Without peers the destination is any pod of any namespace: the input need not show them all.
  if (rule.peers === "any" || rule.peers.some((peer) => mayBePods(context, peer))) return ClassSet.empty;
  return podsOfPeers(context, { policy, rule });
}

function declares(context: RuleContext, id: number, port: NamedPort): boolean {
  const names = context.reachability.podClass(id)?.namedPorts;
  return names !== undefined && port.protocols.some((protocol) => names.has(`${protocol}/${port.name}`));
}
