import type { Cluster } from "../model/cluster.ts";
import type { Policy } from "../model/policy.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { ProofBasis } from "../answers/proof.ts";
import { Budget } from "../symbolic/budget.ts";
import { spaceOptions } from "../symbolic/cluster-space.ts";
import { type TieAssumptions } from "../semantics/tiers.ts";
import { assumptionsOf, assumptionsOfState } from "../semantics/dataplane.ts";
import { inOneCluster } from "../semantics/cilium-clusters.ts";
import { underAssumptions } from "../semantics/under-assumptions.ts";
import type { StopSignal } from "../lib/stoppable.ts";
import type { SpaceOptions } from "../symbolic/policy-space.ts";
import { impliedPolicies } from "../semantics/implied-policies.ts";

/** What every proof about clusters can be given. */
export interface ProveOptions {
  /** `namespaceLabels` `fixed` takes the labels of the declared namespaces as facts (default `free`); beside it those matter that say how policies are read and in which order they are asked. */
  readonly assumptions?: Partial<Assumptions>;
  /** Look at the policies of these namespaces only. Default: all. */
  readonly namespaces?: readonly string[];
  /** How many counterexamples to give of each effect. Default 10. */
  readonly limit?: number;
  /** How much work the proof may cost; what is not decided by then is undecided. Default: about ten seconds. */
  readonly steps?: number;
  /** Stops the work: it then throws the signal's reason. */
  readonly signal?: StopSignal;
}

/** Steps of a whole proof whose caller names no number. */
export const defaultProofSteps = 25_000_000;

/** What a proof needs of its options. */
export interface ProofTask extends Required<SpaceOptions> {
  readonly budget: Budget;
  readonly ties: TieAssumptions;
  readonly implied: readonly Policy[];
  readonly basis: Omit<ProofBasis, "undecided">;
}

/** Fills in the defaults. `known` is the cluster whose namespaces may be facts; `others` are those it is compared with. */
export function proofTask(known: Cluster, options: ProveOptions, ...others: readonly Cluster[]): ProofTask {
  const assumptions = assumptionsOf(options.assumptions, ...others, known);
  const given = spaceOptions(known, assumptions);
  return {
    ...given,
    budget: new Budget(options.steps ?? defaultProofSteps),
    ties: assumptions,
    implied: impliedBeside(assumptions),
    basis: { assumptions, factsOf: [...given.facts.keys()], limitedTo: options.namespaces ?? [] },
  };
}

/** What the data plane lets pods have without a policy. Endpoints that initialize are no pods. */
function impliedBeside(assumptions: Assumptions): readonly Policy[] {
  if (assumptions.dataplane !== "cilium") return [];
  // Proofs are about pods: policies for nodes are no part of them.
  return impliedPolicies({}, { has: (place) => place !== "init", someNode: false }, assumptions);
}

/** The policies that were asked for. */
export function policiesInScope(
  cluster: Cluster,
  { namespaces = [], assumptions }: ProveOptions,
  { basis }: Pick<ProofTask, "basis">,
): readonly Policy[] {
  const own = assumptionsOfState(assumptions, cluster, basis.assumptions);
  // Pods that a proof makes up are of the cluster whose policies are read.
  const policies = inOneCluster(underAssumptions(cluster, own).policies, cluster.workloads, own.ciliumClusterName);
  if (namespaces.length === 0) return policies;
  const wanted = new Set(namespaces);
  return policies.filter(({ namespace }) => namespace === undefined || wanted.has(namespace));
}
