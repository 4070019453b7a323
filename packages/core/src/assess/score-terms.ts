import type { SecurityTermName } from "../answers/security-score.ts";
import type { ScoreFigures } from "./score-figures.ts";

/** One term of the security score. */
export interface ScoreTerm {
  readonly name: SecurityTermName;
  /** Its part of the 100. */
  readonly weight: number;
  /** From 0 to 1; undefined when there is nothing to judge. */
  value(figures: ScoreFigures): number | undefined;
  /** The figures behind the value, or why there is none. */
  note(figures: ScoreFigures): string;
}

/** The terms of the security score: what each weighs and how it is computed. */
export const scoreTerms: readonly ScoreTerm[] = [
  {
    name: "isolation-ingress",
    weight: 30,
    value: ({ isolatedIngress, unknownIngress, pods }) => share(isolatedIngress, pods - unknownIngress),
    note: ({ isolatedIngress, openedIngress, unknownIngress, pods }) =>
      isolationNote(isolatedIngress, openedIngress, unknownIngress, pods),
  },
  {
    name: "isolation-egress",
    weight: 20,
    value: ({ isolatedEgress, unknownEgress, pods }) => share(isolatedEgress, pods - unknownEgress),
    note: ({ isolatedEgress, openedEgress, unknownEgress, pods }) =>
      isolationNote(isolatedEgress, openedEgress, unknownEgress, pods),
  },
  { name: "tightness", weight: 25, value: tightness, note: tightnessNote },
  {
    name: "exposure",
    weight: 15,
    value: ({ fromInternet, toInternet, toMetadata, unknownIngress, unknownEgress, pods }) =>
      complement(share(fromInternet + toInternet + toMetadata, 3 * pods - unknownIngress - 2 * unknownEgress)),
    note: ({ fromInternet, toInternet, toMetadata, unknownIngress, unknownEgress, pods }) =>
      `of ${counted(pods, "pod")} the internet reaches ${figure(fromInternet)}, ${figure(toInternet)} reach the internet, ${figure(toMetadata)} the cloud metadata endpoint${onMissingFacts(Math.max(unknownIngress, unknownEgress))}`,
  },
  {
    name: "correctness",
    weight: 10,
    value: ({ faults, policies }) => complement(share(faults, policies)),
    note: ({ faultyPolicies, policies, refusedNeeds }) =>
      policies === 0
        ? "these pods have no policies that could be wrong"
        : refusedNeeds > 0
          ? "what is declared or needed by every pod is refused"
          : `${faultyPolicies} of ${counted(policies, "policy", "policies")} ${faultyPolicies === 1 ? "has" : "have"} a correctness finding`,
  },
];

/**
 * How few of the possible connections between pods are allowed: within the namespace and with others by halves. That
 * a cluster is big, and most pods far away, must not hide that those of a namespace all talk to each other.
 */
function tightness({ pairsInside, possibleInside, pairsAcross, possibleAcross }: ScoreFigures): number | undefined {
  const parts = [share(pairsInside, possibleInside), share(pairsAcross, possibleAcross)];
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? undefined : 1 - known.reduce((sum, part) => sum + part, 0) / known.length;
}

function tightnessNote(figures: ScoreFigures): string {
  const { pairsInside, possibleInside, pairsAcross, possibleAcross, uncertainPairs } = figures;
  const inside =
    possibleInside === 0
      ? "no two pods share a namespace"
      : `${pairsInside} of ${counted(possibleInside, "pod pair")} within a namespace allowed`;
  const uncertain = uncertainPairs === 0 ? "" : `; ${counted(uncertainPairs, "pair")} on missing facts not scored`;
  return `${inside}, ${pairsAcross} of ${possibleAcross} across, a copy of each counted in${uncertain}`;
}

function isolationNote(isolated: number, opened: number, unknown: number, pods: number): string {
  const more = opened === 0 ? "" : `; ${opened} more by policies that let everything through`;
  return `${isolated} of ${counted(pods - unknown, "pod")} isolated${more}${onMissingFacts(unknown)}`;
}

function onMissingFacts(pods: number): string {
  return pods === 0 ? "" : `; ${counted(pods, "pod")} on missing facts not scored`;
}

function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}

function complement(value: number | undefined): number | undefined {
  return value === undefined ? undefined : 1 - value;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Parts of the internet count in part. */
function figure(pods: number): string {
  return String(Math.round(pods * 100) / 100);
}
