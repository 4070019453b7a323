import { PolicyMeasurer } from "../assess/optimization-measures.ts";
import { apiVersion } from "../answers/api-version.ts";
import { basisOf } from "../proof/basis-of.ts";
import type {
  ConsolidationGroup,
  OptimizationPlan,
  OptimizationStep,
  UntouchedPolicies,
  WithheldOptimization,
} from "../answers/optimization.ts";
import { checkCluster } from "../lib/check-argument.ts";
import { compareStrings } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Cluster } from "../model/cluster.ts";
import { whyNotEdited } from "../model/file-build.ts";
import type { Policy } from "../model/policy.ts";
import { Owners } from "../optimize/owner.ts";
import { standsFor } from "../optimize/overwritten.ts";
import { untouchedReason } from "../optimize/other-kinds.ts";
import { type PlannedPolicies, planPolicies } from "../optimize/plan-policies.ts";
import type { PlannedStep, WhyNot, WithheldStep } from "../optimize/step.ts";
import { RuleContext } from "../rules/context.ts";
import { askThese } from "../rules/run-rules.ts";
import { type Doubts, doubtsOf, mayRaiseDoubt } from "../rules/support/one-defect.ts";
import { doubtText, findOthers, foundOfPolicies } from "../rules/support/planned-policies.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { Budget } from "../symbolic/budget.ts";
import { clusterSpace } from "../symbolic/cluster-space.ts";
import { byReason } from "../symbolic/redundancy.ts";
import { whyUnprovable } from "../symbolic/provable-policies.ts";
import { type AnalyzeOptions, ruleSettingsOf, rulesToRun, withPodCidrs } from "./analyze.ts";
import { buildReachability, completeAssumptions } from "./connectivity.ts";
import { checkPlan } from "./check-plan.ts";
import { inScope, scopeOf } from "./scope.ts";
import { stoppable } from "../lib/stoppable.ts";

/** What an optimization can be given, beside what decides which findings there are. */
export interface OptimizeOptions extends Omit<AnalyzeOptions, "baseline" | "timestamp" | "today"> {
  /** Whether policies of different owners or purposes may become one, and rest on each other. Default: false. */
  readonly mergeOwned?: boolean;
}

/** A plan, and the cluster as it is to be. */
export interface OptimizedCluster {
  /** What is made simpler, and the proof of it. */
  readonly plan: OptimizationPlan;
  /** The cluster with the plan carried out. */
  readonly cluster: Cluster;
}

/** The same with the steps that the plan tells of. */
export interface OptimizedSteps extends OptimizedCluster {
  readonly steps: readonly PlannedStep[];
}

/** Steps that the proofs of merges may cost. */
const stepsForMerges = 3_000_000;

/**
 * The smaller policy set that isolates and allows the same for every pod that could exist: planned, proved as a whole, and
 * compared on the pods of the input. What fails is not in it, and `withheld` tells.
 */
export function optimizeCluster(cluster: Cluster, options: OptimizeOptions = {}): OptimizedCluster {
  const { plan, cluster: after } = stoppable(options.signal, () => {
    const optimizer = new Optimizer(cluster, options);
    return optimizer.optimized(optimizer.planned(() => undefined));
  });
  return { plan, cluster: after };
}

/** Plans for one cluster; several times where texts turn out to hold what would be lost. */
export class Optimizer {
  readonly #cluster: Cluster;
  readonly #options: OptimizeOptions;
  readonly #context: RuleContext;
  readonly #measurer: PolicyMeasurer;
  #doubts: Doubts | undefined;

