import { by } from "../lib/compare.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Policy } from "../model/policy.ts";
import { policyKey } from "../semantics/canonical-key.ts";
import { Budget } from "../symbolic/budget.ts";
import { undoneWhereSame } from "../symbolic/same-unions.ts";
import type { ProofOptions } from "../symbolic/proof-options.ts";
import { comparePolicies, hasTiers } from "../symbolic/compare-policies.ts";

/** About twenty seconds, and four. */
const stepsInAll = 50_000_000;
const stepsPerNamespace = 10_000_000;

/** What a proof of two states is given. */
export interface UnchangedOptions extends Omit<ProofOptions, "budget" | "limit"> {
  /** Policies that were proved to do what those before did. */
  readonly proved?: readonly Policy[];
}

/**
 * The namespaces in which it is not proved that two states allow the same, for every pod that could ever exist, each with
 * the reason. Policies that say the same, word for word, need no proof; nor do those that say what was proved.
 */
export function namespacesNotProved(
  before: Cluster,
  after: Cluster,
  { proved, ...given }: UnchangedOptions,
): ReadonlyMap<string, string> {
  const budget = new Budget(stepsInAll);
  // What adds up with all others is compared object by object first: more of it is understood so.
  const made = undoneWhereSame(before.policies, after.policies, { budget: budget.share(stepsPerNamespace), ...given });
  const old = byNamespace(before.policies);
  const now = byNamespace(made);
  const known = proved && byNamespace(proved);
  const read = byNamespace(after.policies);
  const notProved = new Map<string, string>();
  for (const namespace of new Set([...old.keys(), ...now.keys()])) {
    const share = budget.share(stepsPerNamespace);
    const [was, is] = [old.get(namespace) ?? [], now.get(namespace) ?? []];
    if (sayTheSame(was, is)) continue;
    if (known !== undefined && sayTheSame(sorted(known.get(namespace)), sorted(read.get(namespace)))) continue;
    const { verdict } = comparePolicies(was, is, { budget: share, limit: 1, ...given });
    budget.charge(share, stepsPerNamespace);
    if (verdict === "undecided") notProved.set(namespace, "the proof that it changes nothing was not completed");
    else if (verdict !== "equivalent") notProved.set(namespace, "it would change who may talk to whom");
  }
  if (notProved.size === 0 || !(hasTiers(before.policies) || hasTiers(made))) return notProved;
  // A rule may be decided by a policy that is of no namespace, or of another one.
  const { verdict } = comparePolicies(before.policies, made, { budget, limit: 1, ...given });
  return verdict === "equivalent" ? new Map() : notProved;
}

function byNamespace(policies: readonly Policy[]): ReadonlyMap<string, readonly Policy[]> {
  const groups = new Map<string, Policy[]>();
  for (const policy of policies) {
    const namespace = policy.namespace ?? "";
    const group = groups.get(namespace);
    if (group === undefined) groups.set(namespace, [policy]);
    else group.push(policy);
  }
  return groups;
}

function sorted(policies: readonly Policy[] = []): readonly Policy[] {
  return policies.toSorted(by(({ name, part = 0 }) => `${name}/${part}`));
}

function sayTheSame(a: readonly Policy[], b: readonly Policy[]): boolean {
  return a.length === b.length && a.every((policy, i) => policyKey(policy) === policyKey(b[i] ?? policy));
}
