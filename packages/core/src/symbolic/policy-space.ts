import type { Direction, IpBlockPeer, Peer, PodPeer, Policy, PortSpec, Rule } from "../model/policy.ts";
import { remembered } from "../lib/remembered.ts";
import type { Labels, Selector } from "../model/selector.ts";
import { portKey, selectorKey } from "../semantics/canonical-key.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { matchesSelector } from "../semantics/match-selector.ts";
import { difference, unionAll } from "../sets/interval-set.ts";
import type { ReservedPlace } from "../sets/reserved-places.ts";
import { type Box, boxKey, type Elements, everywhere, intersectBoxes, slab } from "./box.ts";
import { protocolPackets, rangeElements } from "./packet.ts";
import { networkPolicyUniverse } from "./network-policy-universe.ts";
import { selectorBox } from "./selector-box.ts";
import type { LabelRole, Universe } from "./universe.ts";

/** The labels of namespaces that a proof may take as facts (`namespaceLabels=fixed`), by name. */
export type NamespaceFacts = ReadonlyMap<string, Labels>;

/** What a proof takes for given beside the policies. */
export interface SpaceOptions {
  /** Labels of namespaces to take as facts (the assumption `namespaceLabels=fixed`). Default: all labels but the name are free. */
  readonly facts?: NamespaceFacts;
  /** Whether an ipBlock also matches pods whose address it covers (the assumption `ipBlockMatchesPods`). Default: addresses outside only. */
  readonly blocksMatchPods?: boolean;
  /** The reserved identities that there are, where Cilium enforces: a rule for everybody means them, whoever names them. Default: those that policies name. */
  readonly places?: readonly ReservedPlace[];
}

const pods: Elements = [0, 1];
const addresses: Elements = [1, 2];
const isTrue: Elements = [1, 2];
const anyPod: Selector = { requirements: [] };
const noBoxes: RuleBoxes = { ports: [], groups: [] };

type NamespaceRole = Extract<LabelRole, `${string}Namespace`>;

/** The peers of a rule that share boxes: one pod peer, or all ipBlocks, or "any". */
export interface PeerBoxes {
  /** Places in `rule.peers`; empty for "any". */
  readonly members: readonly number[];
  /** The peers alone. */
  readonly peers: readonly Box[];
  /** What the rule admits from or to these peers: subject, peer and packet. */
  readonly boxes: readonly Box[];
}

/** A rule as boxes. */
export interface RuleBoxes {
  readonly ports: readonly Box[];
  readonly groups: readonly PeerBoxes[];
}

interface KnownRule extends RuleBoxes {
  readonly subject: Box;
}

/**
 * Policies as boxes over (subject labels, peer, packet), each made once for all that is asked of them. The subject's
 * namespace is no dimension: policies of different namespaces speak of different pods and are never compared.
 */
export class PolicySpace {
  readonly universe: Universe;
  readonly facts: NamespaceFacts;
  readonly #blocksMatchPods: boolean;
  readonly #subjects = new Map<Policy, Box | undefined>();
  readonly #equalSubjects = new Map<string, Box>();
  /** By namespace where a peer is of the policy's own: policies of many namespaces share a rule that is written alike. */
  readonly #rules = new Map<Rule, Map<string, KnownRule>>();
  readonly #factBoxes = new Map<string, readonly Box[]>();
  // Policies repeat each other, of different namespaces most of all: what is written alike is one object.
  readonly #subjectBoxes = new Map<string, Box>();
  /** The pods that a selector chooses, of whichever namespace. */
  readonly #chosen = remembered((of: Selector) => this.#both(pods, selectorBox(this.universe, "peer", of)));
  readonly #podBoxes = new Map<string, readonly Box[]>();
  readonly #portBoxes = new Map<string, readonly Box[]>();

  constructor(policies: readonly Policy[], options: SpaceOptions = {}, universe?: Universe) {
    this.universe = universe ?? networkPolicyUniverse(policies, options);
    this.facts = options.facts ?? new Map();
    this.#blocksMatchPods = options.blocksMatchPods ?? false;
  }

  /** The labels of the pods a policy applies to, one object for equal ones; undefined when no pod can have them. */
  subject(policy: Policy): Box | undefined {
    if (!this.#subjects.has(policy)) this.#subjects.set(policy, this.#makeSubject(policy));
    return this.#subjects.get(policy);
  }

  #makeSubject(policy: Policy): Box | undefined {
    const selector = selectorKey(policy.subject.podSelector);
    const written = this.#subjectBoxes.get(selector);
    if (written !== undefined) return written;
    const box = selectorBox(this.universe, "subject", policy.subject.podSelector);
    if (box === undefined) return undefined;
    const subject = this.#equalSubject(box);
    this.#subjectBoxes.set(selector, subject);
    return subject;
  }

