import type { Cluster } from "../model/cluster.ts";
import type { Policy } from "../model/policy.ts";
import { policyKey } from "../semantics/canonical-key.ts";
import { Budget } from "../symbolic/budget.ts";
import { areSameUnions } from "../symbolic/same-unions.ts";
import type { SpaceOptions } from "../symbolic/policy-space.ts";
import type { ProofOptions } from "../symbolic/proof-options.ts";
import { hasEntries } from "../optimize/cilium-steps.ts";
import { comparePolicies, hasTiers } from "../symbolic/compare-policies.ts";

/** About ten seconds, and two. */
const stepsInAll = 50_000_000;
const stepsPerNamespace = 10_000_000;

/**
 * The namespaces in which it is not proved that two states allow the same, for every pod that could ever exist, each with
 * the reason. Policies that say the same, word for word, need no proof.
 */
export function namespacesNotProved(before: Cluster, after: Cluster, given: SpaceOptions): ReadonlyMap<string, string> {
  const budget = new Budget(stepsInAll);
  const old = byNamespace(before);
  const now = byNamespace(after);
  const notProved = new Map<string, string>();
  for (const namespace of new Set([...old.keys(), ...now.keys()])) {
    const share = budget.share(stepsPerNamespace);
    const [was, is] = withoutUnions(old.get(namespace) ?? [], now.get(namespace) ?? [], { budget: share, ...given });
    if (sayTheSame(was, is)) continue;
    const { verdict } = comparePolicies(was, is, { budget: share, limit: 1, ...given });
    budget.charge(share, stepsPerNamespace);
    if (verdict === "undecided") notProved.set(namespace, "the proof that it changes nothing was not completed");
    else if (verdict !== "equivalent") notProved.set(namespace, "it would change who may talk to whom");
  }
  if (notProved.size === 0 || !(hasTiers(before.policies) || hasTiers(after.policies))) return notProved;
  // A rule may be decided by a policy that is of no namespace, or of another one.
  const { verdict } = comparePolicies(before.policies, after.policies, { budget, limit: 1, ...given });
  return verdict === "equivalent" ? new Map() : notProved;
}

/** Two states without the policies of Cilium, where these say the same by themselves: they add up with all others. */
function withoutUnions(
  was: readonly Policy[],
  is: readonly Policy[],
  options: ProofOptions,
): readonly [readonly Policy[], readonly Policy[]] {
  if (!was.some(hasEntries) || sayTheSame(was, is)) return [was, is];
  if (!areSameUnions(was.filter(hasEntries), is.filter(hasEntries), options)) return [was, is];
  const others = (policies: readonly Policy[]): readonly Policy[] => policies.filter((each) => !hasEntries(each));
  return [others(was), others(is)];
}

function byNamespace({ policies }: Cluster): ReadonlyMap<string, readonly Policy[]> {
  const groups = new Map<string, Policy[]>();
  for (const policy of policies) {
    const namespace = policy.namespace ?? "";
    const group = groups.get(namespace);
    if (group === undefined) groups.set(namespace, [policy]);
    else group.push(policy);
  }
  return groups;
}

function sayTheSame(a: readonly Policy[], b: readonly Policy[]): boolean {
  return a.length === b.length && a.every((policy, i) => policyKey(policy) === policyKey(b[i] ?? policy));
}
