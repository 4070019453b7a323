import { pushAll } from "../lib/push-all.ts";
import {
  everything,
  type Cluster,
  type ContainerPort,
  type Namespace,
  type PodGroup,
  type Workload,
} from "../model/cluster.ts";
import { directions, type PodPeer, type Policy } from "../model/policy.ts";
import type { Labels, Requirement, Selector } from "../model/selector.ts";
import { selectorKey } from "../semantics/canonical-key.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { matchesRequirement, matchesSelector } from "../semantics/match-selector.ts";
import { exampleLabels } from "../symbolic/selector-questions.ts";
import { unwrittenPod } from "./asked-pods.ts";
import { type PortMark, portMarks } from "./port-marks.ts";

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
  /** The numbers of the ports that they name: each that some egress rule asks for. */
  readonly marks: readonly PortMark[];
}

/** So many different peers are looked at. */
const mostPeers = 5_000;
/** So many combinations of labels that selectors exclude are tried with each peer, and so many pods are made in all, about. */
const mostExcluded = 24;
const mostStandIns = 20_000;
/** Where there are more combinations than this, further labels are not excluded together with these. */
const mostCombinations = 1_000;
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
  const marks = portMarks(cluster.policies);
  const draft = new Draft(cluster, [...peers.values()], marks);
  const of = new Map<string, readonly string[]>();
  for (const pods of peers.values()) {
    const ids = draft.forPeer(pods);
    if (ids.length > 0) of.set(pods.key, ids);
  }
  const anybody = draft.anybody();
  return { cluster: draft.cluster(), of, anybody, marks };
}

function excludedLabels({ key, operator, values }: Requirement): readonly Labels[] {
  if (operator === "DoesNotExist") return [{ [key]: "any" }];
  return operator === "NotIn" ? values.slice(0, 20).map((value) => ({ [key]: value })) : [];
}

/**
 * What selectors exclude, alone and together: a pod that has several of these labels may be one that no selector matches,
 * though each matches pods that have one of them. Nothing excluded comes first.
 */
function excludedTogether(selectors: readonly Selector[], most: number): readonly Labels[] {
  const values = new Map<string, Set<string>>();
  for (const labels of selectors.flatMap(({ requirements }) => requirements.flatMap(excludedLabels)))
    for (const [key, value] of Object.entries(labels)) values.set(key, (values.get(key) ?? new Set()).add(value));
  const combinations: Labels[] = [{}];
  for (const [key, ofKey] of values) {
    if (combinations.length > mostCombinations) break;
    const together = combinations.flatMap((labels) => [...ofKey].map((value) => ({ ...labels, [key]: value })));
    pushAll(combinations, together);
  }
  // Those of one label first: they are what most selectors ask for.
  return combinations.toSorted((x, y) => Object.keys(x).length - Object.keys(y).length).slice(0, most);
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
  readonly #excludedOfNamespaces: readonly Labels[];

  readonly #ports: readonly ContainerPort[];

  constructor(base: Cluster, peers: readonly PeerPods[], marks: readonly PortMark[]) {
    this.#base = base;
    this.#ports = marks.map((mark) => ({ ...mark, sidecar: false }));
    this.#otherOfPods = otherLabels(peers.map(({ podSelector }) => podSelector));
    const most = Math.max(2, Math.min(mostExcluded, Math.floor(Math.sqrt(mostStandIns / (1 + peers.length)))));
    this.#excludedOfPods = excludedTogether(
      peers.map(({ podSelector }) => podSelector),
      most,
    );
    this.#excludedOfNamespaces = excludedTogether(
      peers.map(({ namespaceSelector }) => namespaceSelector),
      most,
    );
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

  /** Pods without any label, with all, and with what selectors exclude. */
  anybody(): readonly string[] {
    return this.forPeer({ key: "", namespaceSelector: everything, podSelector: everything });
  }

  /** Pods that a peer names: one that is nothing else, one that has all other labels, those that others exclude; none where there can be none. */
  forPeer({ namespaceSelector, podSelector }: PeerPods): readonly string[] {
    const labels = exampleLabels(podSelector);
    const example = exampleLabels(namespaceSelector, "namespace");
    if (labels === undefined || example === undefined) return [];
    const namespaces = this.#namespacesOf(namespaceSelector, example).filter((name) =>
      this.#matches(namespaceSelector, name),
    );
    const [bare] = namespaces;
    if (bare === undefined) return [];
    const pods = this.#variants(podSelector, labels, this.#excludedOfPods, this.#otherOfPods);
    return [...new Set(namespaces.flatMap((name) => pods.map((own) => this.pod(name, own))))];
  }

  /** Labels that a selector matches: none but what it asks for, with what others exclude, and each of these with all others. */
  #variants(selector: Selector, example: Labels, excluded: readonly Labels[], others: Labels): readonly Labels[] {
    const bare = excluded.map((one) => ({ ...example, ...one })).filter((labels) => matchesSelector(selector, labels));
    return [...bare, ...bare.map((labels) => filled(labels, others, selector))];
  }

  /** Namespaces that a selector matches: those it names, or ones of no, of all and of excluded labels, and of excluded names. */
  #namespacesOf(selector: Selector, example: Labels): readonly string[] {
    const named = selector.requirements.find(({ key, operator }) => key === namespaceNameLabel && operator === "In");
    if (named !== undefined) {
      const names = named.values.filter((value) => this.#mayMatch(selector, value)).slice(0, mostExcluded);
      return names.map((name) => this.named(name, example));
    }
    const withNames = this.#excludedOfNamespaces.filter((labels) => Object.hasOwn(labels, namespaceNameLabel));
    const names = new Set(withNames.flatMap(({ [namespaceNameLabel]: name }) => name ?? []));
    const unnamed = this.#excludedOfNamespaces.filter((labels) => !withNames.includes(labels));
    return [
      ...this.#variants(selector, example, unnamed, this.#otherOfNamespaces).map((labels) => this.namespace(labels)),
      ...[...names].filter((name) => this.#mustMatch(selector, name)).map((name) => this.named(name, example)),
    ];
  }

  /** Whether a namespace that was made, or that is not fully known, is one of a selector's: each has a name, for one thing. */
  #matches(selector: Selector, name: string): boolean {
    const made = this.#namespaces.get(name);
    return made === undefined ? this.#mayMatch(selector, name) : matchesSelector(selector, made.labels);
  }

  /** The same for certain: a namespace that is not defined has no label but its name. */
  #mustMatch(selector: Selector, name: string): boolean {
    const known = this.#base.namespaces.get(name);
    return known === undefined ? this.#mayMatch(selector, name) : matchesSelector(selector, known.labels);
  }

  #mayMatch(selector: Selector, name: string): boolean {
    const known = this.#base.namespaces.get(name);
    if (known?.declared === true) return matchesSelector(selector, known.labels);
    return selector.requirements.every(
      (requirement) => requirement.key !== namespaceNameLabel || matchesRequirement(requirement, name),
    );
  }

  /** A namespace by its name: that of the input, where it has one. */
  named(name: string, labels: Labels): string {
    if (!this.#base.namespaces.has(name)) this.#add(name, { ...labels, [namespaceNameLabel]: name });
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
    const group: PodGroup = { ...unwrittenPod, labels, ports: this.#ports };
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
