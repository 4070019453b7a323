import type { Direction, NetworksPeer, Peer, PodBox, PodPeer, Policy, Rule } from "../model/policy.ts";
import type { Requirement, Selector } from "../model/selector.ts";
import { everyPodHas } from "../semantics/label-syntax.ts";
import { type AddressSet, allAddresses, familyAddresses } from "../sets/address-set.ts";
import { difference, intersection, unionAll } from "../sets/interval-set.ts";
import { placeAddresses, placesIn } from "../sets/reserved-places.ts";
import { type Box, type Elements, everywhere, intersectBoxes, slab } from "./box.ts";
import { overlapsOf } from "./box-lists.ts";
import { hasBlock, directionsOfMixedBlocks } from "./mixed-blocks.ts";
import { rangeElements } from "./packet.ts";
import { maxRuleBoxes, PolicySpace, type SpaceOptions, productOf, directionOf } from "./policy-space.ts";
import { addressSets, selectorsOf, textTests } from "./policy-vocabulary.ts";
import { selectorBox } from "./selector-box.ts";
import { type LabelRole, Universe } from "./universe.ts";

/** A pod of another namespace than the subject's; a pod of its own. */
const elsewhere: Elements = [0, 1];
const nearby: Elements = [2, 3];
const anySelector: Selector = { requirements: [] };

/** What a policy says that boxes cannot. */
export class NotUnderstood {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/**
 * Policies of any tier as boxes over (subject, its namespace, peer, packet). The namespace of the subject is a dimension,
 * and a peer in that very namespace is a case of its own: what selects by labels of namespaces then selects by those of the
 * subject's. A peer in another namespace has another name; `possiblePoint` sees to that.
 */
export class TierSpace {
  readonly space: PolicySpace;
  /** Where the API server may be that is outside: on no node. */
  readonly #outside: AddressSet;
  readonly #subjects = new Map<Policy, readonly Box[]>();
  /** By policy as well: policies that are written alike share their rules, and each means it of its own namespace. */
  readonly #rules = new Map<Policy, Map<Rule, readonly Box[] | NotUnderstood>>();

  /** In which directions blocks say different things of the two addresses that a pod may have. */
  readonly #mixesFamilies: ReadonlySet<Direction>;

  /** What tells pods from the reserved identities that some policies select as well. */
  readonly #isPod: Selector;

