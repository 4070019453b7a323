import type { JsonValue } from "../answers/finding.ts";
import type { StepType } from "../answers/optimization.ts";
import type { Direction, Policy } from "../model/policy.ts";
import type { NodePath } from "../source/position.ts";
import type { Budget } from "../symbolic/budget.ts";
import type { DeadRule } from "../symbolic/dead-rules.ts";
import type { Removable } from "../symbolic/find-removable.ts";
import type { PolicySpace } from "../symbolic/policy-space.ts";
import type { Owners } from "./owner.ts";
import type { PoliciesAsRead } from "./as-written.ts";
import type { Duplicate, Repetition } from "./redundant-parts.ts";

/** One operation of RFC 6902 on a policy, as it is when the operation is reached; the empty path is the policy itself. */
export interface PatchOperation {
  /** The policy before the operation: its name finds it. */
  readonly policy: Policy;
  readonly op: "add" | "remove" | "replace";
  readonly path: string;
  readonly value?: JsonValue;
}

/** What a step, or one that was not made, rests on, where rules tell of it as well. */
export type StepBasis =
  | { readonly found: "duplicate"; readonly duplicate: Duplicate }
  | { readonly found: "redundancy"; readonly redundancy: Repetition }
  | { readonly found: "group"; readonly policies: readonly Policy[] };

/** One thing that makes a policy set simpler and changes nothing for any pod that could exist. */
export interface PlannedStep {
  readonly type: StepType;
  /** What is changed, as it is before; what stays comes first. */
  readonly policies: readonly Policy[];
  /** What is done, as an order. */
  readonly description: string;
  /** Why it is simpler. */
  readonly reason: string;
  /** Why it changes nothing. */
  readonly proof: string;
  readonly patch: readonly PatchOperation[];
  readonly basis?: StepBasis;
}

/** A step that would be right but is not made. */
export interface WithheldStep {
  readonly type: StepType;
  readonly policies: readonly Policy[];
  readonly description: string;
  readonly reason: string;
  readonly cause: "owner" | "finding" | "intent" | "text" | "reading" | "proof";
  readonly basis?: StepBasis;
}

/** What a pass makes of policies. */
export interface PassResult {
  readonly policies: readonly Policy[];
  readonly steps: readonly PlannedStep[];
  readonly withheld: readonly WithheldStep[];
}

/**
 * Why a policy, or what stands at a path of it, must stay as it is; undefined when it need not. The empty path is the
 * whole of it: what cannot go may still be changed.
 */
export type WhyNot = (policy: Policy, path?: NodePath) => string | undefined;

/** What was found of policies of other kinds than NetworkPolicies before a plan is made of it. */
export interface FoundOfOthers {
  /** The rules of ordered tiers that can never decide. */
  readonly dead: readonly DeadRule[];
  /** What can be taken out. */
  readonly removable: Pick<Removable, "redundant" | "undecided">;
}

/** What passes are given. */
export interface PassContext {
  /** Made for the address blocks of all policies. */
  readonly space: PolicySpace;
  readonly budget: Budget;
  /** Finds the same of policies as they are when some steps are made. */
  readonly findOthers: (policies: readonly Policy[]) => FoundOfOthers;
  /** Whose policies are: which may become one, and rest on each other. */
  readonly owners: Owners;
  /** The finding of medium severity or more that rests on a policy. */
  readonly doubt: WhyNot;
  /** What of the text would be lost. */
  readonly pinned: WhyNot;
}

/** What passes over NetworkPolicies are given. */
export interface NetworkPolicyContext extends PassContext {
  readonly asRead: PoliciesAsRead;
}

/** The field that lists the peers of rules of a direction. */
export function peersField(direction: Direction): "from" | "to" {
  return direction === "ingress" ? "from" : "to";
}

/** A path of RFC 6901. Its steps are known words and places in lists: nothing is to be escaped. */
export function pointer(...steps: readonly (string | number)[]): string {
  return steps.map((step) => `/${step}`).join("");
}
