import { checkCluster } from "../lib/check-argument.ts";
import { basisOf } from "./basis-of.ts";
import { compareStrings } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { NamespaceProof, Proof, ProofCounterexample, ProofSide, ProofVerdict } from "../answers/proof.ts";
import { apiVersion } from "../answers/api-version.ts";
import { comparePolicies, hasTiers } from "../symbolic/compare-policies.ts";
import { compareTiers } from "../symbolic/compare-tiers.ts";
import { type Comparison, combinedVerdict } from "../symbolic/comparison.ts";
import type { Counterexample } from "../symbolic/counterexample.ts";
import { describeCounterexample } from "../symbolic/describe-example.ts";
import { sayKey } from "../semantics/canonical-key.ts";
import { otherClusters } from "../semantics/cilium-clusters.ts";
import { assumptionsOfState } from "../semantics/dataplane.ts";
import { policiesForNodes } from "../semantics/implied-policies.ts";
import { underAssumptions } from "../semantics/under-assumptions.ts";
import type { ProofOptions } from "../symbolic/proof-options.ts";
import { defaultProofSteps, policiesInScope, type ProofTask, type ProveOptions, proofTask } from "./prove-options.ts";
import { stoppable } from "../lib/stoppable.ts";

const defaultLimit = 10;

/** No namespace may use up the budget of all: one in four is a lot. */
const shareOfNamespace = 0.25;

/**
 * Compares the policies of two clusters for every pod, namespace, label, address and packet that could exist. Nothing of
 * the pods that do exist matters. See docs/proofs.md for what a verdict claims.
 */
export function proveClusters(before: Cluster, after: Cluster, options: ProveOptions = {}): Proof {
  for (const cluster of [before, after]) checkCluster("proveClusters", cluster);
  return stoppable(options.signal, () => proofOf(before, after, options));
}

function proofOf(before: Cluster, after: Cluster, options: ProveOptions): Proof {
  const task = proofTask(after, options, before);
  const { basis } = task;
  const sides = { before: byNamespace(before, options, task), after: byNamespace(after, options, task) };
  const examples = new Examples(options.limit ?? defaultLimit);
  const inTiers = hasTiers(before.policies) || hasTiers(after.policies);
  const found = inTiers
    ? asWhole(sides, { ...task, limit: examples.limit })
    : namespaceByNamespace(sides, task, options);
  for (const comparison of found.comparisons) examples.add(comparison);
  const open = [
    ...differingForNodes(before, after, basis.assumptions),
    ...differingSettings(before, after, options, basis.assumptions),
  ];
  return {
    apiVersion,
    kind: "Proof",
    // Of nodes, and of how a data plane is set, nothing is proved: where that differs, the whole is open.
    verdict: open.length === 0 || found.verdict === "incomparable" ? found.verdict : "undecided",
    counterexamples: examples.all(),
    namespaces: found.namespaces,
    undecided: [...new Set([...found.comparisons.flatMap(({ undecided }) => undecided), ...open])],
    ...basis,
    before: sideOf(before, basis.assumptions, sides.before),
    after: sideOf(after, basis.assumptions, sides.after),
  };
}

/** The policies for nodes that say something else on the two sides, as reasons. */
function differingForNodes(before: Cluster, after: Cluster, assumptions: Assumptions): readonly string[] {
  const [was, is] = [before, after].map((cluster) => {
    const all = policiesForNodes(underAssumptions(cluster, assumptions));
    return new Map(all.map((policy) => [sayKey(policy), policy.name]));
  }) as [Map<string, string>, Map<string, string>]; // one for each
  const names = [...was, ...is].flatMap(([key, name]) => (was.has(key) && is.has(key) ? [] : [name]));
  return [...new Set(names)]
    .toSorted(compareStrings)
    .map((name) => `CiliumClusterwideNetworkPolicy ${name} selects nodes: proofs are about pods`);
}

