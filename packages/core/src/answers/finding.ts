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
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
  /** 1-based. */
  readonly endLine: number;
  /** Behind the last character that is replaced. */
  readonly endColumn: number;
  readonly newText: string;
}

/** A value as JSON has it. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * A change of an object of the input. Paths are counted from the object, as it was before any change; the empty one is
 * the object itself. `delete` takes something out, `set` gives it another value, `put` adds an entry to a mapping, `append`
 * an item to a list.
 */
export type ObjectChange = { readonly object: ObjectRef; readonly path: readonly (string | number)[] } & (
  | { readonly type: "delete" }
  | { readonly type: "set"; readonly value: JsonValue }
  | { readonly type: "put"; readonly key: string; readonly value: JsonValue }
  | { readonly type: "append"; readonly value: JsonValue }
);

/** What to do about a finding: in words and, where npa can do it, as changes and as objects to add. */
export interface Fix {
  /** `safe` is proved to change no connection, `suggested` changes some; `manual` only a human can decide. */
  readonly kind: "safe" | "suggested" | "manual";
  readonly description: string;
  /** What is to be changed in objects of the input. */
  readonly changes?: readonly ObjectChange[];
  /** Objects to add, as YAML text. */
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
  /** How many workloads are affected, those beyond the first 100 included. */
  readonly affectedCount: number;
  readonly related: readonly RelatedLocation[];
  readonly fix?: Fix;
  /** Findings with the same group say the same of several objects, but for their names. Absent: no other is like it. */
  readonly group?: string;
  /** Of a report on several environments: the names of those that have it. */
  readonly environments?: readonly string[];
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
