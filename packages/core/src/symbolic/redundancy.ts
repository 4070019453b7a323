import { compareStrings } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import { type Direction, type Policy, peerPath, portPath, rulePath } from "../model/policy.ts";
import type { Unprovable } from "./provable-policies.ts";

/** A rule of a policy. `rule` is its place in `policy.rules[direction]`. */
export interface RuleRef {
  /** Tells it from other parts. */
  readonly type: "rule";
  /** The policy that has it. */
  readonly policy: Policy;
  /** Which of its lists it stands in. */
  readonly direction: Direction;
  /** The place of the rule among those of its direction, from 0. */
  readonly rule: number;
}

/** The rule at a place in `policy.rules[direction]`. */
export function ruleRefOf(policy: Policy, direction: Direction, rule = 0): RuleRef {
  return { type: "rule", policy, direction, rule };
}

/** A policy, for its isolation of its subjects. */
export interface PolicyRef {
  /** Tells it from other parts. */
  readonly type: "policy";
  /** The policy. */
  readonly policy: Policy;
}

/** Something of a policy set that could be taken out. */
export type Part =
  | PolicyRef
  | RuleRef
  | (Omit<RuleRef, "type"> & { readonly type: "peer"; readonly peer: number })
  | (Omit<RuleRef, "type"> & { readonly type: "port"; readonly port: number });

/** A part that adds nothing to the rest. */
export interface Redundancy {
  /** What can be taken out. */
  readonly part: Part;
  /**
   * What, of that which stays, does the same: rules for what a part admits, policies for isolation. The rule of a peer or
   * port itself is named when another of its peers or ports covers. Empty when the part matches nothing anyway.
   */
  readonly coveredBy: readonly (RuleRef | PolicyRef)[];
  /** All that stays does the same together; which of it does is not looked for. */
  readonly byRest?: true;
}

/** A part of which it is not known whether it could be taken out. */
export interface UndecidedPart {
  /** It may or may not be redundant. */
  readonly part: Part;
  /** Why nothing is known, as a sentence about its policy. */
  readonly reason: string;
}

/** Why a proof ends that may not cost more. */
export const tookTooLong = "the proof took too long";

/** How often nothing is known for one reason. */
export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
}

/** The reasons, those of most parts first. */
export function byReason(undecided: readonly UndecidedPart[]): readonly ReasonCount[] {
  return [...groupBy(undecided, ({ reason }) => reason)]
    .map(([reason, parts]) => ({ reason, count: parts.length }))
    .toSorted((a, b) => b.count - a.count || compareStrings(a.reason, b.reason));
}

/** The redundant parts of a policy set, so chosen that all of them can be taken out at once. */
export interface Redundancies {
  /** Policies first, then rules, then peers and ports. A part of a redundant part is not listed again. */
  readonly redundant: readonly Redundancy[];
  /** Parts for which the budget ended, or that are too big. */
  readonly undecided: readonly UndecidedPart[];
  /** Policies that were neither judged nor used as a cover. */
  readonly unprovable: readonly Unprovable[];
  /** Policies of a name that another one of the input has, too: only that one is in force. */
  readonly overwritten: readonly Policy[];
}

/** Whether a redundant part lies inside one single rule: the rule shadows it. */
export function shadowingRule(redundancy: Redundancy): RuleRef | undefined {
  const [only, more] = redundancy.coveredBy;
  return more === undefined && only?.type === "rule" ? only : undefined;
}

/** Where a part is written, within its object. */
export function partPath(part: Part): ReturnType<typeof rulePath> {
  switch (part.type) {
    case "policy":
      return ["spec"];
    case "rule":
      return rulePath(part.policy, part.direction, part.rule);
    case "peer":
      return peerPath(part.policy, part.direction, part.rule, part.peer);
    case "port":
      return portPath(part.policy, part.direction, part.rule, part.port);
  }
}
