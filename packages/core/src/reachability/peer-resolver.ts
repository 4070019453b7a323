import type { Assumptions } from "../model/assumptions.ts";
import type { Cluster } from "../model/cluster.ts";
import type { OldFormPeer, Peer, PodBox, PodPeer, Policy, Rule } from "../model/policy.ts";
import type { Selector } from "../model/selector.ts";
import { intersection } from "../sets/interval-set.ts";
import type { AddressSet } from "../sets/address-set.ts";
import { type ClassId, ClassSet } from "./class-set.ts";
import { LabelIndex, type Matches, exactly, unite, uniteMatches } from "./label-index.ts";
import type { AddressClasses } from "./address-classes.ts";
import { type AddressMatch, type AddressPeer, AddressPeers, addressKey } from "./address-peers.ts";
import { NamespaceMatcher } from "./namespace-matcher.ts";
import { NodeSubjects } from "./node-subjects.ts";
import type { ReachabilityOptions } from "./options.ts";
import type { PodClass, PodClasses } from "./pod-classes.ts";
import { RelatedNamespaces } from "./related-namespaces.ts";
import { ReservedPeers } from "./reserved-peers.ts";
import { SelectorIds } from "./selector-ids.ts";
import { SubjectPlaces } from "./subject-places.ts";

/** Whom a rule speaks of, resolved. Equal peers are one object, so identity compares. */
export interface ResolvedPeers {
  readonly id: number;
  /** Everyone: all pods, those on nodes included, and all addresses. */
  readonly any: boolean;
  /** Selectable pods that certainly match, and those that match or may match. */
  readonly certain: ClassSet;
  readonly possible: ClassSet;
  readonly places: readonly AddressMatch[];
}

/** One peer, resolved. */
interface ResolvedPeer {
  readonly id: number;
  /** Absent for addresses. */
  readonly pods?: Matches;
  readonly places?: readonly AddressMatch[];
}

/** What is known of one namespace: its classes, and the selectors that were asked of it. */
interface LocalScope {
  readonly first: ClassId;
  readonly end: ClassId;
  readonly matches: Map<number, Matches>;
  readonly peers: Map<number, ResolvedPeer>;
}

const empty: Selector = { requirements: [] };
const none: Matches = exactly(ClassSet.empty);

/** Resolves selectors and peers to classes, each distinct one once. */
export class PeerResolver {
  readonly #pods = new LabelIndex();
  readonly #selectable: number;
  /** Pods on the network of a node. */
  readonly #onNodes: ClassSet;
  readonly #places: SubjectPlaces;
  readonly #namespaces: NamespaceMatcher;
  readonly #selectors = new SelectorIds();
  /** By the position of the namespace. */
  readonly #ranges: readonly (readonly [ClassId, ClassId])[];
  readonly #local = new Map<string, LocalScope>();
  readonly #ranged: PodClasses["ranges"];
  readonly #namespaceMatches = new Map<number, Matches>();
  readonly #everywhere = new Map<number, Matches>();
  /** By the numbers of the namespaceSelector and the podSelector. */
  readonly #across: Map<number, ResolvedPeer>[] = [];
  /** Peers that are addresses, or relative to the subject's namespace. */
  readonly #others = new Map<string, ResolvedPeer>();
  readonly #addresses: AddressPeers;
  readonly #related: RelatedNamespaces;
  readonly #anpOldForm: Assumptions["anpOldForm"];
  readonly #reserved: ReservedPeers;
  /** Nodes, as policies select them. */
  readonly nodes: NodeSubjects;
  readonly #single = new Map<number, ResolvedPeers>();
  readonly #several = new Map<string, ResolvedPeers>();
  readonly #any: ResolvedPeers = { id: 0, any: true, certain: ClassSet.empty, possible: ClassSet.empty, places: [] };
  #peerCount = 0;
  #resolvedCount = 1;

  constructor(cluster: Cluster, classes: PodClasses, addresses: AddressClasses, options: ReachabilityOptions) {
    this.#places = new SubjectPlaces(classes.classes, addresses, options.podCidrs);
    const { unknownNamespaceLabels, anpOldForm } = options.assumptions;
    this.#anpOldForm = anpOldForm;
    const { nodes = [] } = cluster;
    this.#reserved = new ReservedPeers(addresses, classes.classes.length, nodes, options.assumptions);
    this.nodes = new NodeSubjects(nodes, classes, addresses);
    this.#addresses = new AddressPeers(nodes, options);
    this.#related = new RelatedNamespaces(cluster, unknownNamespaceLabels);
    this.#selectable = classes.selectable;
    const all = classes.classes.length;
    this.#onNodes = classes.selectable < all ? ClassSet.of([classes.selectable, all]) : ClassSet.empty;
    for (let id = 0; id < classes.selectable; id++) {
      const { labels, openLabels } = classes.classes[id] as PodClass;
      this.#pods.add(labels, openLabels);
    }
    this.#namespaces = new NamespaceMatcher(cluster, unknownNamespaceLabels);
    this.#ranged = classes.ranges;
    this.#ranges = [...cluster.namespaces.keys()].map((name) => classes.ranges.get(name) ?? [0, 0]);
  }

