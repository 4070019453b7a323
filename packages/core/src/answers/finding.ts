import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { Location } from "../source/position.ts";

/** How bad a finding is. */
export type Severity = "critical" | "high" | "medium" | "low" | "info";

/** Severities from worst to least. */
export const severities: readonly Severity[] = ["critical", "high", "medium", "low", "info"];

/** What a finding is about. Only security findings are security alerts in SARIF. */
export type Category = "security" | "correctness" | "reliability" | "optimization";

/** Something else that a finding speaks of. */
export interface RelatedLocation {
  readonly message: string;
  readonly location?: Location;
}

/** An exact replacement in an input file: the text between two places, counted as in `Location`, becomes `newText`. */
export interface TextEdit {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly newText: string;
}

/** What to change, in words and, where it is a whole object, as YAML. `safe`: connectivity is proved unchanged. */
export interface Fix {
  readonly kind: "safe" | "suggested";
  readonly description: string;
  /** A manifest to add, as YAML text. */
  readonly manifest?: string;
  /** All the replacements that make the change, when they are known exactly. */
  readonly edits?: readonly TextEdit[];
}

/** Something a rule found: what, where, whom it affects, and what to do. */
export interface Finding {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly category: Category;
  readonly message: string;
  readonly location?: Location;
  readonly object: ObjectRef;
  /** Ids of the workloads affected, sorted; the first 100. */
  readonly affected: readonly string[];
  readonly affectedCount: number;
  readonly related: readonly RelatedLocation[];
  readonly fix?: Fix;
  /** Findings with the same group are one finding on objects that are equal but for their names. Absent: no other is like it. */
  readonly group?: string;
}

/** A finding that somebody asked not to be told of. */
export interface SuppressedFinding {
  readonly finding: Finding;
  /** `comment`: in the manifest, at the place. `annotation`: of the object. `config`: in `ignore` of the configuration. */
  readonly by: "comment" | "annotation" | "config";
  readonly reason: string;
  /** Where it was asked. */
  readonly location?: Location;
}

/** What a baseline left out of the findings. */
export interface BaselineSummary {
  /** Findings that it has: they are not told of. */
  readonly known: number;
  /** Its entries that no finding matches any more. */
  readonly gone: number;
}

/** A rule that could not be evaluated, and what was missing. */
export interface RuleNotEvaluated {
  readonly ruleId: string;
  readonly reason: string;
}
