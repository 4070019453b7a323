import { type Direction, type Peer, type PodBox, type Policy, type Rule, directions } from "../model/policy.ts";
import type { Selector } from "../model/selector.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { Weights } from "../reachability/weights.ts";
import type { NamespaceMetrics, PodCounts, PolicyMetrics } from "../answers/policy-metrics.ts";
import { allowingRules } from "../semantics/rules-in-force.ts";
import { type SharedSpec, onceOfSpec } from "../semantics/shared-specs.ts";
import type { WholePolicy } from "../semantics/whole-policies.ts";
import { selectorKey } from "../semantics/canonical-key.ts";

/** Figures about policies beside the complexity score, computed on classes of pods. */
export class MetricsOfPolicies {
  readonly #reachability: Reachability;
  readonly #pods: Weights;

  constructor(reachability: Reachability) {
    this.#reachability = reachability;
    const weights = new Float64Array(reachability.classCount);
    for (const { id, pods } of reachability.pods.classes) weights[id] = pods;
    this.#pods = new Weights(weights);
  }

  /** Of one policy. */
  of(policy: Policy): PolicyMetrics {
    return { ...writtenMetrics(policy), expandedEntries: this.expandedEntries(policy) };
  }

  /** Of a policy as it is written. */
  ofWhole({ policy, parts }: WholePolicy): PolicyMetrics {
    if (parts.length === 1) return this.of(policy);
    const expandedEntries = parts.reduce((sum, part) => sum + this.expandedEntries(part), 0);
    return { ...this.of(policy), expandedEntries };
  }

  /** Of a namespace, from its policies and their figures. */
  ofNamespace(namespace: string, policies: readonly Policy[], figures: readonly PolicyMetrics[]): NamespaceMetrics {
    const total = (key: keyof PolicyMetrics): number => figures.reduce((sum, metrics) => sum + metrics[key], 0);
    return {
      policiesPerPod: this.#policiesPerPod(namespace, policies),
      rules: total("rules"),
      peers: total("peers"),
      distinctSelectors: new Set(policies.flatMap(selectorKeys)).size,
      selectorTerms: total("selectorTerms"),
      namedPorts: total("namedPorts"),
      exceptEntries: total("exceptEntries"),
      expandedEntries: total("expandedEntries"),
    };
  }

  /** Subject pods x peers x ports of a policy. */
  expandedEntries(policy: Policy): number {
    const subjects = this.#pods.ofSet(this.#reachability.subjects(policy));
    if (subjects === 0) return 0;
    let entries = 0;
    for (const direction of directions)
      for (const rule of allowingRules(policy, direction)) entries += this.#entriesOf(rule, policy.namespace ?? "");
    return subjects * entries;
  }

  /** Everyone and every port are one entry; a pod peer is as many as it has pods, an ipBlock as it has CIDRs. */
  #entriesOf({ peers, ports }: Rule, namespace: string): number {
    const ofPeer = (peer: Peer): number =>
      peer.type === "ipBlock"
        ? 1 + peer.except.length
        : peer.type === "pods"
          ? this.#pods.ofSet(this.#reachability.peers.podPeer(peer, namespace).certain)
          : 1;
    const peerEntries = peers === "any" ? 1 : peers.reduce((sum, peer) => sum + ofPeer(peer), 0);
    return peerEntries * (ports === "any" ? 1 : ports.length);
  }

  /** How many policies select a pod: counted over the stretches of classes between which it changes. */
  #policiesPerPod(namespace: string, policies: readonly Policy[]): PodCounts {
    const [first, end] = this.#reachability.pods.ranges.get(namespace) ?? [0, 0];
    const changes = new Float64Array(end - first + 1);
    for (const policy of policies) {
      if (!directions.some((direction: Direction) => policy.isolates[direction])) continue;
      this.#reachability.subjects(policy).boundaries.forEach((boundary, i) => {
        changes[boundary - first] = (changes[boundary - first] as number) + ((i & 1) === 0 ? 1 : -1);
      });
    }
    const podsBy = new Map<number, number>();
    let count = 0;
    for (let id = first; id < end; id++) {
      count += changes[id - first] as number;
      podsBy.set(count, (podsBy.get(count) ?? 0) + this.#pods.of(id));
    }
    return maxAndMedian(podsBy, this.#pods.ofRange(first, end));
  }
}

/** What of the figures of a policy is only counted. */
const writtenMetrics: (policy: SharedSpec) => Omit<PolicyMetrics, "expandedEntries"> = onceOfSpec((policy) => {
  let [rules, peers, namedPorts, exceptEntries] = [0, 0, 0, 0];
  for (const direction of directions)
    for (const rule of policy.rules[direction]) {
      rules++;
      if (rule.ports !== "any") for (const { type } of rule.ports) if (type === "named") namedPorts++;
      if (rule.peers === "any") continue;
      peers += rule.peers.length;
      for (const peer of rule.peers) if (peer.type === "ipBlock") exceptEntries += peer.except.length;
    }
  const distinctSelectors = new Set(selectorKeys(policy)).size;
  return { rules, peers, distinctSelectors, selectorTerms: termsOf(selectorsOf(policy)), namedPorts, exceptEntries };
});

const selectorKeys: (policy: SharedSpec) => readonly string[] = onceOfSpec((policy) =>
  selectorsOf(policy).map(selectorKey),
);

/** Of an even number of pods the upper of the two in the middle, as in the other figures. */
function maxAndMedian(podsBy: ReadonlyMap<number, number>, pods: number): PodCounts {
  const counts = [...podsBy].filter(([, of]) => of > 0).toSorted(([a], [b]) => a - b);
  let passed = 0;
  const median = counts.find(([, of]) => (passed += of) > Math.floor(pods / 2));
  return { max: counts.at(-1)?.[0] ?? 0, median: median?.[0] ?? 0 };
}

/** The selectors of the subject and the peers of a policy, as written. */
export function selectorsOf({ subject, rules }: SharedSpec): readonly Selector[] {
  const selectors: Selector[] = [];
  const add = ({ namespaceSelector, podSelector }: Partial<PodBox>): void => {
    if (namespaceSelector !== undefined) selectors.push(namespaceSelector);
    if (podSelector !== undefined) selectors.push(podSelector);
  };
  add(subject);
  for (const direction of directions)
    for (const { peers } of rules[direction])
      if (peers !== "any") for (const peer of peers) if (peer.type === "pods") add(peer);
  return selectors;
}

/** How many requirements selectors have together. */
export function termsOf(selectors: readonly Selector[]): number {
  return selectors.reduce((sum, { requirements }) => sum + requirements.length, 0);
}