/** What is set in the data plane, beside policies, and not alike on the two sides, as reasons. */
function differingSettings(
  before: Cluster,
  after: Cluster,
  { assumptions: given }: ProveOptions,
  shared: Assumptions,
): readonly string[] {
  const [was, is] = [before, after].map((side) => assumptionsOfState(given, side, shared)) as [
    Assumptions,
    Assumptions,
  ]; // one for each
  // Without pods of other clusters the name of the own one makes no difference.
  const isMesh = [before, after].some(
    ({ workloads }, i) => otherClusters(workloads, (i === 0 ? was : is).ciliumClusterName).length > 0,
  );
  return (["ciliumEnforcement", "ciliumAllowLocalhost", "ciliumClusterName"] as const)
    .filter((key) => was[key] !== is[key] && (key !== "ciliumClusterName" || isMesh))
    .map(
      (key) =>
        `${key} is ${was[key]} before and ${is[key]} after, by what the inputs tell of Cilium: proofs are about policies under the same settings (--assume ${key}=${is[key]} compares them so)`,
    );
}

interface Found {
  readonly verdict: ProofVerdict;
  readonly namespaces: readonly NamespaceProof[];
  readonly comparisons: readonly Comparison[];
}

/** NetworkPolicies of different namespaces speak of different pods. */
function namespaceByNamespace(sides: Sides, task: ProofTask, options: ProveOptions): Found {
  const { budget } = task;
  const names = [...new Set([...sides.before.keys(), ...sides.after.keys()])].toSorted(compareStrings);
  const steps = Math.ceil((options.steps ?? defaultProofSteps) * shareOfNamespace);
  const limit = options.limit ?? defaultLimit;
  const comparisons = names.map((namespace) => {
    const share = budget.share(steps);
    const policies = [sides.before.get(namespace) ?? [], sides.after.get(namespace) ?? []] as const;
    const comparison = comparePolicies(...policies, { ...task, budget: share, limit });
    budget.charge(share, steps);
    return comparison;
  });
  const namespaces = names.map((namespace, i) => ({ namespace, verdict: comparisons[i]?.verdict ?? "undecided" }));
  return { verdict: combinedVerdict(namespaces.map(({ verdict }) => verdict)), namespaces, comparisons };
}

/** Cluster-wide policies speak of the pods of all namespaces. */
function asWhole(sides: Sides, options: ProofTask & Pick<ProofOptions, "limit">): Found {
  const comparison = compareTiers([...sides.before.values()].flat(), [...sides.after.values()].flat(), options);
  const namespaces = comparison.namespaces.flatMap(({ namespace, verdict }) =>
    namespace === undefined ? [] : [{ namespace, verdict }],
  );
  return { verdict: comparison.verdict, namespaces, comparisons: [comparison] };
}

type Sides = Readonly<Record<"before" | "after", Grouped>>;

type Grouped = ReadonlyMap<string, readonly Cluster["policies"][number][]>;

function byNamespace(cluster: Cluster, options: ProveOptions, task: ProofTask): Grouped {
  return groupBy(policiesInScope(cluster, options, task), ({ namespace }) => namespace ?? "");
}

function sideOf(cluster: Cluster, assumptions: Assumptions, grouped: Grouped): ProofSide {
  const { notEvaluated, inputs } = basisOf(cluster, assumptions);
  return {
    policies: [...grouped.values()].reduce((sum, policies) => sum + policies.length, 0),
    refusedPolicies: underAssumptions(cluster, assumptions).refusedPolicies.map(({ ref }) => ref),
    notEvaluated,
    inputs,
  };
}

/** Gathers the first examples of each effect. */
class Examples {
  readonly limit: number;
  readonly #looser: ProofCounterexample[] = [];
  readonly #stricter: ProofCounterexample[] = [];

  constructor(limit: number) {
    this.limit = Math.max(limit, 1);
  }

  add({ loosened, tightened }: Comparison): void {
    this.#take(this.#looser, loosened, "looser");
    this.#take(this.#stricter, tightened, "stricter");
  }

  #take(known: ProofCounterexample[], found: readonly Counterexample[], effect: ProofCounterexample["effect"]): void {
    for (const example of found.slice(0, this.limit - known.length))
      known.push({ ...example, effect, sentence: describeCounterexample(example) });
  }

  all(): readonly ProofCounterexample[] {
    return [...this.#looser, ...this.#stricter];
  }
}