  #equalSubject(box: Box): Box {
    const key = boxKey(box);
    const equal = this.#equalSubjects.get(key);
    if (equal === undefined) this.#equalSubjects.set(key, box);
    return equal ?? box;
  }

  /** Equal for rules that admit the same, with how many boxes that is; undefined when there are too many. */
  ruleKey(policy: Policy, rule: Rule): { readonly boxes: number; readonly key: string } | undefined {
    const parts = this.ruleParts(policy, rule);
    return parts && ruleBoxesKey(parts);
  }

  /** What a rule admits to its subjects, one box per peer and kind of port; undefined when there are too many. */
  ruleBoxes(policy: Policy, rule: Rule): readonly Box[] | undefined {
    const groups = this.ruleParts(policy, rule)?.groups;
    return groups?.length === 1 ? groups[0]?.boxes : groups?.flatMap(({ boxes }) => boxes);
  }

  /** The same by peers; undefined when there are too many boxes. A rule whose subject is empty has none. */
  ruleParts(policy: Policy, rule: Rule): RuleBoxes | undefined {
    const subject = this.subject(policy);
    if (subject === undefined) return noBoxes;
    // A rule of several policies with one subject, as in a merge, is expanded once.
    let known = this.#rules.get(rule);
    if (known === undefined) this.#rules.set(rule, (known = new Map<string, KnownRule>()));
    const namespace = speaksOfOwn(rule) ? (policy.namespace ?? "") : "";
    const parts = known.get(namespace);
    if (parts?.subject === subject) return parts;
    const ports = this.portBoxes(rule.ports, directionOf(policy, rule));
    const groups = this.#peerGroups(policy, rule.peers);
    if (groups.reduce((sum, { peers }) => sum + peers.length, 0) * ports.length > maxRuleBoxes) return undefined;
    const made = {
      subject,
      ports,
      groups: groups.map(({ members, peers }) => ({ members, peers, boxes: productOf(subject, peers, ports) })),
    };
    known.set(namespace, made);
    return made;
  }

  #peerGroups(policy: Policy, peers: readonly Peer[] | "any"): Omit<PeerBoxes, "boxes">[] {
    if (peers === "any") return [{ members: [], peers: [everywhere] }];
    const groups: Omit<PeerBoxes, "boxes">[] = [];
    const blocks: number[] = [];
    peers.forEach((peer, i) => {
      if (peer.type === "ipBlock") blocks.push(i);
      else if (peer.type === "pods") groups.push({ members: [i], peers: this.podBoxes(policy, peer) });
    });
    if (blocks.length === 0) return groups;
    const block = this.blockBox(this.blockElements(peers.filter((peer) => peer.type === "ipBlock")));
    groups.push({ members: blocks, peers: block === undefined ? [] : [block] });
    return groups;
  }

  /** The addresses of ipBlocks together, as elements of the address dimension. */
  blockElements(blocks: readonly IpBlockPeer[]): Elements {
    return unionAll(blocks.map((block) => this.universe.addressElements(block.addresses)));
  }

  /** Peers that ipBlocks of these addresses match. */
  blockBox(elements: Elements): Box | undefined {
    return this.#blocksMatchPods ? slab(this.universe.address, elements) : this.addressBox(elements);
  }

  /** Peers outside that have one of these addresses. */
  addressBox(elements: Elements): Box | undefined {
    return this.#both(addresses, slab(this.universe.address, elements));
  }

  /** The pods that a peer chooses. With facts about namespaces there may be two boxes: known namespaces, and all others. */
  podBoxes(policy: Policy, peer: PodPeer): readonly Box[] {
    const { namespace = "" } = policy;
    const { podSelector = anyPod, namespaceSelector } = peer;
    const where = namespaceSelector === undefined ? `in ${namespace}` : `of ${selectorKey(namespaceSelector)}`;
    const key = `${where}\u0000${selectorKey(podSelector)}`;
    let boxes = this.#podBoxes.get(key);
    if (boxes === undefined) this.#podBoxes.set(key, (boxes = this.#makePodBoxes(policy, peer)));
    return boxes;
  }

  #makePodBoxes(policy: Policy, peer: PodPeer): readonly Box[] {
    const chosen = this.#chosen(peer.podSelector ?? anyPod);
    if (chosen === undefined) return [];
    const namespaces =
      peer.namespaceSelector === undefined
        ? // "podSelector alone: the pods matching podSelector in the policy's own namespace" (NetworkPolicyPeer).
          [this.namesBox("peerNamespace", [policy.namespace ?? ""])]
        : this.namespaceBoxes("peerNamespace", peer.namespaceSelector);
    return namespaces.flatMap((namespace) => {
      const box = namespace && intersectBoxes(chosen, namespace);
      return box === undefined ? [] : [box];
    });
  }

  #both(kind: Elements, box: Box | undefined): Box | undefined {
    const ofKind = slab(this.universe.peerKind, kind);
    return box && ofKind && intersectBoxes(ofKind, box);
  }

  /** Namespaces of these names. */
  namesBox(role: NamespaceRole, names: readonly string[]): Box | undefined {
    const elements = this.universe.values(role, namespaceNameLabel, names);
    return slab(this.universe.label(role, namespaceNameLabel), elements);
  }

  /** The namespaces that a selector matches. With facts there may be two boxes: known namespaces, and all others. */
  namespaceBoxes(role: NamespaceRole, selector: Selector): readonly Box[] {
    if (this.facts.size === 0) {
      const box = selectorBox(this.universe, role, selector);
      return box === undefined ? [] : [box];
    }
    const key = `${role} ${selectorKey(selector)}`;
    let boxes = this.#factBoxes.get(key);
    if (boxes === undefined) this.#factBoxes.set(key, (boxes = this.#boxesByFacts(role, selector)));
    return boxes;
  }

  #boxesByFacts(role: NamespaceRole, selector: Selector): readonly Box[] {
    const matching: string[] = [];
    for (const [name, labels] of this.facts)
      if (matchesSelector(selector, { ...labels, [namespaceNameLabel]: name })) matching.push(name);
    const { universe } = this;
    const dimension = universe.label(role, namespaceNameLabel);
    const known = universe.values(role, namespaceNameLabel, [...this.facts.keys()]);
    const unknown = slab(dimension, difference(dimension.all, known));
    const free = selectorBox(universe, role, selector);
    return [this.namesBox(role, matching), unknown && free && intersectBoxes(unknown, free)].filter(
      (box) => box !== undefined,
    );
  }

  /** The ports of a rule: all ranges in one box, and one box per named port. */
  portBoxes(ports: readonly PortSpec[] | "any", direction: Direction): readonly Box[] {
    if (ports === "any") return [everywhere];
    const key = `${direction} ${ports.length === 1 ? portKey(ports[0] as PortSpec) : JSON.stringify(ports.map(portKey))}`;
    let boxes = this.#portBoxes.get(key);
    if (boxes === undefined) this.#portBoxes.set(key, (boxes = this.#makePortBoxes(ports, direction)));
    return boxes;
  }

  #makePortBoxes(ports: readonly PortSpec[], direction: Direction): readonly Box[] {
    const boxes: Box[] = [];
    const ranges = slab(this.universe.packet, unionAll(ports.map(rangeElements)));
    if (ranges !== undefined) boxes.push(ranges);
    const seen = new Set<string>();
    for (const port of ports) {
      if (port.type !== "named" || seen.has(`${port.protocol}/${port.name}`)) continue;
      seen.add(`${port.protocol}/${port.name}`);
      const box = this.namedPortBox(port, direction, protocolPackets(port.protocol));
      if (box !== undefined) boxes.push(box);
    }
    return boxes;
  }

  /**
   * Those of some packets that go to a port which the destination declares under a name. Of an egress rule the destination
   * is the peer, and an address declares none.
   */
  namedPortBox(
    { name, protocol }: Pick<PortSpec & { readonly type: "named" }, "name" | "protocol">,
    direction: Direction,
    within: Elements,
  ): Box | undefined {
    const declared = slab(this.universe.namedPort(name, protocol), isTrue);
    const box = slab(this.universe.packet, within);
    const named = box && declared && intersectBoxes(box, declared);
    // Of pods there is more than one kind where subjects are of several namespaces.
    return direction === "egress" ? this.#both(difference(this.universe.peerKind.all, addresses), named) : named;
  }
}

