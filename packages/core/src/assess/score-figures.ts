/** What the security score of a namespace is computed from. All are sums, so those of several namespaces add up. */
export interface ScoreFigures {
  /** Pods that policies can select; those on their node's network are beside them. */
  readonly pods: number;
  readonly hostNetworkPods: number;
  /** Pods that some policy isolates and no rule opens to everyone on every port. */
  readonly isolatedIngress: number;
  readonly isolatedEgress: number;
  /** Pods that policies isolate only to let everything through. */
  readonly openedIngress: number;
  readonly openedEgress: number;
  /** Pods of which it is not known whether some policy isolates them. */
  readonly unknownIngress: number;
  readonly unknownEgress: number;
  /** Ordered pairs of pods within the namespace: those that may talk, of those of which that is known. */
  readonly pairsInside: number;
  readonly possibleInside: number;
  /** Ordered pairs with pods of other namespaces, likewise. */
  readonly pairsAcross: number;
  readonly possibleAcross: number;
  /** Pairs of which it is not known whether they may talk. */
  readonly uncertainPairs: number;
  /** Pods that the whole public internet may reach, that may reach it, and that reach the metadata endpoint; parts of it count in part. */
  readonly fromInternet: number;
  readonly toInternet: number;
  readonly toMetadata: number;
  readonly policies: number;
  /** Policies with a correctness finding, and what these cost: up to 1 per policy. */
  readonly faultyPolicies: number;
  readonly faults: number;
  /** Namespaces in which something that is declared, or DNS, is refused. */
  readonly refusedNeeds: number;
}

const none: ScoreFigures = {
  pods: 0,
  hostNetworkPods: 0,
  isolatedIngress: 0,
  isolatedEgress: 0,
  openedIngress: 0,
  openedEgress: 0,
  unknownIngress: 0,
  unknownEgress: 0,
  pairsInside: 0,
  possibleInside: 0,
  pairsAcross: 0,
  possibleAcross: 0,
  uncertainPairs: 0,
  fromInternet: 0,
  toInternet: 0,
  toMetadata: 0,
  policies: 0,
  faultyPolicies: 0,
  faults: 0,
  refusedNeeds: 0,
};

/** The sum of the figures of several namespaces. */
export function sumFigures(all: readonly ScoreFigures[]): ScoreFigures {
  const sums: Record<keyof ScoreFigures, number> = { ...none };
  for (const figures of all) for (const key of figureNames) sums[key] += figures[key];
  return sums;
}

const figureNames = Object.keys(none) as (keyof ScoreFigures)[]; // `none` has them all
