import { groupBy } from "../lib/group-by.ts";
import { type Stopwatch, timed } from "../lib/stopwatch.ts";
import type { Cluster, Namespace, Workload } from "../model/cluster.ts";
import type { Direction, Policy } from "../model/policy.ts";
import type { Selector } from "../model/selector.ts";
import { type ClassId, ClassSet } from "../reachability/class-set.ts";
import { LabelIndex } from "../reachability/label-index.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { askedFor } from "../reachability/reserved-classes.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { type PoliciesBySaid, type Said, bySaid } from "../semantics/shared-specs.ts";
import { Budget } from "../symbolic/budget.ts";
import { clusterSpace } from "../symbolic/cluster-space.ts";
import type { PolicySpace } from "../symbolic/policy-space.ts";
import { type RuleSettings, defaultRuleSettings } from "./settings.ts";
import type { Doubts } from "./support/one-defect.ts";
import { WorkloadCensus } from "./support/workload-census.ts";
import { PodLabels } from "./support/pod-labels.ts";

/** A namespace with what is in it. */
export interface NamespaceFacts {
  readonly name: string;
  readonly namespace: Namespace;
  /** The NetworkPolicies, in the cluster's order. */
  readonly policies: readonly Policy[];
  /** These, and what is one union with them: the CiliumNetworkPolicies of the namespace. */
  readonly union: readonly Policy[];
  /** Those of Calico, which are asked in an order. */
  readonly calico: readonly Policy[];
  /** All workloads, those on the node's network included. */
  readonly workloads: readonly Workload[];
  /** The classes of pods that policies can select. */
  readonly classes: ClassSet;
}

/** Where policies of one union select pods: a namespace; without a name the whole cluster, for policies of no namespace. */
export interface PolicyScope extends Pick<NamespaceFacts, "union" | "calico" | "workloads"> {
  readonly name?: string;
}

/** Workloads as findings list them. */
export interface AffectedWorkloads {
  /** Sorted, the first hundred. */
  readonly ids: readonly string[];
  readonly count: number;
}

const listedWorkloads = 100;
/** Of more classes than this the workloads are counted by number. */
const manyClasses = 256;
const stepsForHints = 3_000_000;
const none: AffectedWorkloads = { ids: [], count: 0 };

/** What rules are given beside the relation. */
export interface ContextOptions {
  /** The policies to look at; the relation is that of all. Default: all. */
  readonly policies?: readonly Policy[];
  /** Default: one of its own. */
  readonly space?: PolicySpace;
  /** Takes the time of each rule. */
  readonly stopwatch?: Stopwatch | undefined;
}

/** What rules ask of a cluster, each answer computed once. Rules work on classes of pods, never pod by pod. */
export class RuleContext {
  readonly cluster: Cluster;
  readonly reachability: Reachability;
  readonly settings: RuleSettings;
  readonly namespaces: readonly NamespaceFacts[];
  /** Those of Kubernetes, in the cluster's order: most rules are about them. */
  readonly networkPolicies: readonly Policy[];
  /** Those of other kinds: no NetworkPolicy denies, limits requests or speaks of names. */
  readonly otherPolicies: readonly Policy[];
  /** These of Kubernetes, and what is one union with them, of every namespace and of none: policies of Cilium. */
  readonly unionPolicies: readonly Policy[];
  /** Those of the union without NetworkPolicies. */
  readonly othersOfUnion: readonly Policy[];
  /** The namespaces, and the cluster where such policies are of no namespace: every one of them is in one of these. */
  readonly scopes: readonly PolicyScope[];
  /** The labels of all pod templates as they are written. */
  readonly podLabels: PodLabels;
  /** Where all that rules prove about policies is proved. */
  readonly space: PolicySpace;
  /** For proofs: all rules share it, so that hostile input cannot hold them up. */
  readonly budget: Budget = new Budget();
  /** For hints in messages, which may be left out. */
  readonly hints: Budget = new Budget(stepsForHints);
  /** What was found so far that makes it doubtful whether a policy is what was meant. */
  doubts: Doubts = new Map();
  readonly stopwatch: Stopwatch | undefined;
  readonly #byName: ReadonlyMap<string, NamespaceFacts>;
  readonly #open = new Map<string, ClassSet>();
  readonly #affected = new WeakMap<ClassSet, AffectedWorkloads>();
  readonly #derived = new Map<unknown, unknown>();
  readonly #bySaid = new Map<readonly Policy[], PoliciesBySaid>();

