import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Cluster } from "../model/cluster.ts";
import type { BaselineSummary, Finding, SuppressedFinding } from "../answers/finding.ts";
import { type Baseline, type BaselineEntry, withoutKnown } from "./baseline.ts";
import { withGroups } from "./finding-groups.ts";
import { foldConsequences } from "./fold-consequences.ts";
import { namespaceOf } from "./ignore-entry.ts";
import { type SuppressOptions, suppressFindings } from "./suppress.ts";

/** What decides which findings a report tells of. */
export interface SelectOptions extends SuppressOptions {
  /** The order of the findings. */
  readonly order: (a: Finding, b: Finding) => number;
  /** Only findings in or about these. Default: all. */
  readonly namespaces?: readonly string[];
  readonly baseline?: Baseline;
}

/** The findings of a report, and those that it does not tell of. */
export interface SelectedFindings {
  /** To be told of. */
  readonly findings: readonly Finding[];
  /** The same with those that the baseline has: they count for the scores. */
  readonly present: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  /** What is wrong with the suppressions. */
  readonly problems: readonly Diagnostic[];
  readonly baseline?: BaselineSummary;
}

/**
 * From all findings to those that are told of: without the suppressed, of the wanted namespaces, each defect once, without
 * the known.
 */
export function selectFindings(
  cluster: Cluster,
  findings: readonly Finding[],
  options: SelectOptions,
): SelectedFindings {
  const isWanted = scopeOf(options.namespaces);
  const sorted = suppressFindings(cluster, findings, options);
  const { told, suppressed } = foldConsequences(findings, sorted.findings, sorted.suppressed);
  const present = told.filter(isWanted).toSorted(options.order);
  const rest = {
    present,
    suppressed: suppressed.filter(({ finding }) => isWanted(finding)),
    problems: sorted.problems,
  };
  if (options.baseline === undefined) return { findings: withGroups(present), ...rest };
  // What the baseline has of other namespaces is not gone.
  const entries = options.baseline.findings.filter(isWanted);
  const { findings: fresh, known, gone } = withoutKnown(present, entries);
  return { findings: withGroups(fresh), ...rest, baseline: { known, gone } };
}

function scopeOf(namespaces: readonly string[] | undefined): (finding: Finding | BaselineEntry) => boolean {
  if (namespaces === undefined || namespaces.length === 0) return () => true;
  const wanted = new Set(namespaces);
  return (finding) => wanted.has(namespaceOf(finding));
}
