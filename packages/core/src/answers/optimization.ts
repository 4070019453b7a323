import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { apiVersion } from "./api-version.ts";
import type { Basis } from "./basis.ts";
import type { JsonValue } from "./finding.ts";

/** What a step does: takes out what adds nothing, or makes one of several. */
export type StepType =
  | "duplicate-policy"
  | "redundant-policy"
  | "redundant-rule"
  | "redundant-peer"
  | "redundant-port"
  | "merge-policies"
  | "merge-rules"
  | "merge-blocks"
  | "merge-ports";

/** How big a policy set is: sums over its policies. Nothing of it but `complexity` and `performanceScore` ever gets worse. */
export interface OptimizationMeasures {
  /** How many policies. */
  readonly policies: number;
  /** How many rules, of both directions. */
  readonly rules: number;
  /** How many entries of `from` and `to`. */
  readonly peers: number;
  /** How many entries of `ports`. */
  readonly ports: number;
  /** Selectors of subjects and peers as written, and all their label keys and expressions. */
  readonly selectors: number;
  /** How many requirements the selectors have together. */
  readonly selectorTerms: number;
  /** How many ranges are left out of blocks. */
  readonly exceptEntries: number;
  /** All of the above together: every step makes it smaller. */
  readonly writtenEntries: number;
  /** The score of the source documents, summed. It has steps: one policy of two may score more than the two. */
  readonly complexity: number;
  /** From 0 to 100; null where there are no policies. */
  readonly performanceScore: number | null;
  /** Subject pods x peers x ports: what a dataplane may have to program for the pods of the input. */
  readonly expandedEntries: number;
}

/** A figure before and after. */
export interface BeforeAndAfter {
  /** The figure now. */
  readonly before: number;
  /** The figure with all steps done. */
  readonly after: number;
}

/**
 * What `npa optimize` would make of the policies by the steps that rules tell of: it may find more (ports, blocks and rules that
 * can be one), and makes less where a comment or an anchor of a file would be lost.
 */
export interface OptimizationGain {
  /** Each proved to change nothing for any pod that could exist. */
  readonly steps: number;
  /** How many policies there are, and would be. */
  readonly policies: BeforeAndAfter;
  /** What is written of them: see `OptimizationMeasures`. */
  readonly writtenEntries: BeforeAndAfter;
}

/** One operation of RFC 6902 on an object, as it is when the operation is reached; the empty path is the object itself. */
export interface OptimizationPatch {
  /** The object that it changes. */
  readonly object: ObjectRef;
  /** What is done at `path`. */
  readonly op: "add" | "remove" | "replace";
  /** A JSON pointer (RFC 6901) from the root of the object. */
  readonly path: string;
  /** What is put there. Absent: of `remove`. */
  readonly value?: JsonValue;
}

/** One thing that makes the policies simpler and changes nothing for any pod that could exist. */
export interface OptimizationStep {
  /** What is done. */
  readonly type: StepType;
  /** What it changes; what stays comes first. */
  readonly objects: readonly ObjectRef[];
  /** What is done, as an order. */
  readonly description: string;
  /** Why it is simpler. */
  readonly reason: string;
  /** Why it changes nothing. */
  readonly proof: string;
  /** The operations, in order. */
  readonly patch: readonly OptimizationPatch[];
}

/** Policies that become one, in the words of the source documents' tool. */
export interface ConsolidationGroup {
  /** The namespace of all of them. */
  readonly namespace: string;
  /** What becomes of them. */
  readonly type: "consolidation";
  /** How many policies there are now. */
  readonly originalCount: number;
  /** How many are left of them. */
  readonly consolidatedCount: number;
  /** The name of the one. */
  readonly name: string;
  /** The names of the policies that become one. */
  readonly mergedPolicies: readonly string[];
}

/** A step that would be right but is not made. */
export interface WithheldOptimization {
  /** What would be done; `plan` is all of it. */
  readonly type: StepType | "plan";
  /** The objects that it would change. */
  readonly objects: readonly ObjectRef[];
  /** What would be done, in words. */
  readonly description: string;
  /** Why it is not. */
  readonly reason: string;
  /**
   * `owner`: two owners or purposes. `finding`: something of medium severity or more rests on it. `intent`: one of the two
   * is meant, and which is not known. `text`: something of the text would be lost. `reading`: it would be harder to read.
   * `proof`: not proved.
   */
  readonly cause: "owner" | "finding" | "intent" | "text" | "reading" | "proof";
}

/** How a plan was checked as a whole. */
export interface OptimizationProof {
  /** Of the policies before and after, for every pod that could exist. */
  readonly verdict: "equivalent" | "not-equivalent" | "undecided";
  /** Pairs of the input's workloads and addresses between which one side certainly allows what the other certainly does not: none, or it is a bug of npa. */
  readonly differences: number;
}

/** The answer of `npa optimize`. */
export interface OptimizationPlan extends Basis {
  /** The version of the answer's shape: a reader of another one should not read it. */
  readonly apiVersion: typeof apiVersion;
  /** Which answer it is. */
  readonly kind: "OptimizationPlan";
  /** The size of the policies as they are. */
  readonly before: OptimizationMeasures;
  /** The size of the policies as they are to be. */
  readonly after: OptimizationMeasures;
  /** In the order in which they are made. */
  readonly steps: readonly OptimizationStep[];
  /** Policies that become one, by namespace. */
  readonly groups: readonly ConsolidationGroup[];
  /** What would be right but is not in the plan, and why. */
  readonly withheld: readonly WithheldOptimization[];
  /** What the two sets are to each other. */
  readonly proof: OptimizationProof;
  /** Parts of which it was not decided whether they add something. */
  readonly undecidedParts: number;
  /** Why not: the reason of most parts first. */
  readonly undecided: readonly UndecidedReason[];
  /** Policies that the optimizer does not look at, by kind and reason. */
  readonly untouched: readonly UntouchedPolicies[];
  /** The namespaces that were looked at; empty means all. */
  readonly limitedTo: readonly string[];
  /** Files of which no document would be left. */
  readonly emptiedFiles: readonly string[];
}

/** Why it was not decided of parts whether they add something. */
export interface UndecidedReason {
  /** As a sentence about the policy of a part. */
  readonly reason: string;
  /** How many parts. */
  readonly count: number;
}

/** Policies that are not simplified, and why. */
export interface UntouchedPolicies {
  /** The kind of the policies. */
  readonly kind: string;
  /** How many policies. */
  readonly count: number;
  /** Why they stay as they are. */
  readonly reason: string;
}
