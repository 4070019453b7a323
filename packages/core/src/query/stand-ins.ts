import { everything, type Cluster, type Namespace, type PodGroup, type Workload } from "../model/cluster.ts";
import { directions, type PodPeer, type Policy } from "../model/policy.ts";
import type { Labels, Requirement, Selector } from "../model/selector.ts";
import { selectorKey } from "../semantics/canonical-key.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { matchesSelector } from "../semantics/match-selector.ts";
import { exampleLabels } from "../symbolic/selector-questions.ts";
import { unwrittenPod } from "./asked-pods.ts";

/** Pods that some peer names: those of a podSelector in the namespaces of a namespaceSelector. */
export interface PeerPods {
  readonly key: string;
  readonly namespaceSelector: Selector;
  readonly podSelector: Selector;
}

/** A cluster with pods that stand for all that could be there. */
export interface StandIns {
  readonly cluster: Cluster;
  /**
   * The ids of the workloads that stand for the pods of a peer: one that has nothing else that a policy could look for, one
   * that has all else, of values that no policy names, and those that other selectors exclude. What all of them may, all pods
   * of the peer may.
   */
  readonly of: ReadonlyMap<string, readonly string[]>;
  /** A pod without labels in a namespace without labels, one with all, and pods that have what some selector does not want. */
  readonly anybody: readonly string[];
}

/** So many different peers are looked at. */
const mostPeers = 5_000;
/** So many labels that selectors exclude are tried with each peer. */
const mostExcluded = 12;
const kind = "stand-in";

/** Whether a workload is one that stands for others. */
export function isStandIn(workload: Workload): boolean {
  return workload.kind === kind;
}

/** The pods that a peer names; undefined where it names no pods, or only those at some addresses. */
export function peerPods(peer: PodPeer, policy: Policy): PeerPods | undefined {
  if (peer.within !== undefined) return undefined;
  const namespaceSelector = peer.namespaceSelector ?? namedNamespace(policy.namespace ?? "");
  const { podSelector = everything } = peer;
  return { key: `${selectorKey(namespaceSelector)}\u0004${selectorKey(podSelector)}`, namespaceSelector, podSelector };
}

function namedNamespace(name: string): Selector {
  return { requirements: [{ key: namespaceNameLabel, operator: "In", values: [name], from: "matchLabels" }] };
}

/** Adds the pods that stand for all that could be there. They change nothing for the pods that are. */
export function withStandIns(cluster: Cluster): StandIns {
  const peers = new Map<string, PeerPods>();
  for (const policy of cluster.policies)
    for (const direction of directions)
      for (const { peers: ofRule } of policy.rules[direction])
        for (const peer of ofRule === "any" ? [] : ofRule) {
          const pods = peer.type === "pods" ? peerPods(peer, policy) : undefined;
          if (pods !== undefined && peers.size < mostPeers) peers.set(pods.key, pods);
        }
  const draft = new Draft(cluster, [...peers.values()]);
  const of = new Map<string, readonly string[]>();
  for (const pods of peers.values()) {
    const ids = draft.forPeer(pods);
    if (ids.length > 0) of.set(pods.key, ids);
  }
  const anybody = [...draft.anybody(), ...unwanted([...peers.values()], draft)];
  return { cluster: draft.cluster(), of, anybody: [...new Set(anybody)] };
}

/** Pods that have the labels which some selector excludes. */
function unwanted(peers: readonly PeerPods[], draft: Draft): readonly string[] {
  const excluded = ({ requirements }: Selector): readonly Labels[] => requirements.flatMap(excludedLabels);
  return peers.flatMap(({ namespaceSelector, podSelector }) => [
    ...excluded(podSelector).map((labels) => draft.pod(draft.namespace({}), labels)),
    ...excluded(namespaceSelector)
      .filter((labels) => !Object.hasOwn(labels, namespaceNameLabel))
      .map((labels) => draft.pod(draft.namespace(labels), {})),
  ]);
}

function excludedLabels({ key, operator, values }: Requirement): readonly Labels[] {
  if (operator === "DoesNotExist") return [{ [key]: "any" }];
  return operator === "NotIn" ? values.slice(0, 20).map((value) => ({ [key]: value })) : [];
}

/** A value that no selector is likely to name. */
const otherValue = "some-other-value";

/** All keys that some selectors look at, with a value that none of them names. */
function otherLabels(selectors: readonly Selector[]): Labels {
  const keys = new Set(selectors.flatMap(({ requirements }) => requirements.map(({ key }) => key)));
  keys.delete(namespaceNameLabel);
  return Object.fromEntries([...keys].map((key) => [key, otherValue]));
}