  constructor(
    reachability: Reachability,
    settings: RuleSettings = defaultRuleSettings,
    { policies: asked = reachability.cluster.policies, space, stopwatch }: ContextOptions = {},
  ) {
    const cluster = { ...reachability.cluster, policies: asked };
    this.stopwatch = stopwatch;
    this.space = space ?? clusterSpace(cluster, reachability.options.assumptions);
    this.cluster = cluster;
    this.reachability = reachability;
    this.settings = settings;
    this.otherPolicies = cluster.policies.filter((policy) => !isNetworkPolicy(policy));
    this.othersOfUnion = this.otherPolicies.filter(isOfUnion);
    // The same list where it is of the same policies: what is known of it is known of both.
    this.networkPolicies =
      this.otherPolicies.length === 0 ? cluster.policies : cluster.policies.filter(isNetworkPolicy);
    const policies = groupBy(this.networkPolicies, (policy) => policy.namespace);
    this.unionPolicies =
      this.othersOfUnion.length === 0 ? this.networkPolicies : [...this.networkPolicies, ...this.othersOfUnion];
    const others = groupBy(this.othersOfUnion, (policy) => policy.namespace);
    const calico = groupBy(
      this.otherPolicies.filter((policy) => policy.calico !== undefined),
      (policy) => policy.namespace,
    );
    const workloads = groupBy(cluster.workloads, (workload) => workload.namespace);
    this.namespaces = [...cluster.namespaces.values()].map((namespace) => ({
      name: namespace.name,
      namespace,
      policies: policies.get(namespace.name) ?? [],
      union: [...(policies.get(namespace.name) ?? []), ...(others.get(namespace.name) ?? [])],
      calico: calico.get(namespace.name) ?? [],
      workloads: workloads.get(namespace.name) ?? [],
      classes: ClassSet.of(nonEmpty(reachability.pods.ranges.get(namespace.name))),
    }));
    const wide = { union: others.get(undefined) ?? [], calico: calico.get(undefined) ?? [] };
    this.scopes =
      wide.union.length + wide.calico.length === 0
        ? this.namespaces
        : [...this.namespaces, { ...wide, workloads: cluster.workloads }];
    this.#byName = new Map(this.namespaces.map((facts) => [facts.name, facts]));
    this.podLabels = new PodLabels(cluster, reachability.options.assumptions);
  }

  /** Does what is more proving than looking: its time is told apart. */
  prove<T>(work: () => T): T {
    return timed(this.stopwatch, "symbolic", work);
  }

  /** The namespace of a name; undefined when nothing of the input is in it. */
  namespace(name: string): NamespaceFacts | undefined {
    return this.#byName.get(name);
  }

  /** The namespaces whose labels, as far as they are known, a selector matches. */
  namespacesMatching(selector: Selector): readonly NamespaceFacts[] {
    const ids = this.once(indexNamespaces).match(selector, 0, this.namespaces.length).toArray();
    return ids.flatMap((id) => this.namespaces[id] ?? []);
  }

  /**
   * Those of some policies, in their order, for which a test of what they say holds. It is asked once of all that are
   * written alike: where it fails for most, rules look at the others only.
   */
  policiesWhere(policies: readonly Policy[], test: (said: Said) => boolean): readonly Policy[] {
    let known = this.#bySaid.get(policies);
    if (known === undefined) this.#bySaid.set(policies, (known = bySaid(policies)));
    const holds = known.said.map(test);
    const { of } = known;
    return holds.includes(true) ? policies.filter((_, i) => holds[of[i] as number]) : []; // `of` is as long as they are
  }

  /** The classes of pods that a policy selects. */
  subjectsOf(policy: Policy): ClassSet {
    return this.reachability.subjects(policy);
  }

  /** The classes of a namespace that certainly no policy isolates in a direction. */
  openClasses(facts: NamespaceFacts, direction: Direction): ClassSet {
    const key = `${direction}/${facts.name}`;
    let open = this.#open.get(key);
    if (open === undefined) {
      const ids = facts.classes.toArray();
      open = ClassSet.fromSorted(ids.filter((id) => !this.reachability.isIsolated(id, direction, "possible")));
      this.#open.set(key, open);
    }
    return open;
  }

  /** The workloads that have pods in the classes. */
  workloadsOf(classes: ClassSet): AffectedWorkloads {
    if (classes.size === 0) return none;
    let affected = this.#affected.get(classes);
    if (affected === undefined) {
      affected = classes.size > manyClasses ? this.once(makeCensus).of(classes) : this.#workloadsOfFew(classes);
      this.#affected.set(classes, affected);
    }
    return affected;
  }

  #workloadsOfFew(classes: ClassSet): AffectedWorkloads {
    const ids = new Set<string>();
    classes.forEach((id) => {
      for (const { workload } of this.reachability.podClass(id)?.members ?? []) ids.add(workload.id);
    });
    return listWorkloads(ids);
  }

  /** What several rules need and one computes: `make` runs once per context. */
  once<T>(make: (context: RuleContext) => T): T {
    let made = this.#derived.get(make);
    if (made === undefined) {
      made = make(this);
      this.#derived.set(make, made);
    }
    return made as T; // stored under the very function that made it
  }
}

/** Whether a policy that is no NetworkPolicy is in one union with them. One for an identity of Cilium that is no pod is not. */
function isOfUnion(policy: Policy): boolean {
  if (policy.tier.decides !== "deny-wins" || isNetworkPolicy(policy)) return false;
  return askedFor(policy.subject.podSelector).length === 0;
}

function makeCensus({ reachability }: RuleContext): WorkloadCensus {
  return new WorkloadCensus(reachability.pods.classes, listedWorkloads);
}

function indexNamespaces({ namespaces }: RuleContext): LabelIndex {
  const index = new LabelIndex();
  for (const { namespace } of namespaces) index.add(namespace.labels);
  return index;
}

/** Workload ids as findings list them. */
export function listWorkloads(ids: Iterable<string>): AffectedWorkloads {
  const sorted = [...ids].toSorted();
  return { ids: sorted.slice(0, listedWorkloads), count: sorted.length };
}

function nonEmpty(range: readonly [ClassId, ClassId] | undefined): readonly ClassId[] {
  return range === undefined || range[0] === range[1] ? [] : range;
}
