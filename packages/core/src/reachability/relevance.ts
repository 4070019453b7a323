import type { PodGroup } from "../model/cluster.ts";
import { type ControllerLabel, mayHaveValue, replicaWith } from "../model/controller-labels.ts";
import { type Peer, type Policy, type PodBox, directions } from "../model/policy.ts";
import type { Labels, Selector } from "../model/selector.ts";
import { isLabelValue } from "../semantics/names.ts";
import type { OpenValues } from "../semantics/match-selector.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { bySaid } from "../semantics/shared-specs.ts";
import { networkPolicyTier } from "../semantics/tiers.ts";
import { textTestOf } from "../semantics/text-test.ts";
import { notUnderstood } from "../semantics/understood-policies.ts";

/** By label key what selectors ask of it. Of a value that none names it only counts that there is one, unless parts are asked for. */
type KeyTests = Map<string, { readonly values: Set<string>; ofParts: boolean }>;

/** Stands for every value that no selector names. Not a legal label value, so it clashes with none. */
const otherValue = "\u0000";

/** What selectors can see of the labels of some pods of a group. */
export interface SeenLabels {
  /** By key in code-unit order. */
  readonly labels: Labels;
  /** Labels of unknown value, with the values that some selector names and that they may have. */
  readonly open: ReadonlyMap<string, SeenValues>;
  readonly pods: number;
  /** One replica by its number, of which there are never two. */
  readonly isReplica?: true;
}

/** The values that a label of unknown value may have, of those that some selector names. */
class SeenValues implements OpenValues {
  readonly values: ReadonlySet<string>;
  readonly mayBeAbsent: boolean;

  constructor(values: Iterable<string>, mayBeAbsent: boolean) {
    this.values = new Set(values);
    this.mayBeAbsent = mayBeAbsent;
  }

  has(value: string): boolean {
    return this.values.has(value);
  }
}

const noOpenLabels: SeenLabels["open"] = new Map();

/**
 * What policies can see of a pod. Labels that no selector looks at do not exist for the engine: pod-template-hash
 * and the names of StatefulSet pods vanish by themselves.
 */
export class Relevance {
  readonly #everywhere: KeyTests = new Map();
  readonly #local = new Map<string, KeyTests>();
  readonly #closedWorld: boolean;
  /** Port names that some rule uses, as `protocol/name`. */
  readonly portNames: Set<string> = new Set();
  /** Whether some rule matches pods by their addresses, whatever the assumption about ipBlocks. */
  seesAddressesOfPods = false;
  /** Whether some rule has an ipBlock. */
  seesAddresses = false;
  /** Whether some policy does more than NetworkPolicies do. */
  isOrdered = false;

  /** `unknownLabels`: whether labels of what the input does not define are unknown, or absent. */
  constructor(policies: readonly Policy[], unknownLabels: "unknown" | "absent") {
    this.#closedWorld = unknownLabels === "absent";
    const { said, of } = bySaid(policies);
    const selectors = said.map((policy) => this.#addSaid(policy));
    policies.forEach(({ namespace }, i) => {
      const tests = this.#testsOf(namespace);
      for (const selector of selectors[of[i] as number] ?? []) addTests(tests, selector);
    });
  }

  /** Adds what is the same for whichever namespace; gives the selectors that are asked of pods of the policy's own. */
  #addSaid(policy: Policy): readonly Selector[] {
    const local: Selector[] = [];
    this.isOrdered ||= policy.tier !== networkPolicyTier || notUnderstood(policy) !== undefined;
    this.#addBox(policy.subject, local);
    for (const box of policy.subject.or ?? []) this.#addBox(box, local);
    for (const direction of directions) {
      for (const { peers, ports, exceptPorts = [] } of decidingRules(policy, direction)) {
        for (const port of exceptPorts) if (port.type === "named") this.portNames.add(`${port.protocol}/${port.name}`);
        if (ports !== "any") {
          for (const port of ports) if (port.type === "named") this.portNames.add(`${port.protocol}/${port.name}`);
        }
        if (peers !== "any") for (const peer of peers) this.#addPeer(peer, local);
      }
    }
    return local;
  }

  #addBox({ namespaceSelector, podSelector, within }: Partial<PodBox>, local: Selector[] | "all pods"): void {
    this.seesAddressesOfPods ||= within !== undefined;
    if (podSelector === undefined) return;
    if (local === "all pods" || namespaceSelector !== undefined) addTests(this.#everywhere, podSelector);
    else local.push(podSelector);
  }