class Draft {
  readonly #base: Cluster;
  readonly #namespaces = new Map<string, Namespace>();
  readonly #workloads = new Map<string, Workload>();
  readonly #otherOfPods: Labels;
  readonly #otherOfNamespaces: Labels;
  readonly #excludedOfPods: readonly Labels[];

  constructor(base: Cluster, peers: readonly PeerPods[]) {
    this.#base = base;
    this.#otherOfPods = otherLabels(peers.map(({ podSelector }) => podSelector));
    const excluded = peers.flatMap(({ podSelector }) => podSelector.requirements.flatMap(excludedLabels));
    const distinct = new Map(excluded.map((labels) => [JSON.stringify(labels), labels]));
    this.#excludedOfPods = [...distinct.values()].slice(0, mostExcluded);
    this.#otherOfNamespaces = otherLabels(peers.map(({ namespaceSelector }) => namespaceSelector));
  }

  cluster(): Cluster {
    const namespaces = [...this.#base.namespaces, ...this.#namespaces].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return {
      ...this.#base,
      namespaces: new Map(namespaces),
      workloads: [...this.#base.workloads, ...this.#workloads.values()],
    };
  }

  /** Pods without any label, and with all. */
  anybody(): readonly string[] {
    return [this.pod(this.namespace({}), {}), this.pod(this.namespace(this.#otherOfNamespaces), this.#otherOfPods)];
  }

  /** Pods that a peer names: one that is nothing else, and one that has all other labels; none where there can be none. */
  forPeer({ namespaceSelector, podSelector }: PeerPods): readonly string[] {
    const labels = exampleLabels(podSelector);
    const example = exampleLabels(namespaceSelector, "namespace");
    if (labels === undefined || example === undefined) return [];
    const more = filled(labels, this.#otherOfPods, podSelector);
    const moreOfNamespace = filled(example, this.#otherOfNamespaces, namespaceSelector);
    const bare = this.#namespaceOf(namespaceSelector, example);
    const full = this.#namespaceOf(namespaceSelector, moreOfNamespace);
    if (bare === undefined || full === undefined) return [];
    const excluded = this.#excludedOfPods.flatMap((one) => {
      const own = { ...labels, ...one };
      return matchesSelector(podSelector, own) ? [this.pod(bare, own)] : [];
    });
    return [this.pod(bare, labels), this.pod(full, more), ...excluded];
  }

  #namespaceOf(selector: Selector, example: Labels): string | undefined {
    const named = selector.requirements.find(({ key, operator }) => key === namespaceNameLabel && operator === "In");
    if (named === undefined) return this.namespace(example);
    const name = named.values.find((value) => {
      const known = this.#base.namespaces.get(value);
      return known === undefined || !known.declared || matchesSelector(selector, known.labels);
    });
    if (name === undefined) return undefined;
    if (!this.#base.namespaces.has(name)) this.#add(name, { ...example, [namespaceNameLabel]: name });
    return name;
  }

  /** A namespace that is not in the input, with these labels and its name. */
  namespace(labels: Labels): string {
    const { [namespaceNameLabel]: _, ...own } = labels;
    const name = `some namespace ${JSON.stringify(own)}`;
    this.#add(name, { ...own, [namespaceNameLabel]: name });
    return name;
  }

  #add(name: string, labels: Labels): void {
    if (!this.#namespaces.has(name)) this.#namespaces.set(name, { name, declared: true, labels, annotations: {} });
  }

  pod(namespace: string, labels: Labels): string {
    const id = `${namespace}/${JSON.stringify(labels)}[${kind}]`;
    if (this.#workloads.has(id)) return id;
    const group: PodGroup = { ...unwrittenPod, labels };
    const ref = { apiVersion: "v1", kind, namespace, name: id };
    this.#workloads.set(id, {
      id,
      namespace,
      name: id,
      kind,
      ref,
      mayHaveTwoPods: true,
      groups: [group],
      origin: group.origin,
    });
    return id;
  }
}

/** Labels and all others that a selector does not mind. */
function filled(labels: Labels, others: Labels, selector: Selector): Labels {
  const result: Record<string, string> = { ...labels };
  for (const [key, value] of Object.entries(others))
    if (!Object.hasOwn(result, key) && matchesSelector(selector, { ...result, [key]: value })) result[key] = value;
  return result;
}
