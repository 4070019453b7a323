import type { Assumptions } from "../model/assumptions.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Policy, Rule } from "../model/policy.ts";

/** The policies of a cluster as they are under assumptions. The same object where none makes a difference. */
export function underAssumptions(cluster: Cluster, assumptions: Assumptions): Cluster {
  const policies = policiesUnder(cluster.policies, assumptions);
  return policies === cluster.policies ? cluster : { ...cluster, policies };
}

/** Policies as they are under assumptions. The same list where none makes a difference. */
export function policiesUnder(policies: readonly Policy[], assumptions: Assumptions): readonly Policy[] {
  const assumed = policies.flatMap((policy) => policyUnder(policy, assumptions) ?? []);
  return assumed.length === policies.length && assumed.every((policy, i) => policy === policies[i])
    ? policies
    : assumed;
}

function policyUnder(policy: Policy, assumptions: Assumptions): Policy | undefined {
  const asked = policy.ifAssumed?.filter(({ is }) => areMade(is, assumptions)) ?? [];
  if (asked.some(({ instead }) => instead === "not in force")) return undefined;
  const rules = {
    ingress: rulesUnder(policy.rules.ingress, assumptions),
    egress: rulesUnder(policy.rules.egress, assumptions),
  };
  const isSame = rules.ingress === policy.rules.ingress && rules.egress === policy.rules.egress;
  if (asked.length === 0 && isSame) return policy;
  const { ifAssumed: _, ...rest } = policy;
  const directions = asked.map(({ instead }) => instead).filter((instead) => instead !== "not in force");
  return Object.assign({ ...rest, rules }, ...directions) as Policy; // Object.assign of a list is typed as any
}

function rulesUnder(rules: readonly Rule[], assumptions: Assumptions): readonly Rule[] {
  const isKnown = ({ knownIf }: Rule): boolean => knownIf !== undefined && areMade(knownIf, assumptions);
  if (!rules.some(isKnown)) return rules;
  return rules.map((rule) => {
    if (!isKnown(rule)) return rule;
    const { unknown: _, knownIf: __, ...known } = rule;
    return known;
  });
}

function areMade(is: Partial<Assumptions>, assumptions: Assumptions): boolean {
  return Object.entries(is).every(([key, value]) => assumptions[key as keyof Assumptions] === value); // its own keys
}
