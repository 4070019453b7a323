import type { OptimizationProof, WithheldOptimization } from "../answers/optimization.ts";
import { compareStrings } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Policy } from "../model/policy.ts";
import type { PlannedPolicies } from "../optimize/plan-policies.ts";
import type { PlannedStep } from "../optimize/step.ts";
import { nameText } from "../optimize/step-words.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { checkObjects } from "./check-objects.ts";
import { compareWithPolicies } from "../reachability/compare-relations.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { noConnections } from "../sets/connection-set.ts";
import { Budget } from "../symbolic/budget.ts";
import { compareInSpace } from "../symbolic/compare-network-policies.ts";
import type { Verdict } from "../symbolic/comparison.ts";
import { whyUnprovable } from "../symbolic/provable-policies.ts";
import type { PolicySpace } from "../symbolic/policy-space.ts";

/** A plan of which nothing is left that was not proved. */
export interface CheckedPlan {
  readonly planned: PlannedPolicies;
  /** With the policies as they are to be. */
  readonly cluster: Cluster;
  readonly proof: OptimizationProof;
  /** What was taken out of the plan. */
  readonly withheld: readonly WithheldOptimization[];
}

/** About twenty seconds, and four. */
const stepsInAll = 50_000_000;
const stepsPerNamespace = 10_000_000;

/** Pairs that are counted before it is clear that something is wrong. */
const mostDifferences = 100;

/**
 * Proves, namespace by namespace, that a plan isolates and allows the same for every pod that could exist, and compares the
 * relations of the pods that there are. A namespace that fails the first stays as it is; where something differs on the
 * pods that there are, everything does.
 */
export function checkPlan(before: Reachability, planned: PlannedPolicies, space: PolicySpace): CheckedPlan {
  const { cluster } = before;
  const failed = failedNamespaces(cluster, planned, space);
  const ofNamespaces = withoutNamespaces(cluster, planned, new Set(failed.keys()));
  const others = checkObjects(before, ofNamespaces);
  const { planned: proved } = others;
  const withheld = [
    ...[...failed].map(([namespace, verdict]) =>
      withheldPlan(stepsIn(planned, namespace), verdict, ` in namespace ${namespace}`),
    ),
    ...others.failed.map(({ object, verdict }) =>
      withheldPlan(stepsOf(ofNamespaces, object), verdict, ` of ${nameText(object)}`),
    ),
  ];
  const after = withPolicies(cluster, proved.policies);
  const verdicts = [...failed.values(), ...others.failed.map((each) => each.verdict)];
  const verdict = verdicts.some((each) => each !== "undecided")
    ? "not-equivalent"
    : verdicts.length > 0
      ? "undecided"
      : "equivalent";
  const differences = proved.steps.length === 0 ? 0 : countDifferences(before, after.policies);
  if (differences === 0) return { planned: proved, cluster: after, proof: { verdict, differences }, withheld };
  const nothing = { ...proved, steps: [], policies: cluster.policies };
  const whole = withheldPlan(proved.steps, "incomparable", "");
  return {
    planned: nothing,
    cluster,
    proof: { verdict, differences },
    withheld: [...withheld, whole],
  };
}

function failedNamespaces(
  cluster: Cluster,
  planned: PlannedPolicies,
  space: PolicySpace,
): ReadonlyMap<string, Verdict> {
  const budget = new Budget(stepsInAll);
  // What proofs do not understand is left as it is, beside what they speak of.
  const given = new Set(cluster.policies);
  const left = new Set(planned.policies.filter((policy) => given.has(policy) && whyUnprovable(policy) !== undefined));
  const [before, after] = [cluster.policies, planned.policies].map((all) =>
    groupBy(
      all.filter((policy) => isNetworkPolicy(policy) && !left.has(policy)),
      ({ namespace }) => namespace ?? "",
    ),
  );
  const failed = new Map<string, Verdict>();
  for (const namespace of changedNamespaces(planned)) {
    const share = budget.share(stepsPerNamespace);
    const sides = [before?.get(namespace) ?? [], after?.get(namespace) ?? []] as const;
    const { verdict } = compareInSpace(space, ...sides, { budget: share, limit: 1 });
    budget.charge(share, stepsPerNamespace);
    if (verdict !== "equivalent") failed.set(namespace, verdict);
  }
  return failed;
}

function changedNamespaces({ steps }: PlannedPolicies): ReadonlySet<string> {
  const changed = steps.flatMap(({ policies }) => policies.filter(isNetworkPolicy));
  return new Set(changed.map(({ namespace }) => namespace ?? ""));
}

function withoutNamespaces(cluster: Cluster, planned: PlannedPolicies, out: ReadonlySet<string>): PlannedPolicies {
  if (out.size === 0) return planned;
  const isOut = (policy: Policy): boolean => isNetworkPolicy(policy) && out.has(policy.namespace ?? "");
  return {
    ...planned,
    steps: planned.steps.filter(({ policies }) => !policies.some(isOut)),
    policies: [...planned.policies.filter((policy) => !isOut(policy)), ...cluster.policies.filter(isOut)],
  };
}

/** The cluster with other policies, in its order. */
function withPolicies(cluster: Cluster, policies: readonly Policy[]): Cluster {
  return {
    ...cluster,
    policies: policies.toSorted(
      (a, b) =>
        compareStrings(a.namespace ?? "", b.namespace ?? "") || compareStrings(a.name, b.name) || a.index - b.index,
    ),
  };
}

/**
 * Pairs of which one side certainly allows what the other certainly does not. Where the input leaves something open, what is
 * certain and what is possible may lie further apart with other rules that do the same (those for a label and those without
 * it, instead of one for all): that is no difference.
 */
function countDifferences(given: Reachability, policies: readonly Policy[]): number {
  const compared = compareWithPolicies(given, policies);
  const { before, after, table } = compared;
  let count = 0;
  for (const { source, target, ...certain } of compared.differences("certain")) {
    const was = before.connections(source.before, target.before, "possible");
    const is = after.connections(source.after, target.after, "possible");
    const [less, more] = [table.difference(certain.before, is), table.difference(certain.after, was)];
    if ((less !== noConnections || more !== noConnections) && ++count === mostDifferences) break;
  }
  return count;
}

function stepsIn({ steps }: PlannedPolicies, namespace: string): readonly PlannedStep[] {
  return steps.filter(({ policies }) =>
    policies.some((policy) => isNetworkPolicy(policy) && policy.namespace === namespace),
  );
}

function stepsOf({ steps }: PlannedPolicies, { ref }: Policy): readonly PlannedStep[] {
  const key = refKey(ref);
  return steps.filter(({ policies }) => policies.some((policy) => refKey(policy.ref) === key));
}

function withheldPlan(steps: readonly PlannedStep[], verdict: Verdict, where: string): WithheldOptimization {
  const objects = new Map(steps.flatMap(({ policies }) => policies.map(({ ref }) => [JSON.stringify(ref), ref])));
  const reason =
    verdict === "undecided"
      ? "the proof that it changes nothing could not be completed"
      : "the check of the whole plan failed: this is a bug in npa, please report it with the manifests";
  const description = `${steps.length} ${steps.length === 1 ? "step" : "steps"}${where}`;
  return { type: "plan", objects: [...objects.values()], description, reason, cause: "proof" };
}
