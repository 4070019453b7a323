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
  /** What it has to do with the finding. */
  readonly message: string;
  /** Where it is written. Absent: in no file of the input. */
  readonly location?: Location;
}

/** An exact replacement in an input file: the text between two places, counted as in `Location`, becomes `newText`. */
export interface TextEdit {
  /** The name of the file, as in `Location`. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
  /** 1-based. */
  readonly endLine: number;
  /** Behind the last character that is replaced. */
  readonly endColumn: number;
  /** What stands there afterwards; empty to take the text out. */
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
  /** What to do, as a person would be told. */
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
  /** The rule that found it. */
  readonly ruleId: string;
  /** How grave it is, with the settings applied. */
  readonly severity: Severity;
  /** What it is about. */
  readonly category: Category;
  /** What is wrong, in one sentence or a few. */
  readonly message: string;
  /** Where it is written. Absent: in no file of the input. */
  readonly location?: Location;
  /** The object that it is about. */
  readonly object: ObjectRef;
  /** Ids of the workloads affected, sorted; the first 100. */
  readonly affected: readonly string[];
  /** How many workloads are affected, those beyond the first 100 included. */
  readonly affectedCount: number;
  /** What else it speaks of; empty where that is nothing. */
  readonly related: readonly RelatedLocation[];
  /** What to do about it. Absent: the message says all that npa knows. */
  readonly fix?: Fix;
  /** Findings with the same group say the same of several objects, but for their names. Absent: no other is like it. */
  readonly group?: string;
  /** Of a report on several environments: the names of those that have it. */
  readonly environments?: readonly string[];
}

/** A finding that somebody asked not to be told of. */
export interface SuppressedFinding {
  /** The finding as it would have been told. */
  readonly finding: Finding;
  /** `comment`: in the manifest, at the place. `annotation`: of the object. `config`: in `ignore` of the configuration. */
  readonly by: "comment" | "annotation" | "config";
  /** Why not, in the words of whoever asked for it. */
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
  /** The rule. */
  readonly ruleId: string;
  /** What was missing, as a sentence. */
  readonly reason: string;
}
