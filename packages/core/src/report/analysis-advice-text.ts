import type { AnalysisReport } from "../answers/analysis-report.ts";
import type { BeforeAndAfter, OptimizationGain } from "../answers/optimization.ts";
import type { NamespaceAnalysis } from "../answers/policy-metrics.ts";
import type { ClusterWideOverlap, Overlap } from "../answers/overlap.ts";
import { printable } from "./escape.ts";
import type { Palette } from "./palette.ts";
import { counted, grouped, rounded, shortened } from "./words.ts";

const shown = 3;
const shownNamespaces = 3;

/** What could be simpler, shortly: the heaviest namespaces, opportunities, groups to merge, overlaps. */
export function adviceLines(report: AnalysisReport, palette: Palette): string[] {
  const { optimizationOpportunities, consolidationCandidates, overlaps, overlapCount, clusterWide } = report;
  const ofCluster = clusterWide?.consolidationCandidates ?? [];
  return [
    ...namespaceLines(report.namespaces, palette),
    ...listed(
      "Opportunities",
      optimizationOpportunities.map((item) =>
        printable(`${item.namespace}: ${item.description} (${item.impact} impact): ${item.recommendation}`),
      ),
      optimizationOpportunities.length,
      palette,
    ),
    ...listed(
      "Could be one policy",
      [
        ...consolidationCandidates.map(
          ({ namespace, policies, directions, proved }) =>
            `${printable(namespace)}: ${shortened(policies, policies.length, 4)} (same pods, ${directions.join(" and ")}${proved === true ? ", proved" : ""})`,
        ),
        ...ofCluster.map(
          ({ tier, policies, directions }) =>
            `the cluster, tier ${printable(tier)}: ${shortened(
              policies.map(({ kind, name }) => `${kind} ${name}`),
              policies.length,
              4,
            )} (same pods, ${directions.join(" and ")}, proved)`,
        ),
      ],
      consolidationCandidates.length + ofCluster.length,
      palette,
    ),
    ...gainLines(report, palette),
    ...listed("Overlaps", overlaps.toSorted(moreTelling).slice(0, shown).map(overlapText), overlapCount, palette),
    ...listed(
      "Overlaps of cluster-wide policies",
      (clusterWide?.overlaps ?? []).toSorted(moreContradicting).slice(0, shown).map(clusterWideOverlapText),
      clusterWide?.overlapCount ?? 0,
      palette,
    ),
    ...listed(tierOverlapsTitle, tierOverlapTexts(report).slice(0, shown), tierOverlapCount(report), palette),
  ];
}

function gainLines({ optimization }: AnalysisReport, { bold }: Palette): string[] {
  if (optimization === undefined) return [];
  return [bold("Could be simpler"), `  ${gainText(optimization)}`];
}

/** What `npa optimize` would make of the policies, in one sentence. */
export function gainText({ steps, policies, writtenEntries }: OptimizationGain): string {
  const less = (count: BeforeAndAfter): string => `${grouped(count.after)} of ${grouped(count.before)}`;
  const fewer = policies.after < policies.before ? `leaves ${less(policies)} policies and` : "leaves";
  return `npa optimize ${fewer} ${less(writtenEntries)} written entries (rules, peers, ports, selectors) or fewer: ${counted(steps, "step")} at least, proved to change nothing`;
}

/** Policies that meet on purpose (a default deny and what it is for) tell less than two that admit the same traffic. */
function moreTelling(a: Overlap, b: Overlap): number {
  return Number(b.rulesOverlap) - Number(a.rulesOverlap);
}

function listed(title: string, items: readonly string[], total: number, { bold, dim }: Palette): string[] {
  if (total === 0) return [];
  const rest = total - Math.min(shown, items.length);
  return [
    `${bold(title)}   ${grouped(total)}`,
    ...items.slice(0, shown).map((item) => `  ${item}`),
    ...(rest > 0 ? [dim(`  and ${grouped(rest)} more; see -o json`)] : []),
  ];
}

