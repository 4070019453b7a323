import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { Basis } from "./basis.ts";
import type { apiVersion } from "./api-version.ts";
import type { Location } from "../source/position.ts";
import type { Verdict } from "../symbolic/comparison.ts";
import type { Counterexample } from "../symbolic/counterexample.ts";
import type { PodExample, TrafficExample } from "../symbolic/example.ts";

/** How the second of two policy sets stands to the first. */
export type ProofVerdict = Verdict;

/** Something concrete in which two policy sets differ: a pod that could exist, and a packet of it. */
export type ProofCounterexample = Counterexample & {
  /** What the difference makes of the second set. */
  readonly effect: "looser" | "stricter";
  /** The same in words. */
  readonly sentence: string;
};

/** What the two sets are to each other in one namespace: policies of different namespaces speak of different pods. */
export interface NamespaceProof {
  /** Whose policies were compared. */
  readonly namespace: string;
  /** What the second set is to the first there. */
  readonly verdict: ProofVerdict;
}

/** What one side of a proof rests on. */
export interface ProofSide extends Pick<Basis, "notEvaluated" | "inputs"> {
  /** How many policies were compared. */
  readonly policies: number;
  /** Policies that the API server would refuse: not in force, so not in the proof. */
  readonly refusedPolicies: readonly ObjectRef[];
}

/** What every proof rests on. */
export interface ProofBasis {
  /** How what Kubernetes leaves open was taken: defaults, and what was asked for. */
  readonly assumptions: Assumptions;
  /** Namespaces whose labels were taken as facts: those that the second input declares, under `namespaceLabels=fixed`. */
  readonly factsOf: readonly string[];
  /** The namespaces whose policies were looked at; empty means all. */
  readonly limitedTo: readonly string[];
  /** Why the answer, or a part of it, is open: the budget ended, or a policy is not understood. */
  readonly undecided: readonly string[];
}

/** The answer of `npa prove OLD NEW`, about every pod that could ever exist. */
export interface Proof extends ProofBasis {
  /** The version of the answer's shape: a reader of another one should not read it. */
  readonly apiVersion: typeof apiVersion;
  /** Which answer it is. */
  readonly kind: "Proof";
  /** What the second set is to the first. */
  readonly verdict: ProofVerdict;
  /** The first few of each effect. Always at least one of each effect that the verdict claims. */
  readonly counterexamples: readonly ProofCounterexample[];
  /** Every namespace with a policy in either set, sorted. */
  readonly namespaces: readonly NamespaceProof[];
  /** What the first set holds. */
  readonly before: ProofSide;
  /** What the second set holds. */
  readonly after: ProofSide;
}

/** A policy, or a part of one, and where it stands. */
export interface PartPlace {
  /** What part of the policy it is. */
  readonly type: "policy" | "rule" | "peer" | "port";
  /** The policy, as the input names it. */
  readonly policy: ObjectRef;
  /** Path of the part, e.g. `spec.ingress[0].from[1]`; `spec` for the whole policy. */
  readonly path: string;
  /** Where it is written. */
  readonly location: Location;
}

/** A part that can be taken out, and what does the same. */
export interface RedundantPart {
  /** What can be taken out. */
  readonly part: PartPlace;
  /** What of that which stays does the same together; empty when the part can match nothing at all. */
  readonly coveredBy: readonly PartPlace[];
  /** The one rule that does all of it alone, where there is one: it shadows the part. */
  readonly shadowedBy?: PartPlace;
  /** The part in words, and why it can go. */
  readonly sentence: string;
}

/** The answer of `npa prove --redundant`: parts that can all be taken out at once, for every pod that could ever exist. */
export interface RedundancyReport extends ProofBasis {
  /** The version of the answer's shape: a reader of another one should not read it. */
  readonly apiVersion: typeof apiVersion;
  /** Which answer it is. */
  readonly kind: "RedundancyReport";
  /** How many policies were looked at. */
  readonly policies: number;
  /** By file and line. A part of a redundant part is not listed again. */
  readonly redundancies: readonly RedundantPart[];
  /** Parts that may or may not be redundant: the budget ended. */
  readonly undecidedParts: readonly PartPlace[];
  /** Kinds and objects that could change the answer and were not evaluated. */
  readonly notEvaluated: Basis["notEvaluated"];
  /** What was read, and what was wrong with it. */
  readonly inputs: Basis["inputs"];
}

/**
 * What is claimed of a policy set. `permits`: it allows, in its direction, all that the rules of the specification admit.
 * `forbids`: it denies all of that. `disjoint`: no pod is selected by both. `denies-nothing`: every packet passes.
 */
export type ClaimType = "permits" | "forbids" | "disjoint" | "denies-nothing";

/** One claim, and whether it holds for every pod that could ever exist. */
export interface ClaimAnswer {
  /** What was claimed. */
  readonly claim: ClaimType;
  /** How the specification is called; absent for `denies-nothing`. */
  readonly specification?: string;
  /** Whether it holds: `undecided` where no proof was found either way. */
  readonly status: "holds" | "fails" | "undecided";
  /** A packet for which the claim fails. */
  readonly counterexample?: TrafficExample;
  /** A pod that both sets select, where `disjoint` fails. */
  readonly sharedPod?: PodExample;
  /** The answer in words. */
  readonly sentence: string;
  /** What could not be decided, and why; empty where all is. */
  readonly undecided: readonly string[];
}

/** The answer of `npa prove --permits SPEC` and the like. */
export interface SpecificationReport extends Omit<ProofBasis, "undecided"> {
  /** The version of the answer's shape: a reader of another one should not read it. */
  readonly apiVersion: typeof apiVersion;
  /** Which answer it is. */
  readonly kind: "SpecificationReport";
  /** Whether every claim holds. */
  readonly holds: boolean;
  /** In the order of the specification. */
  readonly claims: readonly ClaimAnswer[];
  /** How many policies were looked at. */
  readonly policies: number;
  /** Kinds and objects that could change the answer and were not evaluated. */
  readonly notEvaluated: Basis["notEvaluated"];
  /** What was read, and what was wrong with it. */
  readonly inputs: Basis["inputs"];
}
