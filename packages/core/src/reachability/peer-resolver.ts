import type { Cluster } from "../model/cluster.ts";
import type { Peer, PodPeer, Policy, Rule } from "../model/policy.ts";
import type { Selector } from "../model/selector.ts";
import type { AddressSet } from "../sets/address-set.ts";
import { intersection, unionAll } from "../sets/interval-set.ts";
import { type ClassId, ClassSet } from "./class-set.ts";
import { LabelIndex, type Matches, exactly } from "./label-index.ts";
import { NamespaceMatcher } from "./namespace-matcher.ts";
import type { PodClass, PodClasses } from "./pod-classes.ts";
import { SelectorIds } from "./selector-ids.ts";

/** Whom a rule speaks of, resolved. Equal peers are one object, so identity compares. */
export interface ResolvedPeers {
  readonly id: number;
  /** Everyone: all pods, those on nodes included, and all addresses. */
  readonly any: boolean;
  /** Selectable pods that certainly match, and those that match or may match. */
  readonly certain: ClassSet;
  readonly possible: ClassSet;
  /** The ipBlocks, each a set of addresses. */
  readonly blocks: readonly AddressSet[];
}

/** One peer, resolved. */
interface ResolvedPeer {
  readonly id: number;
  /** Absent for an ipBlock. */
  readonly pods?: Matches;
  readonly block?: AddressSet;
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
  readonly #blocks = new Map<string, ResolvedPeer>();
  readonly #single = new Map<number, ResolvedPeers>();
  readonly #several = new Map<string, ResolvedPeers>();
  readonly #any: ResolvedPeers = { id: 0, any: true, certain: ClassSet.empty, possible: ClassSet.empty, blocks: [] };
  #peerCount = 0;
  #resolvedCount = 1;

  constructor(cluster: Cluster, classes: PodClasses, unknownNamespaceLabels: "unknown" | "absent") {
    this.#selectable = classes.selectable;
    for (let id = 0; id < classes.selectable; id++) {
      const { labels, openLabels } = classes.classes[id] as PodClass;
      this.#pods.add(labels, openLabels);
    }
    this.#namespaces = new NamespaceMatcher(cluster, unknownNamespaceLabels);
    this.#ranged = classes.ranges;
    this.#ranges = [...cluster.namespaces.keys()].map((name) => classes.ranges.get(name) ?? [0, 0]);
  }

  /** The classes a policy applies to. */
  subjects(policy: Policy): Matches {
    const { namespaceSelector, podSelector } = policy.subject;
    if (namespaceSelector !== undefined) return this.#podsAcross(namespaceSelector, podSelector);
    return this.#podsIn(this.#scopeOf(policy.namespace ?? ""), podSelector);
  }

  /** The peers of a rule of a policy in `namespace`. */
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
    const pods = peers.flatMap((peer) => peer.pods ?? []);
    const certain = unite(pods.map((match) => match.certain));
    const exact = pods.every((match) => match.certain === match.possible);
    return {
      id: this.#resolvedCount++,
      any: false,
      certain,
      possible: exact ? certain : unite(pods.map((match) => match.possible)),
      blocks: peers.flatMap(({ block }) => (block === undefined ? [] : [block])),
    };
  }

  #peer(peer: Peer, namespace: string): ResolvedPeer {
    if (peer.type === "ipBlock") {
      const key = peer.except.length === 0 ? peer.cidr : `${peer.cidr} ${peer.except.join()}`;
      let block = this.#blocks.get(key);
      if (block === undefined) this.#blocks.set(key, (block = { id: this.#peerCount++, block: peer.addresses }));
      return block;
    }
    if (peer.type !== "pods") throw new Error(`a peer of type ${peer.type} is not evaluated`);
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
    const namespaces = this.#namespaceMatch(namespaceSelector);
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

function unite(sets: readonly ClassSet[]): ClassSet {
  if (sets.length === 1) return sets[0] as ClassSet;
  return ClassSet.of(unionAll(sets.map((set) => set.boundaries)));
}
