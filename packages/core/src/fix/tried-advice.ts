import type { Finding, Fix } from "../answers/finding.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Cluster } from "../model/cluster.ts";
import { raisedFindings } from "./raised-findings.ts";

/** How advice is tried out. */
export interface Trial {
  readonly cluster: Cluster;
  /** Its findings, each defect once. */
  before(): readonly Finding[];
  /** The cluster as it is when the advice of some fixes is followed; undefined where that cannot be said. */
  followed(fixes: readonly Fix[]): Cluster | undefined;
  /** The findings of such a cluster, each defect once. */
  findings(cluster: Cluster): readonly Finding[];
}

/** Objects that all trials together may look at: half a second, about. */
const mostObjects = 2_000;

function objectsIn({ workloads, policies, services }: Cluster): number {
  return 1 + workloads.length + policies.length + services.length;
}

/** Whether a cluster is too big for any advice to be tried. */
export function isTooBigToTry(cluster: Cluster): boolean {
  return objectsIn(cluster) > mostObjects;
}

/** Findings with the same suggestion. */
interface Suggestion {
  readonly fix: Fix;
  readonly findings: readonly Finding[];
}

/**
 * The findings, those whose suggestion does not do in words only: advice is executed before it is given. One that leaves
 * its finding, or brings about another of medium severity or more, is not written, and the reason is told. Where the
 * input is too big to try each one by itself, those of different namespaces are tried together; where it is too big for
 * that, they stay as the rules made them.
 */
export function triedAdvice(findings: readonly Finding[], trial: Trial): readonly Finding[] {
  const objects = objectsIn(trial.cluster);
  const suggestions = suggestionsOf(findings);
  const trials = [suggestions.map((each) => [each]), rounds(suggestions)].find(
    (all) => all.length * objects <= mostObjects,
  );
  if (trials === undefined || trials.length === 0) return findings;
  const faults = new Map<Finding, string>();
  const before = trial.before();
  for (const together of trials) {
    const cluster = trial.followed(together.map(({ fix }) => fix));
    if (cluster === undefined) continue;
    const after = trial.findings(cluster);
    const raised = raisedFindings(before, after);
    for (const { findings: wanted } of together) {
      for (const finding of wanted) {
        const ofIt = together.length === 1 ? raised : raised.filter((each) => concerns(each, finding));
        const fault = faultOf(finding, ofIt, before, after);
        if (fault !== undefined) faults.set(finding, fault);
      }
    }
  }
  return findings.map((finding) => inWords(finding, faults.get(finding)));
}

function suggestionsOf(findings: readonly Finding[]): readonly Suggestion[] {
  const written = findings.flatMap((finding) => {
    const { fix } = finding;
    const isWritten = fix?.kind === "suggested" && (fix.manifest ?? fix.changes) !== undefined;
    return isWritten ? [{ fix, finding }] : [];
  });
  const same = groupBy(written, ({ fix: { manifest, changes } }) => JSON.stringify([manifest, changes]));
  return [...same.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ fix: first.fix, findings: group.map(({ finding }) => finding) }];
  });
}

/** The first suggestions of all namespaces together, then the second ones, and so on. */
function rounds(suggestions: readonly Suggestion[]): readonly (readonly Suggestion[])[] {
  const ofNamespaces = [...groupBy(suggestions, ({ findings }) => namespaceOf(findings[0])).values()];
  const most = Math.max(0, ...ofNamespaces.map(({ length }) => length));
  return Array.from({ length: most }, (_, i) => ofNamespaces.flatMap((all) => all.slice(i, i + 1)));
}

function namespaceOf(finding: Finding | undefined): string {
  return finding?.object.namespace ?? finding?.object.name ?? "";
}

/** Whether a finding may come from what was done about another one of its namespace. */
function concerns(raised: Finding, { object }: Finding): boolean {
  const namespace = object.namespace ?? object.name;
  return namespaceOf(raised) === namespace || raised.affected.some((id) => id.slice(0, id.indexOf("/")) === namespace);
}

/** What is wrong with following the advice, as a sentence. */
function faultOf(
  finding: Finding,
  raised: readonly Finding[],
  before: readonly Finding[],
  after: readonly Finding[],
): string | undefined {
  const [first] = raised;
  if (first !== undefined) return `npa does not write it, as it would then find: ${first.message} (${first.ruleId}).`;
  // Of several rules of one policy the same may be said: one of them is mended.
  const told = (all: readonly Finding[]): number => all.filter((each) => isSame(each, finding)).length;
  const left = told(after);
  return left > 0 && left >= told(before) ? "npa does not write it, as that alone would not do." : undefined;
}

function isSame(a: Finding, b: Finding): boolean {
  return (
    a.ruleId === b.ruleId &&
    a.object.kind === b.object.kind &&
    a.object.namespace === b.object.namespace &&
    a.object.name === b.object.name &&
    (b.fix?.manifest !== undefined || a.message === b.message)
  );
}

function inWords(finding: Finding, fault: string | undefined): Finding {
  const { fix } = finding;
  if (fix === undefined || fault === undefined) return finding;
  return { ...finding, fix: { kind: "manual", description: `${fix.description} ${fault}` } };
}