  constructor(cluster: Cluster, options: OptimizeOptions) {
    checkCluster("optimizeCluster", cluster);
    this.#cluster = cluster;
    this.#options = options;
    const reachability = buildReachability(cluster, withPodCidrs(options));
    const space = clusterSpace(cluster, reachability.options.assumptions);
    this.#context = new RuleContext(reachability, ruleSettingsOf(options), {
      space,
      stopwatch: options.stopwatch,
    });
    this.#measurer = new PolicyMeasurer(reachability);
  }

  /** Why a policy may not be what was meant. The rules are not run before it is asked: often nothing could be simpler. */
  readonly #doubt: WhyNot = (policy) => {
    this.#doubts ??= doubtsOf(askThese(this.#context, rulesToRun(this.#options).filter(mayRaiseDoubt)).reported);
    return doubtText({ doubts: this.#doubts }, policy);
  };

  /** The steps that are planned when nothing is lost that `pinned` names. Not checked yet. */
  planned(pinned: WhyNot): PlannedPolicies {
    const scope = scopeOf(this.#options.namespaces);
    const outside: WhyNot = ({ namespace }) =>
      scope === undefined || scope.has(namespace ?? "") ? undefined : outOfScope;
    const context = this.#context;
    const { builds } = context.cluster;
    const often: WhyNot = ({ origin }) => whyNotEdited(builds?.get(origin.locator.file)?.namespaces ?? []);
    const stands = standsFor(context.cluster);
    const planned = planPolicies(context.cluster.policies, foundOfPolicies(context), {
      space: context.space,
      budget: new Budget(stepsForMerges),
      findOthers: (policies) => findOthers(context, policies),
      owners: new Owners(context.cluster, this.#options.mergeOwned ?? false),
      doubt: this.#doubt,
      pinned: (policy, path) => outside(policy) ?? stands(policy) ?? often(policy) ?? pinned(policy, path),
    });
    return { ...planned, withheld: planned.withheld.filter(({ reason }) => reason !== outOfScope) };
  }

  /** A plan, checked. */
  optimized(planned: PlannedPolicies): OptimizedSteps {
    // As it is in force: under the assumptions of who enforces it.
    const { cluster } = this.#context;
    const checked = checkPlan(this.#context.reachability, planned, this.#context.space);
    const { steps, withheld, undecided } = checked.planned;
    const scope = scopeOf(this.#options.namespaces);
    return {
      cluster: checked.cluster,
      steps,
      plan: {
        apiVersion,
        kind: "OptimizationPlan",
        before: this.#measurer.measure(inScope(cluster.policies, scope)),
        after: this.#measurer.measure(inScope(checked.cluster.policies, scope)),
        steps: steps.map(toStep),
        groups: groupsOf(steps),
        withheld: [...withheld.map(toWithheld), ...checked.withheld],
        proof: checked.proof,
        undecidedParts: undecided.length,
        undecided: byReason(undecided),
        untouched: untouchedOf(inScope(cluster.policies, scope)),
        emptiedFiles: [],
        limitedTo: scope === undefined ? [] : [...scope].toSorted(compareStrings),
        ...basisOf(this.#cluster, completeAssumptions(this.#options, cluster)),
      },
    };
  }
}

const outOfScope = "it is of another namespace";

function toStep({ type, policies, description, reason, proof, patch }: PlannedStep): OptimizationStep {
  return {
    type,
    objects: policies.map(({ ref }) => ref),
    description,
    reason,
    proof,
    patch: patch.map(({ policy, ...operation }) => ({ object: policy.ref, ...operation })),
  };
}

function toWithheld({ type, policies, description, reason, cause }: WithheldStep): WithheldOptimization {
  return { type, objects: policies.map(({ ref }) => ref), description, reason, cause };
}

/** Policies that become one, in the words of the source documents' tool. */
function groupsOf(steps: readonly PlannedStep[]): readonly ConsolidationGroup[] {
  return steps.flatMap(({ type, policies, patch }) => {
    const [kept] = policies;
    if (type !== "merge-policies" || kept === undefined) return [];
    const name = patch.find(({ path }) => path === "/metadata/name")?.value;
    return [
      {
        namespace: kept.namespace ?? "",
        type: "consolidation",
        originalCount: policies.length,
        consolidatedCount: 1,
        name: typeof name === "string" ? name : kept.name,
        mergedPolicies: policies.map((policy) => policy.name).toSorted(compareStrings),
      },
    ];
  });
}

/** Policies that the passes do not look at, or not in every respect, by kind and reason. */
function untouchedOf(policies: readonly Policy[]): readonly UntouchedPolicies[] {
  const reasons = policies
    .filter(({ part = 0 }) => part === 0)
    .flatMap((policy) => {
      const reason = isNetworkPolicy(policy) ? whyUnprovable(policy) : untouchedReason(policy);
      return reason === undefined ? [] : [{ kind: policy.ref.kind, reason }];
    });
  return [...groupBy(reasons, ({ kind, reason }) => `${kind} ${reason}`)]
    .toSorted(([a], [b]) => compareStrings(a, b))
    .flatMap(([, all]) => (all[0] === undefined ? [] : [{ ...all[0], count: all.length }]));
}