  #addPeer(peer: Peer, local: Selector[]): void {
    if (peer.type === "pods") this.#addBox(peer, local);
    else if (peer.type === "oldForm") this.#addBox(peer, "all pods");
    else if (peer.type !== "ipBlock") this.seesAddressesOfPods ||= peer.type !== "nodes";
    else this.seesAddresses = true;
  }

  #testsOf(namespace: string | undefined): KeyTests {
    if (namespace === undefined) return this.#everywhere;
    let tests = this.#local.get(namespace);
    if (tests === undefined) this.#local.set(namespace, (tests = new Map()));
    return tests;
  }

  /**
   * The labels that matter of the pods of a group in `namespace`. Equal results cannot be told apart by any selector.
   * Several where replicas differ in a label and a selector looks at it.
   */
  project(group: PodGroup, namespace: string): readonly SeenLabels[] {
    const { controllerLabels = noControllerLabels, unknownLabels } = group;
    const local = this.#local.get(namespace);
    const tested = controllerLabels.filter(({ key }) => this.#everywhere.has(key) || local?.has(key) === true);
    const unknown = unknownLabels === undefined ? noKeys : this.#unknownKeys(group, unknownLabels, local);
    if (tested.length + unknown.length === 0) {
      return [{ labels: this.#projectKnown(group.labels, local), open: noOpenLabels, pods: group.pods }];
    }
    return this.#projectOpen(group, tested, unknown, local);
  }

  /** The keys that selectors look at and of which nothing is known. */
  #unknownKeys({ labels }: PodGroup, prefix: string, local: KeyTests | undefined): readonly string[] {
    if (this.#closedWorld) return noKeys;
    const keys = new Set([...this.#everywhere.keys(), ...(local?.keys() ?? [])]);
    return [...keys].filter((key) => key.startsWith(prefix) && !Object.hasOwn(labels, key)).toSorted();
  }

  #projectOpen(
    { labels, pods }: PodGroup,
    tested: readonly ControllerLabel[],
    unknown: readonly string[],
    local: KeyTests | undefined,
  ): readonly SeenLabels[] {
    const open = new Map<string, SeenValues>();
    const known: Record<string, string> = { ...labels };
    for (const label of tested) {
      known[label.key] = otherValue;
      if (label.replicas !== undefined) continue;
      const values = this.#namedValues(label.key, local).filter(
        (value) => mayHaveValue(label, value) && isLabelValue(value),
      );
      if (values.length > 0 || this.#asksForParts(label.key, local)) {
        open.set(label.key, new SeenValues(values, false));
        delete known[label.key];
      }
    }
    for (const key of unknown) open.set(key, new SeenValues(this.#namedValues(key, local).filter(isLabelValue), true));
    return this.#replicas(tested, pods, local).map(({ own, ...part }) => ({
      labels: this.#projectKnown({ ...known, ...own }, local),
      open: open.size === 0 ? noOpenLabels : open,
      ...part,
    }));
  }

  /** The replicas that some selector names, one by one, and the others together. */
  #replicas(tested: readonly ControllerLabel[], pods: number, local: KeyTests | undefined): readonly Replicas[] {
    const numbered = tested.filter(({ replicas }) => replicas !== undefined);
    const named = new Set<number>();
    for (const label of numbered) {
      for (const value of this.#namedValues(label.key, local)) {
        const replica = replicaWith(label, value);
        if (replica !== undefined) named.add(replica);
      }
    }
    const total = Math.max(0, ...numbered.map(({ replicas }) => replicas?.count ?? 0));
    const parts: Replicas[] = [...named]
      .toSorted((a, b) => a - b)
      .map((replica, i) => ({
        own: Object.fromEntries(numbered.map(({ key, prefix }) => [key, `${prefix}${replica}`])),
        pods: i < pods ? 1 : 0,
        isReplica: true,
      }));
    if (named.size >= total && named.size > 0) return parts;
    return [...parts, { own: {}, pods: Math.max(0, pods - named.size) }];
  }

  #namedValues(key: string, local: KeyTests | undefined): readonly string[] {
    return [...new Set([...(this.#everywhere.get(key)?.values ?? []), ...(local?.get(key)?.values ?? [])])].toSorted();
  }

  #asksForParts(key: string, local: KeyTests | undefined): boolean {
    return this.#everywhere.get(key)?.ofParts === true || local?.get(key)?.ofParts === true;
  }

  #projectKnown(labels: Labels, local: KeyTests | undefined): Labels {
    const projected: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const key of Object.keys(labels).toSorted()) {
      const everywhere = this.#everywhere.get(key);
      const here = local?.get(key);
      if (everywhere === undefined && here === undefined) continue;
      const value = labels[key] as string;
      const tests = [everywhere, here].filter((each) => each !== undefined);
      projected[key] = tests.some(({ values, ofParts }) => ofParts || values.has(value)) ? value : otherValue;
    }
    return projected;
  }
}

const noKeys: readonly string[] = [];
const noControllerLabels: readonly ControllerLabel[] = [];

/** Replicas with the labels in which they differ from the others. */
interface Replicas extends Pick<SeenLabels, "pods" | "isReplica"> {
  readonly own: Labels;
}

function addTests(tests: KeyTests, selector: Selector): void {
  for (const requirement of selector.requirements) {
    const { key, values } = requirement;
    let test = tests.get(key);
    if (test === undefined) tests.set(key, (test = { values: new Set(), ofParts: false }));
    if (textTestOf(requirement) !== undefined) test.ofParts = true;
    else for (const value of values) test.values.add(value);
  }
}
