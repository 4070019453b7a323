import { everything } from "../../model/cluster.ts";
import { type Direction, type PodPeer, type Policy, type Rule, directions } from "../../model/policy.ts";
import type { Requirement, Selector } from "../../model/selector.ts";
import { allowingRules } from "../../semantics/rules-in-force.ts";
import { Budget } from "../../symbolic/budget.ts";
import type { RuleRef } from "../../symbolic/redundancy.ts";
import { exampleLabels } from "../../symbolic/selector-questions.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";
import { sharedSubjects } from "./shared-subjects.ts";
import { type Piece, peerHolds, piecesOf, portHolds } from "../../optimize/piece.ts";
import { type UndonePiece, isLeavingOut, leavesOut } from "../../optimize/undone.ts";

/** Steps that all of the comparing may cost. */
const steps = 1_000_000;

/** Comparing two peers costs this much of it. */
const stepsPerPair = 20;

/** What lets in again whom a NotIn or a DoesNotExist leaves out; `incomplete` names the namespaces with too many peers. */
export interface Readmissions {
  readonly found: readonly UndonePiece[];
  readonly incomplete: readonly string[];
}

/**
 * Peers that leave somebody out by NotIn or DoesNotExist, beside a broader peer for some of the same pods of the input.
 * A peer for just those who are left out is meant: that they may do something else.
 */
export function readmissions(context: RuleContext): Readmissions {
  return context.once(findReadmissions);
}

interface WrittenPiece {
  readonly ref: RuleRef;
  readonly piece: Piece;
}

function findReadmissions(context: RuleContext): Readmissions {
  const budget = new Budget(steps);
  const found: UndonePiece[] = [];
  const incomplete: string[] = [];
  for (const facts of context.namespaces) {
    for (const direction of directions) {
      if (!facts.policies.some((policy) => policy.rules[direction].some(mayBeCareful))) continue;
      const pieces = writtenPieces(facts, direction);
      for (const own of pieces) {
        const { ref, piece } = own;
        if (!isCareful(piece)) continue;
        const by = pieces.find(
          (other) =>
            other !== own &&
            budget.spend(stepsPerPair) &&
            undoes(other.piece, piece) &&
            sharedSubjects(context, ref.policy, other.ref.policy, budget) !== undefined,
        );
        if (by !== undefined) found.push({ ref, narrow: piece, by: by.ref, broad: by.piece });
      }
    }
    if (budget.exhausted) incomplete.push(facts.name);
  }
  return { found, incomplete };
}

function writtenPieces({ policies }: NamespaceFacts, direction: Direction): readonly WrittenPiece[] {
  const adding = policies.filter((policy) => policy.rules[direction].every(({ action }) => action === "allow"));
  return adding.flatMap((policy: Policy) =>
    allowingRules(policy, direction).flatMap((rule, i) =>
      piecesOf(rule).map((piece) => ({ ref: { type: "rule" as const, policy, direction, rule: i }, piece })),
    ),
  );
}

/** Few rules leave anybody out: of the others no pieces are made. */
function mayBeCareful({ peers }: Rule): boolean {
  return peers !== "any" && peers.some((peer) => peer.type === "pods" && isCareful({ peer, port: "any" }));
}

function isCareful({ peer }: Piece): boolean {
  if (peer === "any" || peer.type !== "pods") return false;
  const { podSelector = everything, namespaceSelector = everything } = peer;
  return podSelector.requirements.some(isLeavingOut) || namespaceSelector.requirements.some(isLeavingOut);
}

/** Whether a piece is all of a careful one, and those whom that leaves out as well. */
function undoes(broad: Piece, { peer, port }: Piece): boolean {
  if (peer === "any" || peer.type !== "pods") return false;
  if (!portHolds(broad.port, port) || !peerHolds(broad.peer, peer)) return false;
  return excludedBy(peer).some((excluded) => peerHolds(broad.peer, excluded));
}

/** For each requirement that leaves somebody out: those peers, where there can be some. */
function excludedBy(peer: PodPeer): readonly PodPeer[] {
  const { podSelector = everything, namespaceSelector } = peer;
  const excluded = [
    ...leavesOut(podSelector).map((each) => ({ ...peer, podSelector: turned(podSelector, each) })),
    ...(namespaceSelector === undefined
      ? []
      : leavesOut(namespaceSelector).map((each) => ({ ...peer, namespaceSelector: turned(namespaceSelector, each) }))),
  ];
  return excluded.filter(mayBeSomebody);
}

function mayBeSomebody({ podSelector = everything, namespaceSelector = everything }: PodPeer): boolean {
  return exampleLabels(podSelector) !== undefined && exampleLabels(namespaceSelector, "namespace") !== undefined;
}

function turned({ requirements }: Selector, out: Requirement): Selector {
  return {
    requirements: requirements.map((each) =>
      each === out ? { ...each, operator: each.operator === "NotIn" ? "In" : "Exists" } : each,
    ),
  };
}