  constructor(policies: readonly Policy[], options: SpaceOptions = {}) {
    this.#outside = outsideOf(policies);
    this.#isPod = podsBeside(policies);
    const { blocksMatchPods = false, places = [] } = options;
    this.#mixesFamilies = directionsOfMixedBlocks(blocksMatchPods && places.length > 0 ? policies : []);
    this.space = new PolicySpace(policies, options, makeUniverse(policies, this.#outside, options));
  }

  /** Why it cannot be said in boxes whom a policy selects; undefined when it can. */
  whyNoSubject(policy: Policy): string | undefined {
    const { subject } = policy;
    const strange = [subject, ...(subject.or ?? [])].map((box) => strangeField(box, fields.subject)).find(isSaid);
    if (strange !== undefined) return `its subject has ${strange}`;
    if (policy.unknownSubject !== undefined) return `its subject is not known (${policy.unknownSubject})`;
    const asked = selectorsOf(policy).flatMap(({ requirements }) => requirements.map(({ key }) => key));
    const tooMuch = asked.find((key) => roles.some((role) => this.universe.isTooMuch(role, key)));
    return tooMuch && `too much is asked of parts of the label ${tooMuch}`;
  }

  get universe(): Universe {
    return this.space.universe;
  }

  /** The pods that a policy applies to, with their namespaces. */
  subjects(policy: Policy): readonly Box[] {
    let boxes = this.#subjects.get(policy);
    if (boxes === undefined) {
      const all = [policy.subject, ...(policy.subject.or ?? [])].flatMap((box) => this.#subjectsOf(policy, box));
      boxes = policy.subject.reserved === true ? all : this.#podsAmong(all);
      this.#subjects.set(policy, boxes);
    }
    return boxes;
  }

  #subjectsOf({ namespace }: Policy, { namespaceSelector, podSelector }: PodBox): readonly Box[] {
    const chosen = selectorBox(this.universe, "subject", podSelector);
    const own = namespace === undefined ? everywhere : this.space.namesBox("subjectNamespace", [namespace]);
    const spaces =
      namespaceSelector === undefined ? [everywhere] : this.space.namespaceBoxes("subjectNamespace", namespaceSelector);
    const pods = chosen && own && intersectBoxes(chosen, own);
    return pods === undefined ? [] : overlapsOf(pods, spaces);
  }

  #podsAmong(subjects: readonly Box[]): readonly Box[] {
    if (this.#isPod.requirements.length === 0) return subjects;
    const pods = selectorBox(this.universe, "subject", this.#isPod);
    return pods === undefined ? [] : overlapsOf(pods, subjects);
  }

  /** All that a rule matches. */
  ruleBoxes(policy: Policy, rule: Rule): readonly Box[] | NotUnderstood {
    let known = this.#rules.get(policy);
    if (known === undefined) this.#rules.set(policy, (known = new Map<Rule, readonly Box[] | NotUnderstood>()));
    let boxes = known.get(rule);
    if (boxes === undefined) known.set(rule, (boxes = this.#expand(policy, rule)));
    return boxes;
  }

  #expand(policy: Policy, rule: Rule): readonly Box[] | NotUnderstood {
    const reason = whyNoBoxes(rule);
    if (reason !== undefined) return new NotUnderstood(reason);
    if (rule.action !== "allow" && hasBlock(rule) && this.#mixesFamilies.has(directionOf(policy, rule)))
      return new NotUnderstood("it has a rule with blocks, and a pod may have an address of the other family as well");
    const { peers } = rule;
    const who = peers === "any" ? [everywhere] : peers.flatMap((peer) => this.#peer(policy, peer));
    const where = this.#packets(rule, directionOf(policy, rule));
    const subjects = this.subjects(policy);
    if (who.length * where.length * subjects.length > maxRuleBoxes)
      return new NotUnderstood("it has a rule that is too big");
    const asked = this.#requests(rule);
    return subjects.flatMap((subject) => {
      const limited = intersectBoxes(subject, asked);
      return limited === undefined ? [] : productOf(limited, who, where);
    });
  }

  /** The ports of a rule without those that it leaves out, to or from peers of its address family. */
  #packets({ ports, exceptPorts = [], family }: Rule, direction: Direction): readonly Box[] {
    const { packet } = this.universe;
    const left = slab(packet, difference(packet.all, unionAll(exceptPorts.map(rangeElements))));
    const written = this.space.portBoxes(ports, direction);
    // A reserved identity declares no name of a port.
    const named = direction === "ingress" ? this.#podsAmong(written.filter(isNamed)) : written.filter(isNamed);
    const boxes = left === undefined ? [] : overlapsOf(left, [...written.filter((box) => !isNamed(box)), ...named]);
    const ofFamily = family === undefined ? everywhere : this.#at(familyAddresses(family));
    return ofFamily === undefined ? [] : overlapsOf(ofFamily, boxes);
  }

  /** Requests are told apart by how they are written. What is written alike is the same; of the rest nothing is known. */
  #requests({ requests }: Rule): Box {
    if (requests === undefined) return everywhere;
    const { universe } = this;
    const elements = universe.requestElements(requests.map((request) => JSON.stringify(request)));
    return (universe.requests && slab(universe.requests, elements)) ?? everywhere;
  }

  #at(addresses: AddressSet): Box | undefined {
    return slab(this.universe.address, this.universe.addressElements(addresses));
  }

  /** Whom networks mean: what has these addresses, and the API server, whatever address outside it has. */
  #networks({ addresses, outside, asCidr }: NetworksPeer): readonly Box[] {
    const at = this.universe.addressElements(withoutApiServer(addresses));
    const world = (): Box | undefined => (asCidr === true ? this.space.blockBox(at) : this.space.addressBox(at));
    const members = outside === true ? world() : slab(this.universe.address, at);
    const somewhere = this.space.addressBox(this.universe.addressElements(this.#outside));
    const apiServer = hasApiServer(addresses) && somewhere && intersectBoxes(somewhere, this.universe.apiServerBox());
    return [...boxes(members), ...boxes(apiServer || undefined)];
  }

  #peer(policy: Policy, peer: Peer): readonly Box[] {
    switch (peer.type) {
      case "pods": {
        const at = peer.within === undefined ? everywhere : this.#at(peer.within);
        return at === undefined ? [] : overlapsOf(at, this.#pods(policy, peer));
      }
      case "ipBlock":
        return boxes(this.space.blockBox(this.universe.addressElements(peer.addresses)));
      case "networks":
        // "Networks match addresses wherever they are": pods at them, too.
        return this.#networks(peer);
      default:
        throw new Error(`a peer of type ${peer.type} has no boxes`);
    }
  }

  #pods({ namespace }: Policy, { namespaceSelector, podSelector = anySelector }: PodPeer): readonly Box[] {
    const chosen = selectorBox(this.universe, "peer", podSelector);
    if (chosen === undefined) return [];
    if (namespaceSelector === undefined && namespace !== undefined) {
      // "podSelector alone: the pods in the policy's own namespace", which is that of its subjects.
      return overlapsOf(chosen, [this.#ofKind(nearby)]);
    }
    const selector = namespaceSelector ?? anySelector;
    return (["peerNamespace", "subjectNamespace"] as const).flatMap((role) =>
      overlapsOf(chosen, [this.#ofKind(role === "peerNamespace" ? elsewhere : nearby)]).flatMap((pods) =>
        overlapsOf(pods, this.space.namespaceBoxes(role, selector)),
      ),
    );
  }

  #ofKind(kind: Elements): Box {
    return slab(this.universe.peerKind, kind) ?? everywhere;
  }
}

const roles: readonly LabelRole[] = ["subject", "subjectNamespace", "peer", "peerNamespace"];

function makeUniverse(policies: readonly Policy[], outside: AddressSet, { places = [] }: SpaceOptions): Universe {
  const addresses = [...policies.flatMap(addressSets), placeAddresses(...places)].map(withoutApiServer);
  return new Universe([...addresses, outside], "of any namespace", textTests(policies));
}

/** The addresses that are on no node, as far as policies tell nodes: the world, which has the API server, is all but these. */
function outsideOf(policies: readonly Policy[]): AddressSet {
  const worlds = policies
    .flatMap(addressSets)
    .filter(hasApiServer)
    .map((set) => intersection(set, allAddresses));
  return worlds.filter((set) => set.length > 0).reduce((all, set) => intersection(all, set), allAddresses);
}

const apiServerOutside = placeAddresses("kube-apiserver[outside]");

function hasApiServer(addresses: AddressSet): boolean {
  return placesIn(addresses).includes("kube-apiserver[outside]");
}

/** Where the API server is outside it has an address, which blocks may hold: it is no place of its own. */
function withoutApiServer(addresses: AddressSet): AddressSet {
  return hasApiServer(addresses) ? difference(addresses, apiServerOutside) : addresses;
}

function boxes(box: Box | undefined): readonly Box[] {
  return box === undefined ? [] : [box];
}

/** All that boxes can say. Whatever else a reader may come to write is not understood, rather than overlooked. */
const fields = {
  subject: new Set(["podSelector", "namespaceSelector", "or", "reserved"]),
  rule: new Set(
    "action peers ports exceptPorts family written requests authentication failsClosed oldPeers".split(" "),
  ),
  peer: {
    // Where there are pods of other clusters, the selector of `ofCluster` leaves them out; `ofSelector` and `byLabel` change nothing.
    pods: new Set(["type", "podSelector", "namespaceSelector", "within", "ofCluster", "byLabel"]),
    ipBlock: new Set(["type", "cidr", "except", "addresses"]),
    networks: new Set([
      "type",
      "cidrs",
      "addresses",
      "outside",
      "asCidr",
      "onNodes",
      "names",
      "ofSelector",
      "apiServer",
    ]),
  } as Readonly<Record<string, ReadonlySet<string>>>,
};

/** The peers that boxes do not have, as people know them. */
const peersInWords: Readonly<Record<string, string>> = {
  oldForm: "a peer in the form of version 0.1.1 of its API",
  nodes: "a peer that selects nodes",
  domains: "a peer that names domains",
};

/** Why it cannot be said in boxes what a rule matches; undefined when it can. */
function whyNoBoxes(rule: Rule): string | undefined {
  // These are asked beside other rules, too.
  if (rule.requests?.some(({ type }) => type !== "http") === true)
    return "it has a rule that limits names of DNS or of servers, or asks for authentication";
  if (rule.unknown !== undefined) return `it has a rule that hangs on ${rule.unknown}`;
  const peers = rule.peers === "any" ? [] : rule.peers;
  const type = peers.find((peer) => !Object.hasOwn(fields.peer, peer.type))?.type;
  if (type !== undefined) return `it has ${peersInWords[type] ?? `a peer of type ${type}`}`;
  const strange = strangeField(rule, fields.rule);
  if (strange !== undefined) return `it has a rule with ${strange}`;
  if (rule.exceptPorts?.some((port) => port.type === "named") === true)
    return "it has a rule that leaves out named ports";
  const field = peers.map((peer) => strangeField(peer, fields.peer[peer.type] ?? new Set())).find(isSaid);
  return field && `it has a peer with ${field}`;
}

/** Whether it is about a port that the destination declares under a name. */
function isNamed(box: Box): boolean {
  return box.some(({ dimension }) => "type" in dimension && dimension.type === "namedPort");
}

/**
 * What pods are beside the reserved identities that policies select: they have the labels that every pod has, and none of an
 * identity. Only of labels by which policies that may select either tell them apart.
 */
function podsBeside(policies: readonly Policy[]): Selector {
  const either = policies.flatMap(({ subject }) => (subject.reserved === true ? [subject, ...(subject.or ?? [])] : []));
  const keys = new Set(either.flatMap(({ podSelector }) => podSelector.requirements.map(({ key }) => key)));
  const requirements = [...keys].flatMap((key): Requirement[] => {
    if (!everyPodHas(key) && !key.startsWith("reserved:")) return [];
    return [{ key, operator: everyPodHas(key) ? "Exists" : "DoesNotExist", values: [], from: "matchExpressions" }];
  });
  return { requirements };
}

function strangeField(part: object, known: ReadonlySet<string>): string | undefined {
  return Object.entries(part).find(([key, value]) => value !== undefined && !known.has(key))?.[0];
}

function isSaid(text: string | undefined): text is string {
  return text !== undefined;
}
