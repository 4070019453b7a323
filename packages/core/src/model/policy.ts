import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { AddressSet } from "../sets/address-set.ts";
import type { NodePath, Origin } from "../source/position.ts";
import type { Assumptions } from "./assumptions.ts";
import { type CalicoSpec, calicoPeerPath } from "./calico.ts";
import type { HiddenLabel } from "./hidden-label.ts";
import type { AllowedRequest, Authentication } from "./requests.ts";
import type { Labels, Selector } from "./selector.ts";
import type { Tier } from "./tier.ts";
import type { WrittenRule } from "./written-rule.ts";

/** A direction of traffic as seen from the subject pod. */
export type Direction = "ingress" | "egress";

/** Both directions, in the order everything is printed in. */
export const directions: readonly Direction[] = ["ingress", "egress"];

/** The protocols with ports. */
export type Protocol = "TCP" | "UDP" | "SCTP";

/** What a rule can name beside them: messages of ICMP, of one family each. */
export type IcmpProtocol = "ICMP" | "ICMPv6";

/** All protocols, in the order everything is printed in. */
export const protocols: readonly Protocol[] = ["TCP", "UDP", "SCTP"];

/**
 * A port of a rule. It always means the destination pod's port, for ingress and egress alike.
 * `range` is inclusive, and of ICMP one of types, from 0 to 255; a port entry without `port` is the range 1-65535 of its protocol.
 * `named` matches a destination that declares a container port of that name and protocol; `of` is the name for a number that it is.
 */
export type PortSpec =
  | {
      readonly type: "range";
      readonly protocol: Protocol | IcmpProtocol;
      readonly from: number;
      readonly to: number;
      readonly of?: string;
      /** Where it ends for versions of Cilium up to 1.19. Absent: there, too. */
      readonly oldEnd?: number;
    }
  | { readonly type: "named"; readonly protocol: Protocol; readonly name: string };

/** Pods, chosen by labels. An absent `namespaceSelector` means the policy's own namespace; an absent `podSelector` all pods of the chosen namespaces. */
export interface PodPeer {
  /** Tells it from other peers. */
  readonly type: "pods";
  /** Absent: the policy's own namespace. */
  readonly namespaceSelector?: Selector;
  /** Absent: all pods of these namespaces. */
  readonly podSelector?: Selector;
  /** Only those whose address lies in it. */
  readonly within?: AddressSet;
  /** In a mesh: those of the `own` cluster alone, or those that a selector means which `asked` for a cluster's label and no longer shows it. */
  readonly ofCluster?: "own" | "asked";
  /** Its `kubernetes.io/metadata.name` is written as that label of namespaces: by it Cilium finds pods alone. */
  readonly byLabel?: true;
}

/** Addresses: `cidr` minus every `except`, as written and as a set. */
export interface IpBlockPeer {
  /** Tells it from other peers. */
  readonly type: "ipBlock";
  /** As written. */
  readonly cidr: string;
  /** As written, in order; empty where nothing is left out. */
  readonly except: readonly string[];
  /** `cidr` without what `except` leaves out. */
  readonly addresses: AddressSet;
}

/** Addresses wherever they are: outside, of nodes, and of pods. An `ipBlock` matches pods only where an assumption says so. */
export interface NetworksPeer {
  readonly type: "networks";
  /** As written. */
  readonly cidrs: readonly string[];
  readonly addresses: AddressSet;
  /** No pods, whatever addresses they have. */
  readonly outside?: true;
  /** And pods on the network of a node, wherever it is. */
  readonly onNodes?: true;
  /** A CIDR of a policy of Cilium: nodes in it are meant in some of its modes only. */
  readonly asCidr?: true;
  /** Reserved identities of Cilium among them that the policy names, as `host`. */
  readonly names?: readonly string[];
  /** Those without labels that a selector of endpoints means, beside pods. */
  readonly ofSelector?: true;
  /** They are where the API server may be: where it is, `kubeApiserver` says. */
  readonly apiServer?: "certain" | "possible";
  /** Labels of namespaces that the input does not define decide whether they are meant; and whether they are if there are none. */
  readonly unknownNamespace?: { readonly ifAbsent: boolean };
}

/** The addresses of the nodes that a selector matches. */
export interface NodesPeer {
  readonly type: "nodes";
  readonly nodeSelector: Selector;
  /** As Cilium has it: other nodes, by their identities. To a `node` that is every other one; of those of a `pod` one may be its own, which makes no difference where that is `let-in` without a rule. Absent: addresses. */
  readonly remote?: "pod" | "pod-let-in" | "node";
}