  /** The classes a policy applies to, certainly and possibly. */
  subjects({ subject, namespace }: Policy): Matches {
    if (subject.nodes !== undefined) return this.nodes.selected(subject.nodes);
    if (subject.onNodes === true) return exactly(this.#onNodes);
    if (subject.or !== undefined)
      return uniteMatches([subject, ...subject.or].map((box) => this.#podsOfBox(box, namespace)));
    const pods = this.#podsOfBox(subject, namespace);
    const reserved = subject.reserved === true ? this.#reserved.selected(subject) : [];
    return reserved.length === 0 ? pods : uniteMatches([pods, exactly(ClassSet.fromSorted(reserved))]);
  }

  #podsOfBox(box: PodBox, namespace = ""): Matches {
    const pods = this.#podsBySelectors(box, namespace);
    return box.within === undefined ? pods : this.#places.within(pods, box.within, box.family);
  }

  #podsBySelectors({ namespaceSelector, podSelector }: PodBox, namespace: string): Matches {
    if (namespaceSelector !== undefined) return this.#podsAcross(namespaceSelector, podSelector);
    return this.#podsIn(this.#scopeOf(namespace), podSelector);
  }

  /** The peers of a rule of a policy in `namespace`; of a cluster-wide one, for subjects in that namespace. */
  peers({ peers }: Rule, namespace: string): ResolvedPeers {
    if (peers === "any") return this.#any;
    const resolved = peers.map((peer) => this.#peer(peer, namespace));
    const [first] = resolved;
    if (first !== undefined && resolved.length === 1) {
      let single = this.#single.get(first.id);
      if (single === undefined) this.#single.set(first.id, (single = this.#combine(resolved)));
      return single;
    }
    const key = resolved
      .map(({ id }) => id)
      .toSorted((a, b) => a - b)
      .join();
    let several = this.#several.get(key);
    if (several === undefined) this.#several.set(key, (several = this.#combine(resolved)));
    return several;
  }

  /**
   * The pods of one peer, certainly and possibly. Only for peers of rules in effect: classes keep no labels but those that
   * such rules look at, so any other selector gets a wrong answer.
   */
  podPeer(peer: PodPeer, namespace: string): Matches {
    return this.#peer(peer, namespace).pods ?? none;
  }

  #combine(peers: readonly ResolvedPeer[]): ResolvedPeers {
    return {
      id: this.#resolvedCount++,
      any: false,
      ...uniteMatches(peers.flatMap((peer) => peer.pods ?? [])),
      places: peers.flatMap(({ places }) => places ?? []),
    };
  }

  #peer(peer: Peer, namespace: string): ResolvedPeer {
    if (peer.type === "oldForm") return this.#kept(oldFormKey(peer, namespace), () => this.#oldForm(peer, namespace));
    if (peer.type === "pods" && peer.within !== undefined) return this.#within(peer, peer.within, namespace);
    if (peer.type !== "pods") return this.#kept(addressKey(peer), () => this.#atAddresses(peer));
    const podSelector = peer.podSelector ?? empty;
    const pods = this.#selectors.of(podSelector);
    if (peer.namespaceSelector === undefined) {
      const scope = this.#scopeOf(namespace);
      let local = scope.peers.get(pods);
      if (local === undefined) {
        const found = this.#podsIn(scope, podSelector);
        scope.peers.set(pods, (local = { id: this.#peerCount++, pods: found }));
      }
      return local;
    }
    const ofNamespaces = (this.#across[this.#selectors.of(peer.namespaceSelector)] ??= new Map<number, ResolvedPeer>());
    let across = ofNamespaces.get(pods);
    if (across === undefined) {
      across = { id: this.#peerCount++, pods: this.#podsAcross(peer.namespaceSelector, podSelector) };
      ofNamespaces.set(pods, across);
    }
    return across;
  }

  #atAddresses(peer: AddressPeer): Omit<ResolvedPeer, "id"> {
    const places = this.#addresses.matches(peer);
    const pods = [...this.#podsOnNodes(peer), ...this.#reserved.identitiesIn(peer)];
    return pods.length === 0 ? { places } : { places, pods: uniteMatches(pods) };
  }

  #podsOnNodes(peer: AddressPeer): readonly Matches[] {
    const are = this.#addresses.ofPodsOnNodes(peer);
    if (are === "not") return [];
    return [are === "certainly" ? exactly(this.#onNodes) : { certain: ClassSet.empty, possible: this.#onNodes }];
  }

  /** Pods that a selector matches and whose address lies in some networks: decided where addresses are looked at. */
  #within(peer: PodPeer, within: AddressSet, namespace: string): ResolvedPeer {
    const { within: _, ...pods } = peer;
    const among = this.#peer(pods, namespace);
    return this.#kept(`${among.id} within ${within.join()}`, () => ({
      places: [{ addresses: within, pods: "all", certain: true, among: among.pods ?? exactly(ClassSet.empty) }],
    }));
  }

  #kept(key: string, make: () => Omit<ResolvedPeer, "id">): ResolvedPeer {
    let known = this.#others.get(key);
    if (known === undefined) this.#others.set(key, (known = { id: this.#peerCount++, ...make() }));
    return known;
  }

  /** As v0.1.1 reads it, or, where the version is not known, so that its reading and that of a later one, which drops the fields, are possible. */
  #oldForm({ namespaces, podSelector }: OldFormPeer, namespace: string): Omit<ResolvedPeer, "id"> {
    const written = this.#podsOfNamespaces(this.#oldNamespaces(namespaces, namespace), podSelector ?? empty);
    // Later versions refuse a `pods` peer that lacks its namespaceSelector.
    if (this.#anpOldForm === "v0.1.1" || podSelector !== undefined) return { pods: written };
    const pruned = this.#podsAcross(empty, empty);
    return {
      pods: {
        certain: ClassSet.of(intersection(written.certain.boundaries, pruned.certain.boundaries)),
        possible: unite([written.possible, pruned.possible]),
      },
    };
  }

  #oldNamespaces(written: OldFormPeer["namespaces"], namespace: string): Matches {
    if ("namespaceSelector" in written) return this.#namespaceMatch(written.namespaceSelector);
    return "sameLabels" in written
      ? this.#related.same(written.sameLabels, namespace)
      : this.#related.notSame(written.notSameLabels, namespace);
  }

