import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { AddressSet } from "../sets/address-set.ts";
import type { NodePath, Origin } from "../source/position.ts";
import type { Labels, Selector } from "./selector.ts";

/** A direction of traffic as seen from the subject pod. */
export type Direction = "ingress" | "egress";

/** Both directions, in the order everything is printed in. */
export const directions: readonly Direction[] = ["ingress", "egress"];

/** The protocols a policy can name. */
export type Protocol = "TCP" | "UDP" | "SCTP";

/** All protocols, in the order everything is printed in. */
export const protocols: readonly Protocol[] = ["TCP", "UDP", "SCTP"];

/**
 * A port of a rule. It always means the destination pod's port, for ingress and egress alike.
 * `range` is inclusive; a port entry without `port` is the range 1-65535 of its protocol.
 * `named` matches a destination that declares a container port of that name and protocol.
 */
export type PortSpec =
  | {
      readonly type: "range";
      readonly protocol: Protocol;
      readonly from: number;
      readonly to: number;
    }
  | { readonly type: "named"; readonly protocol: Protocol; readonly name: string };

/** Pods, chosen by labels. An absent `namespaceSelector` means the policy's own namespace; an absent `podSelector` all pods of the chosen namespaces. */
export interface PodPeer {
  readonly type: "pods";
  readonly namespaceSelector?: Selector;
  readonly podSelector?: Selector;
}

/** Addresses: `cidr` minus every `except`, as written and as a set. */
export interface IpBlockPeer {
  readonly type: "ipBlock";
  readonly cidr: string;
  readonly except: readonly string[];
  readonly addresses: AddressSet;
}

/** Who a rule speaks of. */
export type Peer = PodPeer | IpBlockPeer;

/**
 * What a rule does with the traffic it matches. NetworkPolicy rules only `allow`.
 * In the admin and baseline tiers rules are ordered and the first match decides; `pass` leaves the decision to the next tier.
 */
export type RuleAction = "allow" | "deny" | "pass";

/** One rule of one direction. `peers: "any"` is every pod and every address; `ports: "any"` is all traffic, ICMP included. */
export interface Rule {
  readonly action: RuleAction;
  readonly peers: readonly Peer[] | "any";
  readonly ports: readonly PortSpec[] | "any";
}

/** The pods a policy applies to. NetworkPolicy: the pods of its own namespace that `podSelector` matches; `namespaceSelector` is for cluster-scoped kinds. */
export interface Subject {
  readonly namespaceSelector?: Selector;
  readonly podSelector: Selector;
}

/** The three tiers in the order they are evaluated in. */
export type Tier = "admin" | "network-policy" | "baseline";

/**
 * A policy of any kind, normalized: defaults applied, direction by direction.
 * A new policy kind is a reader that produces this, nothing else.
 */
export interface Policy {
  readonly ref: ObjectRef;
  readonly name: string;
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string;
  readonly tier: Tier;
  /** Lower is evaluated first within a tier; 0 where the kind has no priority. */
  readonly priority: number;
  readonly subject: Subject;
  /** Directions in which the subject is isolated (NetworkPolicy: the effective policyTypes). */
  readonly isolates: Readonly<Record<Direction, boolean>>;
  /** Rules of both directions, also those of a direction that `isolates` leaves out: they are written but have no effect. */
  readonly rules: Readonly<Record<Direction, readonly Rule[]>>;
  /** `spec.policyTypes` as written; absent when the field is absent, null or empty. */
  readonly policyTypes?: readonly string[];
  readonly annotations: Labels;
  /** `metadata.labels`, of which no policy depends. Absent: none. */
  readonly labels?: Labels;
  /** `metadata.creationTimestamp` as written. */
  readonly creationTimestamp?: string;
  readonly origin: Origin;
  /** Position in the input: ties (duplicate names) go to the last. */
  readonly index: number;
}

/** A policy that the API server would refuse: not in force. What could be read of it is kept to say whom it leaves open. */
export interface RefusedPolicy {
  readonly ref: ObjectRef;
  readonly reasons: readonly string[];
  /** The subject, when at least that could be read. */
  readonly namespace?: string;
  readonly podSelector?: Selector;
  readonly origin: Origin;
}

/** The path of a rule below its policy, e.g. `["spec", "ingress", 0]`. */
export function rulePath(direction: Direction, rule: number): NodePath {
  return ["spec", direction, rule];
}

/** The path of a peer below its policy, e.g. `["spec", "ingress", 0, "from", 1]`. */
export function peerPath(direction: Direction, rule: number, peer: number): NodePath {
  return ["spec", direction, rule, direction === "ingress" ? "from" : "to", peer];
}

/** The path of a port below its policy, e.g. `["spec", "ingress", 0, "ports", 1]`. */
export function portPath(direction: Direction, rule: number, port: number): NodePath {
  return ["spec", direction, rule, "ports", port];
}