/** The addresses that stand behind names of DNS: no input tells them, so it matches possibly, not certainly. */
export interface DomainsPeer {
  readonly type: "domains";
  /** `*` stands for labels at the start of a name; with `stars` as Cilium reads it, for characters of one label, and `**` for labels but up to 1.18 (`one-label`). */
  readonly names: readonly string[];
  readonly stars?: "within-label" | "one-label";
  /** Pods at which what enforces the policy opens look-ups of these names as well. */
  readonly lookUpsAt?: readonly PodPeer[];
}

/**
 * Pods of namespaces that are chosen in the form of policy.networking.k8s.io v0.1.1: by a selector, or by keys whose values the
 * subject's namespace has too (or has others). Later versions do not have these fields: the assumption `anpOldForm` decides.
 */
export interface OldFormPeer {
  readonly type: "oldForm";
  readonly namespaces:
    | { readonly namespaceSelector: Selector }
    | { readonly sameLabels: readonly string[] }
    | { readonly notSameLabels: readonly string[] };
  readonly podSelector?: Selector;
}

/** Who a rule speaks of. */
export type Peer = PodPeer | IpBlockPeer | NetworksPeer | NodesPeer | DomainsPeer | OldFormPeer;

/** What a rule does with the traffic it matches: `pass` leaves the decision to the next tier. NetworkPolicy rules only `allow`. */
export type RuleAction = "allow" | "deny" | "pass";

/** One rule of one direction. `peers: "any"` is every pod and every address; `ports: "any"` is all traffic, ICMP included. */
export interface Rule {
  /** What happens to the traffic that it matches. */
  readonly action: RuleAction;
  /** An empty list matches nobody. */
  readonly peers: readonly Peer[] | "any";
  /** Ports of the destination, or all traffic. An empty list matches nothing. */
  readonly ports: readonly PortSpec[] | "any";
  /**
   * What the rule asks for beside pods, addresses and ports (a source port, the path of a request), where it does: no input
   * tells that, so the rule matches possibly, never for certain.
   */
  readonly unknown?: string;
  /** It has a peer or a port of a kind that this version of the API, or the data plane, does not have: all of it is written otherwise than it says here. */
  readonly failsClosed?: "api" | "dataplane";
  /** What it has beside in the old form, which tells whether the API takes the policy. */
  readonly oldPeers?: readonly OldFormPeer[];
  /** It keeps the place of a rule that only logs, or that another part of the policy has: it matches nothing. */
  readonly placeholder?: true;
  /** Under these assumptions it matches all the same. */
  readonly knownIf?: Partial<Assumptions>;
  /** Under any of these it matches nobody. */
  readonly noneIf?: readonly Partial<Assumptions>[];
  /** `disabled`: nobody must authenticate for what it allows, though a wider rule says so. Others deny who is not authenticated. */
  readonly authentication?: Authentication;
  /** Only these versions of Cilium have it. Absent: all. */
  readonly versions?: readonly Assumptions["ciliumVersion"][];
  /** Ports that the rule leaves out, whichever of `ports` has them. */
  readonly exceptPorts?: readonly PortSpec[];
  /** Only traffic of this family. */
  readonly family?: 4 | 6;
  /** Other requests are denied, also where nothing isolates the pods; `in doubt`: that is documented and not done. */
  readonly strict?: true | "in doubt";
  /** Of what it allows only these requests pass; whom else they concern it leaves to other rules. Absent: all. */
  readonly requests?: readonly AllowedRequest[];
  /** Where it is written, where that is not where a NetworkPolicy has it. */
  readonly written?: WrittenRule;
  /** Nobody wrote it: what enforces the policy adds it to these fields of the rule that stands there. */
  readonly addedFor?: string;
}

/** Pods: those whose labels `podSelector` matches, of the namespaces that `namespaceSelector` matches; without one, of the policy's own namespace. */
export interface PodBox {
  readonly namespaceSelector?: Selector;
  readonly podSelector: Selector;
  /** Only those whose address lies in it. */
  readonly within?: AddressSet;
  /** Beside `within`: only their traffic of this family, by their addresses in it. */
  readonly family?: 4 | 6;
}

/** What is asked of the pods of all rules of an action. */
export interface RequiredBox extends PodBox {
  readonly action: "allow" | "deny";
}

/** The pods a policy applies to: those of the box, and of every further one. NetworkPolicy: a box in its own namespace. */
export interface Subject extends PodBox {
  /** Further pods that it applies to. Absent: none. */
  readonly or?: readonly PodBox[];
  /** And reserved identities of Cilium, each as a pod with no label but that of its identity, such as `reserved:health`. */
  readonly reserved?: true;
  /** Instead: nodes, by their labels, with the pods on their network. */
  readonly nodes?: Selector;
  /** Instead: only pods on the network of a node. */
  readonly onNodes?: true;
}

