import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { Location } from "../source/position.ts";
import type { apiVersion } from "./api-version.ts";
import type { Basis } from "./basis.ts";
import type { LimitedPorts, MissingFact } from "./connectivity.ts";
import type { Ports, PortsByProtocol } from "./ports.ts";

/** A policy or rule that takes part in a decision, and where it stands. */
export interface DecidingRule {
  /** The policy, as the input names it. */
  readonly policy: ObjectRef;
  /** The tier it stands in: tiers are asked one after the other. */
  readonly tier: string;
  /** What it does with the traffic; `isolate` where a policy denies what none of its rules allows. */
  readonly action: "allow" | "deny" | "pass" | "isolate";
  /** Path of the rule, e.g. `spec.ingress[0]`; of the policy's `spec` when no rule of it matches. */
  readonly path: string;
  /** Where it is written. */
  readonly location: Location;
  /** What of the question the rule decides, when it decides anything. */
  readonly ports?: Ports;
  /** The requests that it is limited to, where it is: `GET /api/.*`. */
  readonly requests?: readonly string[];
  /** In one sentence, what it does or why it does not apply. */
  readonly reason: string;
}

/**
 * Whether something may pass. `unknown` hangs on a fact that the input does not give. It is a word and no boolean, so that
 * no `if` takes unknown for a yes or a no: write `answer === "yes"`.
 */
export type Answer = "yes" | "no" | "unknown";

/** How one end decides. */
export interface DirectionVerdict {
  /** Whether this end alone lets pass some of what was asked. */
  readonly answer: Answer;
  /** Whether nothing passes here without a rule that allows it. */
  readonly isolated: boolean;
  /** Rules that allow some of what was asked; empty where none does, or nothing isolates this end. */
  readonly allowedBy: readonly DecidingRule[];
  /** Rules that deny some of what was asked, and policies that isolate the endpoint and allow nothing of it. */
  readonly blockedBy: readonly DecidingRule[];
  /** Rules that leave some of what was asked to the next tier. */
  readonly passedBy: readonly DecidingRule[];
}

/** One pair of endpoints of a question that covers several. */
export interface VerdictPart extends Ports {
  /** The id of the endpoint that sends. */
  readonly source: string;
  /** The id of the endpoint that is asked. */
  readonly target: string;
  /** What holds between these two. */
  readonly answer: Answer;
}

/** The answer of `npa can`. */
export interface Verdict extends Basis {
  /** The version of the answer's shape: a reader of another one should not read it. */
  readonly apiVersion: typeof apiVersion;
  /** Which answer it is. */
  readonly kind: "Verdict";
  /** Who would send, as the question was understood. */
  readonly source: string;
  /** Who would be asked, as the question was understood. */
  readonly target: string;
  /** The port that was asked, e.g. `8080/TCP`. */
  readonly port?: string;
  /** The request that was asked about, e.g. `GET /api`. */
  readonly request?: string;
  /** `yes` when some of the source may reach some of the target; `unknown` when that hangs on a missing fact. */
  readonly answer: Answer;
  /** True when not all parts agree. */
  readonly partial: boolean;
  /** Every pair of endpoints that the question covers. */
  readonly parts: readonly VerdictPart[];
  /** What is allowed on the whole: the union over the parts. */
  readonly ports: PortsByProtocol;
  /** Everything may pass; then `ports` is empty. */
  readonly all: boolean;
  /** Where of that some requests pass and others do not. Absent: nowhere. */
  readonly limited?: readonly LimitedPorts[];
  /** How the policies of the source decide. */
  readonly egress: DirectionVerdict;
  /** How the policies of the target decide. */
  readonly ingress: DirectionVerdict;
  /** The missing facts that leave it open; empty unless something is unknown. */
  readonly because: readonly MissingFact[];
  /** The assumptions that the answer may rest on. */
  readonly restsOn: readonly (keyof Assumptions)[];
  /** What a reader should know beside the verdict, one sentence each. */
  readonly notes: readonly string[];
}
