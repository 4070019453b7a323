import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { Location } from "../source/position.ts";
import type { ConnectionChange } from "./diff.ts";
import type { ObjectChange } from "./finding.ts";
import type { Answer, DecidingRule, DirectionVerdict, Verdict } from "./verdict.ts";

/** One rule that was asked, or what a policy does with traffic that none of its rules matches. */
export interface ExplainedStep {
  /** The tier it stands in: tiers are asked one after the other. */
  readonly tier: string;
  /** The policy, as the input names it. */
  readonly object: ObjectRef;
  /** Path of the rule, e.g. `spec.ingress[0]`; `spec` where the policy isolates. */
  readonly rule: string;
  /** Where it is written. */
  readonly location: Location;
  /** What it does with traffic it matches; `isolate`: what no rule of the tier allows is denied. */
  readonly action: DecidingRule["action"];
  /** Whether it matches some of what was asked. */
  readonly matches: Answer;
  /** Whether it decides some of what was asked, or passes it on: what matches may have been decided before. */
  readonly decides: boolean;
  /** In one sentence, what it does or why it does not match. */
  readonly because: string;
  /** The rule as it is written; absent where its text is not known. */
  readonly quote?: string;
}

/** A rule that would match if little were different. */
export interface NearMiss {
  /** The policy, as the input names it. */
  readonly object: ObjectRef;
  /** The path in the policy of what nearly matches: a rule, its subject, or a field that leaves rules out. */
  readonly rule: string;
  /** Where it is written. */
  readonly location: Location;
  /** What is missing, one phrase each: `the source lacks app=web (it has app=api)`. */
  readonly lacks: readonly string[];
}

/** How one end decides, step by step. */
export interface ExplainedDirection extends Pick<DirectionVerdict, "answer" | "isolated"> {
  /** Whether some of what was asked is allowed because no rule decides about it: the system's default. */
  readonly byDefault: boolean;
  /** In the order in which they are asked. */
  readonly steps: readonly ExplainedStep[];
  /** What the decision rests on; empty where nothing speaks of this direction. */
  readonly decidedBy: readonly DecidingRule[];
  /** The nearest first. */
  readonly nearMisses: readonly NearMiss[];
}

/** A port of a Service and where its pods get the traffic. Policies see only the port of the pods. */
export interface ServicePortUse {
  /** `namespace/name`. */
  readonly service: string;
  /** The port that clients of the Service name. */
  readonly port: string;
  /** The name of the Service's port. Absent: it has none. */
  readonly portName?: string;
  /** As it is written: a number or a name. */
  readonly targetPort: string;
  /** The ports of the pods; empty where no pod has a port of that name. */
  readonly podPorts: readonly string[];
}

/** An edit that turns the answer. It was made and the cluster was analysed again before it is told. */
export interface AnswerChange {
  /** What it makes of the answer. */
  readonly effect: "allow" | "block";
  /** The object that is changed or added; the first of several. */
  readonly object: ObjectRef;
  /** What is done, as an order. */
  readonly description: string;
  /** YAML: new objects whole, of others what is added or taken out, with its path and place in comments. */
  readonly patch: string;
  /** The same as changes of objects; new objects are only in `patch`. */
  readonly edits: readonly ObjectChange[];
  /** What it opens and closes beside what was asked; the first ones. */
  readonly opens: readonly ConnectionChange[];
  /** How many connections it opens, those that are not listed included. */
  readonly openCount: number;
  /** What else may no longer pass then. */
  readonly closes: readonly ConnectionChange[];
  /** How many connections it closes, those that are not listed included. */
  readonly closeCount: number;
  /** How many connections it changes of which it is not known whether they pass: they hang on facts that the input does not give. */
  readonly uncertainCount: number;
}

/** The answer of `npa explain`: a Verdict with every step that leads to it, and what would turn it. */
export interface Explanation extends Omit<Verdict, "kind" | "egress" | "ingress"> {
  /** Which answer it is. */
  readonly kind: "Explanation";
  /** How the policies of the source decide. */
  readonly egress: ExplainedDirection;
  /** How the policies of the target decide. */
  readonly ingress: ExplainedDirection;
  /** The ports of the Services that lead to the target, as far as they have to do with what was asked. */
  readonly servicePorts: readonly ServicePortUse[];
  /** The assumptions that the answer may rest on. */
  readonly restsOn: readonly (keyof Assumptions)[];
  /** What would turn the answer: small edits first, and those that change little beside it. */
  readonly changes: readonly AnswerChange[];
}