/** Whether a rule has a peer that is of the namespace of its policy, whichever that is. */
const speaksOfOwn: (rule: Rule) => boolean = remembered(
  ({ peers }) => peers !== "any" && peers.some((peer) => peer.type === "pods" && peer.namespaceSelector === undefined),
);

const ruleBoxesKey = remembered(({ groups }: RuleBoxes) => {
  const keys = groups.flatMap(({ boxes }) => boxes.map(boxKey));
  return { boxes: keys.length, key: keys.toSorted().join(" ") };
});

/** The direction of a rule of a policy. */
export function directionOf(policy: Policy, rule: Rule): Direction {
  return policy.rules.egress.includes(rule) ? "egress" : "ingress";
}

/** A rule that needs more boxes than this (peers times named ports) is left undecided. */
export const maxRuleBoxes = 100_000;

/** Subject, peer and port constrain different dimensions, so no combination is empty. */
export function productOf(subject: Box, peers: readonly Box[], ports: readonly Box[]): Box[] {
  const boxes: Box[] = [];
  for (const peer of peers) {
    const withPeer = intersectBoxes(subject, peer);
    for (const port of ports) {
      const box = withPeer && intersectBoxes(withPeer, port);
      if (box !== undefined) boxes.push(box);
    }
  }
  return boxes;
}
