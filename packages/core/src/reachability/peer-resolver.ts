import type { Cluster } from "../model/cluster.ts";
import type { Peer, PodPeer, Policy, Rule } from "../model/policy.ts";
import { type Selector } from "../model/selector.ts";
import { type AddressSet } from "../sets/address-set.ts";
import { intersection, unionAll } from "../sets/interval-set.ts";
import { ClassSet } from "./class-set.ts";
import { LabelIndex } from "./label-index.ts";
import { type NamespaceMatch, NamespaceMatcher } from "./namespace-matcher.ts";
import type { PodClasses } from "./pod-classes.ts";

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

/** Resolves selectors and peers to classes, each distinct one once. */
export class PeerResolver {
  readonly #podClasses: PodClasses;
  readonly #pods = new LabelIndex();
  readonly #namespaces: NamespaceMatcher;
  /** Class range of each namespace, by its position. */
  readonly #ranges: readonly (readonly [number, number])[];
  readonly #selectorKeys = new WeakMap<Selector, string>();
  readonly #namespaceMatches = new Map<string, NamespaceMatch>();
  readonly #localMatches = new Map<string, ClassSet>();
  readonly #everywhereMatches = new Map<string, ClassSet>();
  readonly #podPeers = new Map<string, NamespaceMatch>();
  readonly #resolved = new Map<string, ResolvedPeers>();

  constructor(cluster: Cluster, classes: PodClasses, unknownNamespaceLabels: "unknown" | "absent") {
    this.#podClasses = classes;
    for (let id = 0; id < classes.selectable; id++)
      this.#pods.add((classes.classes[id] as (typeof classes.classes)[number]).labels);
    this.#namespaces = new NamespaceMatcher(cluster, unknownNamespaceLabels);
    this.#ranges = [...classes.ranges.values()];
  }

  /** The classes a policy applies to. */
  subjects(policy: Policy): ClassSet {
    const { namespaceSelector, podSelector } = policy.subject;
    if (namespaceSelector === undefined) return this.#local(policy.namespace ?? "", podSelector);
    return this.#across(namespaceSelector, podSelector).certain;
  }

  /** The peers of a rule of a policy in `namespace`. */
  peers(rule: Rule, namespace: string): ResolvedPeers {
    const { peers } = rule;
    const key =
      peers === "any"
        ? "any"
        : peers
            .map((peer) => this.#peerKey(peer, namespace))
            .toSorted()
            .join("\u0006");
    let resolved = this.#resolved.get(key);
    if (resolved === undefined)
      this.#resolved.set(key, (resolved = this.#resolve(peers, namespace, this.#resolved.size)));
    return resolved;
  }

  /** The pods of one peer, certainly and possibly. */
  podPeer(peer: PodPeer, namespace: string): NamespaceMatch {
    if (peer.namespaceSelector === undefined) {
      const local = this.#local(namespace, peer.podSelector ?? { requirements: [] });
      return { certain: local, possible: local };
    }
    return this.#across(peer.namespaceSelector, peer.podSelector ?? { requirements: [] });
  }

  #resolve(peers: readonly Peer[] | "any", namespace: string, id: number): ResolvedPeers {
    if (peers === "any") return { id, any: true, certain: ClassSet.empty, possible: ClassSet.empty, blocks: [] };
    const matches = peers.flatMap((peer) => (peer.type === "pods" ? [this.podPeer(peer, namespace)] : []));
    const certain = unite(matches.map((match) => match.certain));
    const exact = matches.every((match) => match.certain === match.possible);
    return {
      id,
      any: false,
      certain,
      possible: exact ? certain : unite(matches.map((match) => match.possible)),
      blocks: peers.flatMap((peer) => (peer.type === "ipBlock" ? [peer.addresses] : [])),
    };
  }