function namespaceLines(namespaces: AnalysisReport["namespaces"], { bold, dim }: Palette): string[] {
  const weight = ([, { complexityScore }]: [string, NamespaceAnalysis]): number => complexityScore;
  const heaviest = Object.entries(namespaces)
    .filter(([, { policyCount }]) => policyCount > 0)
    .toSorted((a, b) => weight(b) - weight(a));
  if (heaviest.length < 2) return [];
  const rest = heaviest.length - shownNamespaces;
  return [
    bold("Most complex namespaces"),
    ...heaviest
      .slice(0, shownNamespaces)
      .map(
        ([name, { policyCount, complexityScore }]) =>
          `  ${printable(name)}: ${counted(policyCount, "policy", "policies")}, complexity ${rounded(complexityScore)}`,
      ),
    ...(rest > 0 ? [dim(`  and ${grouped(rest)} more`)] : []),
  ];
}

/** An overlap in one sentence. */
export function overlapText({
  namespace,
  policies: [first, second],
  kind,
  sharedWorkloads,
  sharedWorkloadCount,
  ...overlap
}: Overlap): string {
  const how = {
    same: `${first} and ${second} select the same pods`,
    contained: `${second} selects some of the pods of ${first}`,
    partial: `${first} and ${second} can select the same pod`,
  }[kind];
  const rules = rulesText(first, second, overlap);
  const today = sharedWorkloadCount === 0 ? "" : ` (today: ${shortened(sharedWorkloads, sharedWorkloadCount, 2)})`;
  return `${printable(namespace)}: ${printable(how + rules)}${today}`;
}

function moreContradicting(a: ClusterWideOverlap, b: ClusterWideOverlap): number {
  return b.contradicts.length - a.contradicts.length;
}

/** What overlaps of policies of namespaces in tiers of their own are told under. */
export const tierOverlapsTitle = "Overlaps of policies in tiers";

/** Those of all namespaces in one sentence each, contradictions first. */
export function tierOverlapTexts({ namespaces }: Pick<AnalysisReport, "namespaces">): readonly string[] {
  return Object.entries(namespaces)
    .flatMap(([name, { tierOverlaps = [] }]) => tierOverlaps.map((overlap) => ({ name, overlap })))
    .toSorted((a, b) => moreContradicting(a.overlap, b.overlap))
    .map(({ name, overlap }) => `${printable(name)}, tier ${clusterWideOverlapText(overlap)}`);
}

/** How many there are in all. */
export function tierOverlapCount({ namespaces }: Pick<AnalysisReport, "namespaces">): number {
  return Object.values(namespaces).reduce((sum, { tierOverlapCount: count = 0 }) => sum + count, 0);
}

/** An overlap of policies of no namespace in one sentence. */
export function clusterWideOverlapText({
  tier,
  policies,
  kind,
  contradicts,
  sharedWorkloads,
  sharedWorkloadCount,
}: ClusterWideOverlap): string {
  const [first, second] = policies.map(({ name }) => name);
  const what = kind === "same" ? "select the same pods" : "can select the same pod";
  const rules = contradicts.length === 0 ? "" : `, and do different things to the same ${contradicts.join(" and ")}`;
  const today = sharedWorkloadCount === 0 ? "" : ` (today: ${shortened(sharedWorkloads, sharedWorkloadCount, 2)})`;
  return `${printable(`${tier}: ${first} and ${second} ${what}${rules}`)}${today}`;
}

/** How the rules stand to each other, where that is the same in every direction and they admit anything at all. */
function rulesText(
  first: string,
  second: string,
  { rules, rulesOverlap }: Pick<Overlap, "rules" | "rulesOverlap">,
): string {
  if (!rulesOverlap) return "";
  const [relation, other] = new Set(Object.values(rules));
  if (other === undefined && relation === "same") return ", and their rules admit the same traffic";
  if (other === undefined && relation === "first-contains-second")
    return `, and ${first} admits all that ${second} does`;
  if (other === undefined && relation === "second-contains-first")
    return `, and ${second} admits all that ${first} does`;
  return ", and rules of both admit the same traffic";
}
