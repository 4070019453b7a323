import type { Location } from "../source/position.ts";
import type { Severity } from "./finding.ts";

/** The terms of the security score. */
export type SecurityTermName = "isolation-ingress" | "isolation-egress" | "tightness" | "exposure" | "correctness";

/** The finding that costs a term of the security score most. */
export interface CostliestFinding {
  /** The rule that found it. */
  readonly ruleId: string;
  /** The message of the finding. */
  readonly message: string;
  /** Where it is written. Absent: in no file of the input. */
  readonly location?: Location;
}

/** A term of the security score. */
export interface SecurityTerm {
  /** Which term it is. */
  readonly name: SecurityTermName;
  /** The points of 100 that it stands for: 0 when it is not scored, and then the others share its points. */
  readonly weight: number;
  /** 0 to 100, higher is better; null when it is not scored. */
  readonly value: number | null;
  /** The figures behind the value, or why there is none. */
  readonly note: string;
  /** Absent when no finding explains what is lacking. */
  readonly costliest?: CostliestFinding;
}

/** The security score of a namespace. */
export interface NamespaceSecurityScore {
  /** The sum of weight x value / 100 over the terms; null when nothing could be scored. */
  readonly value: number | null;
  /** Pods that policies can select: what the namespace weighs in the total. */
  readonly pods: number;
  /** Why it is not scored. */
  readonly note?: string;
  /** What the score is made of; all terms, in the same order everywhere. */
  readonly terms: readonly SecurityTerm[];
}

/** The security score, explained: the mean of the namespaces' scores, weighted by pods. */
export interface SecurityScoreDetail {
  /** From 0 to 100; null where nothing could be scored. */
  readonly value: number | null;
  /** What is not scored, or why there is no score. */
  readonly note?: string;
  /** What the score is made of, over all namespaces. */
  readonly terms: readonly SecurityTerm[];
  /** The score of each namespace with pods, by name. */
  readonly byNamespace: Readonly<Record<string, NamespaceSecurityScore>>;
}

/** A security finding under the names of the source documents' tool: a projection of `findings`. */
export interface SecurityGap {
  /** The namespace of the object, or the object where that is a Namespace; empty where it has none. */
  readonly namespace: string;
  /** The name of the source documents' tool for it, or the id of the rule with underscores. */
  readonly type: string;
  /** That of the finding. */
  readonly severity: Severity;
  /** The message of the finding. */
  readonly description: string;
  /** The advice of the finding, or what is generally done about its type. */
  readonly recommendation: string;
}
