import type { Assumptions } from "../model/assumptions.ts";
import type { Cluster } from "../model/cluster.ts";
import { type Direction, type Policy, type Rule, directions } from "../model/policy.ts";
import { letsInOwnNode, maybeOwnNode, policiesForNodes } from "../semantics/implied-policies.ts";
import { withLookUps } from "../semantics/look-ups.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { saidOnce } from "../semantics/shared-specs.ts";
import { type AddressSet, familyAddresses } from "../sets/address-set.ts";
import { nodePlaces, placeAddresses } from "../sets/reserved-places.ts";
import { ConnectionTable, families, isIcmp } from "../sets/connection-set.ts";
import { type AddressClasses, addressClasses } from "./address-classes.ts";
import { AddressPeers } from "./address-peers.ts";
import type { Matches } from "./label-index.ts";
import type { ReachabilityOptions } from "./options.ts";
import type { PartExpander } from "./part-expander.ts";
import type { PeerResolver } from "./peer-resolver.ts";
import { type PodClass, type PodClasses, podClasses } from "./pod-classes.ts";
import type { KnownRows } from "./relation.ts";
import { Relevance } from "./relevance.ts";
import { placesNamed } from "./reserved-classes.ts";
import type { RuleItems } from "./rule-items.ts";

/** The ground on which relations of different clusters have the same classes. */
export interface SharedClasses {
  readonly table: ConnectionTable;
  readonly addresses: AddressClasses;
  /** A class may have members of some of the clusters only. */
  readonly pods: PodClasses;
  /** Of a relation that differs in nothing but its policies. */
  readonly resolved?: Resolved;
}

/** What policies say, as far as it is resolved: each selector, peer and rule once, whichever cluster has it. */
export interface Resolved {
  readonly peers: PeerResolver;
  readonly items: RuleItems;
  readonly expander: PartExpander;
  readonly subjects: Map<Policy, Matches>;
  readonly rows: Readonly<Record<Direction, KnownRows>>;
}

/** What decides which classes there are. */
export type Universe = Pick<Cluster, "namespaces" | "workloads" | "policies" | "hostPolicies" | "nodes">;

/** The classes that no policy of a universe can tell apart. */
export function sharedClasses(
  universe: Universe,
  options: ReachabilityOptions,
  given?: ConnectionTable,
): SharedClasses {
  // What is never spoken of need not be told apart.
  const ofNodes = policiesForNodes(universe);
  const ofPods = withLookUps(universe.policies);
  const policies = ofNodes.length === 0 ? ofPods : [...ofPods, ...ofNodes];
  const distinct = saidOnce(policies);
  const hasIcmp = options.icmp === true || distinct.some(speaksOfIcmp);
  const table = given?.hasIcmp === hasIcmp ? given : new ConnectionTable(hasIcmp);
  const places = placesNamed(distinct, options.assumptions, options.reserved);
  const addresses = addressClasses(addressSetsOf({ ...universe, policies: distinct }, options), places);
  const relevance = new Relevance(policies, options.assumptions.unknownNamespaceLabels);
  return { table, addresses, pods: podClasses(universe, relevance, addresses, options) };
}

/** Whether two grounds have the same classes, and see the same of each. Both must be of the same pods. */
export function areSameClasses(a: SharedClasses, b: SharedClasses): boolean {
  const isSame = (one: PodClass, other: PodClass | undefined): boolean =>
    other !== undefined && seenOf(one) === seenOf(other);
  return (
    a.table === b.table &&
    a.pods.classes.length === b.pods.classes.length &&
    a.addresses.classes.length === b.addresses.classes.length &&
    a.pods.classes.every((one, i) => isSame(one, b.pods.classes[i])) &&
    a.addresses.classes.every((one, i) => one.join() === b.addresses.classes[i]?.join())
  );
}

function seenOf({ namespace, labels, openLabels, namedPorts, onNode, address }: PodClass): string {
  const open = [...openLabels].map(([key, { values, mayBeAbsent }]) => [key, [...values], mayBeAbsent]);
  return JSON.stringify([namespace, Object.entries(labels), open, [...namedPorts], onNode, address]);
}

/** The address sets that rules speak of, each spelling once. */
function addressSetsOf({ policies, nodes = [] }: Universe, options: ReachabilityOptions): AddressSet[] {
  const sets = new Map<string, AddressSet>();
  // Policies for nodes select an API server that is on one, and none outside; so is one on a pod's own node let in.
  if (policies.some(({ subject }) => subject.nodes !== undefined) || mayLetServerIn(policies, options.assumptions))
    sets.set("nodes", placeAddresses(...nodePlaces));
  if (options.podCidrs !== undefined) sets.set("", options.podCidrs);
  // A rule of one family means other addresses than those of the other.
  if (policies.some((policy) => directions.some((direction) => decidingRules(policy, direction).some(isOfOneFamily))))
    for (const family of families) sets.set(`family ${family}`, familyAddresses(family));
  for (const policy of policies) {
    for (const { within } of [policy.subject, ...(policy.subject.or ?? [])])
      if (within !== undefined) sets.set(`networks ${within.join()}`, within);
    for (const direction of directions) {
      for (const { peers } of decidingRules(policy, direction)) {
        if (peers === "any") continue;
        for (const peer of peers) {
          if (peer.type === "ipBlock") sets.set(`${peer.cidr} ${peer.except.join()}`, peer.addresses);
          else if (peer.type === "networks") sets.set(`networks ${peer.addresses.join()}`, peer.addresses);
          // A node is none outside: where the API server may be is two questions.
          else if (peer.type === "nodes") sets.set("nodes", placeAddresses(...nodePlaces));
          else if (peer.type === "pods" && peer.within !== undefined)
            sets.set(`networks ${peer.within.join()}`, peer.within);
        }
      }
    }
  }
  return [...sets.values(), ...new AddressPeers(nodes, options).addressSets()];
}

/** Whether isolated pods let an API server in where that is on their own node, which is not known. */
function mayLetServerIn(policies: readonly Policy[], assumptions: Assumptions): boolean {
  if (assumptions.dataplane !== "cilium" || !letsInOwnNode(assumptions) || maybeOwnNode(assumptions).length === 0)
    return false;
  return assumptions.ciliumEnforcement === "always" || policies.some(({ isolates }) => isolates.ingress);
}

function speaksOfIcmp(policy: Policy): boolean {
  return directions.some((direction) =>
    decidingRules(policy, direction).some(
      ({ ports }) => ports !== "any" && ports.some((port) => port.type === "range" && isIcmp(port.protocol)),
    ),
  );
}

function isOfOneFamily({ family }: Rule): boolean {
  return family !== undefined;
}