  #local(namespace: string, selector: Selector): ClassSet {
    const [first, end] = this.#podClasses.ranges.get(namespace) ?? [0, 0];
    if (first === end) return ClassSet.empty;
    const key = `${namespace}\u0005${this.#key(selector)}`;
    let found = this.#localMatches.get(key);
    if (found === undefined) this.#localMatches.set(key, (found = this.#pods.match(selector, first, end)));
    return found;
  }

  #across(namespaceSelector: Selector, podSelector: Selector): NamespaceMatch {
    const key = `${this.#key(namespaceSelector)}\u0005${this.#key(podSelector)}`;
    let match = this.#podPeers.get(key);
    if (match === undefined) {
      const namespaces = this.#namespaceMatch(namespaceSelector);
      const certain = this.#podsIn(namespaces.certain, podSelector);
      match = {
        certain,
        possible: namespaces.certain === namespaces.possible ? certain : this.#podsIn(namespaces.possible, podSelector),
      };
      this.#podPeers.set(key, match);
    }
    return match;
  }

  #namespaceMatch(selector: Selector): NamespaceMatch {
    const key = this.#key(selector);
    let match = this.#namespaceMatches.get(key);
    if (match === undefined) this.#namespaceMatches.set(key, (match = this.#namespaces.match(selector)));
    return match;
  }

  #podsIn(namespaces: ClassSet, podSelector: Selector): ClassSet {
    if (namespaces.size === 0) return ClassSet.empty;
    const { boundaries } = namespaces;
    if (namespaces.size === 1) {
      const [first, end] = this.#rangeOf(boundaries[0] as number);
      return podSelector.requirements.length === 0
        ? ClassSet.of(first < end ? [first, end] : [])
        : this.#pods.match(podSelector, first, end);
    }
    const ranges: number[] = [];
    for (let i = 0; i < boundaries.length; i += 2) {
      const first = this.#rangeOf(boundaries[i] as number)[0];
      const end = this.#rangeOf((boundaries[i + 1] as number) - 1)[1];
      if (ranges[ranges.length - 1] === first) ranges[ranges.length - 1] = end;
      else if (first < end) ranges.push(first, end);
    }
    if (podSelector.requirements.length === 0) return ClassSet.of(ranges);
    const everywhere = this.#everywhere(podSelector);
    return ClassSet.of(intersection(everywhere.boundaries, ranges));
  }

  #everywhere(selector: Selector): ClassSet {
    const key = this.#key(selector);
    let found = this.#everywhereMatches.get(key);
    if (found === undefined)
      this.#everywhereMatches.set(key, (found = this.#pods.match(selector, 0, this.#podClasses.selectable)));
    return found;
  }

  #rangeOf(position: number): readonly [number, number] {
    return this.#ranges[position] ?? [0, 0];
  }

  #peerKey(peer: Peer, namespace: string): string {
    if (peer.type === "ipBlock") return `b${peer.cidr}-${peer.except.join("-")}`;
    const pods = peer.podSelector === undefined ? "" : this.#key(peer.podSelector);
    if (peer.namespaceSelector === undefined) return `l${namespace}\u0005${pods}`;
    return `n${this.#key(peer.namespaceSelector)}\u0005${pods}`;
  }

  /** Equal for selectors with the same requirements, however they are written. */
  #key(selector: Selector): string {
    if (selector.requirements.length === 0) return "";
    let key = this.#selectorKeys.get(selector);
    if (key === undefined) {
      const parts = selector.requirements.map(
        ({ key: label, operator, values }) =>
          `${label}\u0001${operator}\u0001${values.length > 1 ? values.toSorted().join("\u0002") : (values[0] ?? "")}`,
      );
      key = parts.length === 1 ? (parts[0] as string) : parts.toSorted().join("\u0003");
      this.#selectorKeys.set(selector, key);
    }
    return key;
  }
}

function unite(sets: readonly ClassSet[]): ClassSet {
  if (sets.length === 1) return sets[0] as ClassSet;
  return ClassSet.of(unionAll(sets.map((set) => set.boundaries)));
}