/** What is otherwise about a policy where some assumptions are made. */
export interface UnderAssumption {
  readonly is: Partial<Assumptions>;
  /** It is not in force then, or about other directions. */
  readonly instead: "not in force" | Pick<Policy, "applies" | "isolates">;
  /** Why the object is refused then. Absent: it is not. */
  readonly refused?: string;
}

/** A policy of any kind, normalized: defaults applied, direction by direction. A new kind is a reader that produces this, nothing else. */
export interface Policy {
  /** The object, as the input names it. */
  readonly ref: ObjectRef;
  /** `metadata.name`. */
  readonly name: string;
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string;
  /** The stage at which it decides. */
  readonly tier: Tier;
  /** Lower is evaluated first within a tier whose first match decides, `Infinity` last; 0 where the kind has no priority. */
  readonly priority: number;
  /** A policy of its tier and priority that does more than allow, where there is one: which of the two is asked first is not written. */
  readonly tiedWith?: string;
  /** A NetworkPolicy that a data plane of other rules reads as written: what such policies select and allow together is all that matters. */
  readonly isReadAsWritten?: true;
  /** The position among the parts of one policy whose rules select pods of their own: parts are asked in order. Absent: there is one. */
  readonly part?: number;
  /** The pods that it applies to. */
  readonly subject: Subject;
  /** What is missing to know whom the policy selects, where something is: pods of the subject possibly, none certainly. */
  readonly unknownSubject?: string;
  /** What differs under other assumptions than the defaults. */
  readonly ifAssumed?: readonly UnderAssumption[];
  /** Directions whose rules are in force (NetworkPolicy: the effective policyTypes). */
  readonly applies: Readonly<Record<Direction, boolean>>;
  /** Of these, directions in which the subject is isolated: its tier denies there what no rule matches. */
  readonly isolates: Readonly<Record<Direction, boolean>>;
  /** No later tier is asked about pods that it selects, in whichever direction. Absent: only in those that it applies to. */
  readonly isFinal?: true;
  /** Rules of both directions in written order, also those of a direction that does not apply. */
  readonly rules: Readonly<Record<Direction, readonly Rule[]>>;
  /** Rules by which whoever is not authenticated is denied, where agents authenticate. Absent: none. */
  readonly unauthenticated?: Readonly<Record<Direction, readonly Rule[]>>;
  /** What pods must be as well that rules of any policy name as peers of its subjects (Cilium up to 1.18). Absent: nothing. */
  readonly requires?: Readonly<Record<Direction, readonly RequiredBox[]>>;
  /** What its selectors ask for in vain where Cilium leaves it out of identities. Absent: nothing. */
  readonly hiddenLabels?: readonly HiddenLabel[];
  /** `spec.policyTypes` as written; absent when the field is absent, null or empty. */
  readonly policyTypes?: readonly string[] | undefined;
  /** What is written in a policy of Calico, whose selectors find more than pods. Absent: it is of another kind. */
  readonly calico?: CalicoSpec;
  /** `metadata.annotations`; empty where it has none. */
  readonly annotations: Labels;
  /** `metadata.labels`, of which no policy depends. Absent: none. */
  readonly labels?: Labels | undefined;
  /** `metadata.creationTimestamp` as written. */
  readonly creationTimestamp?: string | undefined;
  /** Where the object is written. */
  readonly origin: Origin;
  /** Position in the input: ties (duplicate names) go to the last. */
  readonly index: number;
}

/** The path of a rule below its policy, e.g. `["spec", "ingress", 0]`. */
export function rulePath({ rules }: Pick<Policy, "rules">, direction: Direction, rule: number): NodePath {
  return rules[direction][rule]?.written?.path ?? ["spec", direction, rule];
}

/** The path of a peer below its policy, e.g. `["spec", "ingress", 0, "from", 1]`. */
export function peerPath(
  { rules, calico }: Pick<Policy, "rules" | "calico">,
  direction: Direction,
  rule: number,
  peer: number,
): NodePath {
  const written = rules[direction][rule]?.written;
  if (written !== undefined) return written.peers[peer] ?? written.path;
  if (calico !== undefined) return calicoPeerPath(calico, direction, rule);
  return ["spec", direction, rule, direction === "ingress" ? "from" : "to", peer];
}

/** The path of a port below its policy, e.g. `["spec", "ingress", 0, "ports", 1]`. */
export function portPath(
  { rules, calico }: Pick<Policy, "rules" | "calico">,
  direction: Direction,
  rule: number,
  port: number,
): NodePath {
  const written = rules[direction][rule]?.written;
  if (written !== undefined) return written.ports[port] ?? written.path;
  if (calico !== undefined) {
    // Each protocol of the rule has them all.
    const count = calico.rules[direction][rule]?.destination.ports.length ?? 0;
    return ["spec", direction, rule, ...(count === 0 ? [] : ["destination", "ports", port % count])];
  }
  return ["spec", direction, rule, "ports", port];
}
