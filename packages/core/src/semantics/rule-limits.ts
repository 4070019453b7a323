/** The most rules of a direction that the API server takes in a policy, by kind. Kinds that are not here have no such limit. */
export const mostRules = {
  AdminNetworkPolicy: 100,
  BaselineAdminNetworkPolicy: 100,
  ClusterNetworkPolicy: 25,
} as const;

/** The limit of a kind; infinite where there is none. */
export function mostRulesOf(kind: string): number {
  return Object.hasOwn(mostRules, kind) ? mostRules[kind as keyof typeof mostRules] : Number.POSITIVE_INFINITY; // the check before says so
}
