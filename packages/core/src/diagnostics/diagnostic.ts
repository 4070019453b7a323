import type { Location } from "../source/position.ts";

/**
 * How bad a problem with the input is.
 * `error`: an object could not be read, or the API server would refuse it, so it takes no part in the analysis.
 * `warning`: the object was read, but probably does not say what its author meant.
 */
export type ProblemSeverity = "error" | "warning";

/** The kinds of problems, each with what it means for the analysis. */
export const problemCodes = {
  "yaml-syntax": "The text is not valid YAML or JSON. The document was not read.",
  "input-too-large": "The text exceeds a bound (size, depth, aliases). The document was not read.",
  "not-utf8": "The bytes are not UTF-8 text. The file was not read.",
  "unreadable-file": "The file could not be opened or read.",
  "duplicate-key": "A mapping has the same key twice. The last one wins, as in kubectl.",
  "wrong-type": "A field has a value of the wrong type. The API server refuses the object.",
  "missing-field": "A required field is missing. The API server refuses the object.",
  "unknown-field": "A field that the kind does not have. It is dropped, as the API server does.",
  "invalid-name": "A name, namespace or label that the API server refuses.",
  "invalid-policy": "A policy that the API server would refuse. It is not in force and left out of every answer.",
  "suspicious-value": "A value that is accepted, but reads differently from what it looks like.",
  "owned-policy":
    "A policy with owners, which the API server deletes with them, and at once where there are none. It is read as in force.",
  "matches-nothing": "A part of a policy that no traffic matches, though it looks as if it was for all.",
  "no-identity-label": "A selector asks for a label that Cilium does not keep: it is as if no pod had it.",
  "no-ping": "A rule that looks as if it let pings through, and does not.",
  "unknown-peer":
    "A peer or port of a rule is of a kind that this version of the API does not have. The rule fails closed: it allows nothing, or denies everything.",
  "undefined-selector":
    "A selector that is none, in a policy whose CRD does not check selectors. The API server stores it, and whom it matches is not defined: it is taken for unknown.",
  "ports-without-protocol": "A rule of Calico with ports and no protocol that has ports.",
  "old-form": "A field that an old version of the API had and later ones drop. An assumption says how it is read.",
  "two-data-planes":
    "Policies of Calico and of Cilium, of which one data plane enforces its own alone. Those of the other are not in force.",
  "duplicate-object": "The same kind, namespace and name twice. The last one in input order wins.",
  "duplicate-named-port": "A pod declares one port name and protocol more than once. All numbers count.",
  "invalid-suppression":
    "A comment or annotation that asks to ignore a finding, but names no rule there is or no reason. It is without effect.",
  "unused-suppression":
    "A comment, annotation or entry of the configuration that asks to ignore findings, but there is none.",
  "expired-suppression":
    "An entry of the configuration that ignored findings up to a day that is past. It is without effect.",
} as const;

/** The code of a problem with the input. */
export type ProblemCode = keyof typeof problemCodes;

/** The identity of a Kubernetes object as the input writes it. */
export interface ObjectRef {
  /** Group and version, as `networking.k8s.io/v1`; `v1` is the core group. */
  readonly apiVersion: string;
  /** As written, `NetworkPolicy`. */
  readonly kind: string;
  /** Absent: its kind has none, or the input does not say. */
  readonly namespace?: string;
  /** `metadata.name`. */
  readonly name: string;
}

/** A problem with the input: what, where, and (in the message) what to do about it. */
export interface Diagnostic {
  /** Which problem it is: this does not change with the wording. */
  readonly code: ProblemCode;
  /** Whether an object was left out because of it, or probably says something else than was meant. */
  readonly severity: ProblemSeverity;
  /** True when a Kubernetes document or file could not be read at all, so the answer may lack it: the CLI exits 2. */
  readonly unreadable?: boolean;
  /** Who refuses the object where the API server does not, but stores it: the agents that should enforce it. */
  readonly refusedBy?: "agent";
  /** What is wrong and what to do, as a sentence. */
  readonly message: string;
  /** Where it is written. Absent: in no file of the input. */
  readonly location?: Location;
  /** The object that it is about. Absent: none, or none that could be read. */
  readonly object?: ObjectRef;
}

/** Receives problems as they are found. */
export type Report = (diagnostic: Diagnostic) => void;