  #scopeOf(namespace: string): LocalScope {
    let scope = this.#local.get(namespace);
    if (scope === undefined) {
      const [first, end] = this.#ranged.get(namespace) ?? [0, 0];
      this.#local.set(namespace, (scope = { first, end, matches: new Map(), peers: new Map() }));
    }
    return scope;
  }

  #podsIn({ first, end, matches }: LocalScope, selector: Selector): Matches {
    if (first === end) return none;
    const id = this.#selectors.of(selector);
    let found = matches.get(id);
    if (found === undefined) matches.set(id, (found = this.#pods.matches(selector, first, end)));
    return found;
  }

  #podsAcross(namespaceSelector: Selector, podSelector: Selector): Matches {
    return this.#podsOfNamespaces(this.#namespaceMatch(namespaceSelector), podSelector);
  }

  #podsOfNamespaces(namespaces: Matches, podSelector: Selector): Matches {
    const pods = this.#podsOf(namespaces.possible, podSelector);
    if (namespaces.certain === namespaces.possible) return pods;
    return { certain: this.#podsOf(namespaces.certain, podSelector).certain, possible: pods.possible };
  }

  #namespaceMatch(selector: Selector): Matches {
    const id = this.#selectors.of(selector);
    let match = this.#namespaceMatches.get(id);
    if (match === undefined) this.#namespaceMatches.set(id, (match = this.#namespaces.match(selector)));
    return match;
  }

  /** The pods of the given namespaces (by position) that a selector matches. */
  #podsOf(namespaces: ClassSet, selector: Selector): Matches {
    const ranges = this.#rangesOf(namespaces);
    if (ranges.length === 0 || selector.requirements.length === 0) return exactly(ClassSet.of(ranges));
    const [first = 0, end = 0] = ranges;
    if (namespaces.size === 1) return this.#pods.matches(selector, first, end);
    const id = this.#selectors.of(selector);
    let everywhere = this.#everywhere.get(id);
    if (everywhere === undefined) {
      everywhere = this.#pods.matches(selector, 0, this.#selectable);
      this.#everywhere.set(id, everywhere);
    }
    const certain = ClassSet.of(intersection(everywhere.certain.boundaries, ranges));
    if (everywhere.certain === everywhere.possible) return exactly(certain);
    return { certain, possible: ClassSet.of(intersection(everywhere.possible.boundaries, ranges)) };
  }

  /** Namespaces that follow each other have classes that follow each other. */
  #rangesOf({ boundaries }: ClassSet): readonly ClassId[] {
    const ranges: ClassId[] = [];
    for (let i = 0; i < boundaries.length; i += 2) {
      const first = this.#ranges[boundaries[i] as number]?.[0] ?? 0;
      const end = this.#ranges[(boundaries[i + 1] as number) - 1]?.[1] ?? 0;
      if (first === end) continue;
      if (ranges[ranges.length - 1] === first) ranges[ranges.length - 1] = end;
      else ranges.push(first, end);
    }
    return ranges;
  }
}

/** Only keys that are compared with the subject's labels make it matter whose namespace that is. */
function oldFormKey({ namespaces, podSelector }: OldFormPeer, namespace: string): string {
  const relative = "namespaceSelector" in namespaces ? "" : namespace;
  return `oldForm ${JSON.stringify([namespaces, podSelector, relative])}`;
}
