import { by } from "../lib/compare.ts";
import { type Policy, type Rule, directions } from "../model/policy.ts";
import type { Requirement, Selector } from "../model/selector.ts";
import type { Part, Redundancy, RuleRef } from "../symbolic/redundancy.ts";
import { selectorKey } from "../semantics/canonical-key.ts";
import { type Piece, isPartlyWider, isSamePiece, isWider, makeTogether, piecesOf } from "./piece.ts";

interface PlacedPiece {
  readonly ref: RuleRef;
  readonly piece: Piece;
}

/** A piece of a rule that narrows what a broader piece of a rule for the same pods lets through anyway. */
export interface UndonePiece {
  readonly ref: RuleRef;
  readonly narrow: Piece;
  readonly by: RuleRef;
  readonly broad: Piece;
}

/**
 * How a part that adds nothing stands to what covers it. `repeats`: it says what the rest says, for the same pods.
 * `says-less`: likewise, but the rest says more, or says it for more pods. `narrows`: it restricts what something broader opens, so that
 * one of the two is a mistake.
 */
export type Standing =
  | { readonly standing: "repeats" | "says-less" }
  | { readonly standing: "narrows"; readonly piece: UndonePiece };

/** Comparing more pieces than this would take long: the part is taken to narrow nothing, and is not offered for removal. */
const mostPieces = 20_000;

/** Why it cannot be said. */
export const tooManyPieces = "it has too many peers and ports to be compared one by one";

/** The rules for all pods that a policy selects; none where it and all that have some are among those that are known. */
export type RulesFor = (policy: Policy, known?: ReadonlySet<Policy>) => readonly RuleRef[];

/**
 * How a redundant part stands to what covers it; undefined when that cannot be said. What narrows something of the rules
 * `beside` it narrows as well, whichever of them are named as what covers it.
 */
export function standingOf({ part, coveredBy }: Redundancy, beside: RulesFor = () => []): Standing | undefined {
  // By name and not by place in the input: which of several broader ones is told must not depend on the order of files.
  const covers = coveredBy.filter((cover) => cover.type === "rule").toSorted(by(({ policy }) => policy.name));
  const broad = covers.flatMap((ref) => piecesOf(ruleOf(ref)).map((piece) => ({ ref, piece })));
  const opensMore = openingMoreThan(part.policy);
  let compared = 0;
  const unsaid: PlacedPiece[] = [];
  let isLess = part.type === "policy" && deniesWhatIsOpened(part.policy, coveredBy);
  for (const { ref, piece } of ownPieces(part)) {
    compared += broad.length;
    if (compared > mostPieces) return undefined;
    const others = broad.filter(
      (other) =>
        other.ref.direction === ref.direction && !(isSameRule(other.ref, ref) && isSamePiece(other.piece, piece)),
    );
    if (others.some((other) => isSamePiece(other.piece, piece))) continue;
    const wider = others.find((other) => isWider(other.piece, piece) && opensMore(other.ref, other.piece));
    if (wider !== undefined)
      return { standing: "narrows", piece: { ref, narrow: piece, by: wider.ref, broad: wider.piece } };
    isLess ||= others.some((other) => isPartlyWider(other.piece, piece) && opensMore(other.ref, other.piece));
    unsaid.push({ ref, piece });
  }
  const [undone] = unsaid.length === 0 ? [] : undoneBeside(unsaid, beside(part.policy), opensMore);
  if (undone !== undefined) return { standing: "narrows", piece: undone };
  const subject = subjectKey(part.policy);
  const isSame = coveredBy.every(({ policy }) => subjectKey(policy) === subject);
  return { standing: isSame && !isLess ? "repeats" : "says-less" };
}

/**
 * Adds to `parties` whoever has a restriction that something broader undoes, and whoever undoes it, of all that a part
 * says. Which of several is told, and whether the part as a whole repeats what covers it, makes no difference to that.
 */
export function addPartiesOf(part: Part, beside: RulesFor, parties: Set<Policy>): void {
  const rules = beside(part.policy, parties);
  const isKnown = parties.has(part.policy);
  if (isKnown && rules.every(({ policy }) => parties.has(policy))) return;
  const own = [...ownPieces(part)];
  const opensMore = openingMoreThan(part.policy);
  for (const rule of rules) {
    if (isKnown && parties.has(rule.policy)) continue;
    for (const { ref, by } of undoneBeside(own, [rule], opensMore)) parties.add(ref.policy).add(by.policy);
  }
}

type OpensMore = (ref: RuleRef, piece: Piece) => boolean;

/** What narrows something of other rules, for each of these at most once. */
function* undoneBeside(
  narrow: readonly PlacedPiece[],
  beside: readonly RuleRef[],
  opensMore: OpensMore,
): Generator<UndonePiece> {
  let left = mostPieces;
  for (const by of beside) {
    const broad = piecesOf(ruleOf(by));
    left -= broad.length * narrow.length;
    if (left < 0) return;
    for (const { ref, piece } of narrow) {
      if (ref.direction !== by.direction) continue;
      const wider = broad.find((other) => isWider(other, piece) && opensMore(by, other));
      if (wider !== undefined) yield { ref, narrow: piece, by, broad: wider };
    }
  }
}

/** Whether a piece opens more than a policy does by other pieces: who opens ports 80 and 81 restricts nothing beside 80-81. */
function openingMoreThan(policy: Policy): OpensMore {
  let left = mostPieces;
  return (ref, piece) => {
    const own = policy.rules[ref.direction].flatMap((rule, i) => {
      const isOwn = ref.policy === policy && ref.rule === i;
      return isOwn ? piecesOf(rule).filter((each) => !isSamePiece(each, piece)) : piecesOf(rule);
    });
    left -= own.length;
    return left < 0 || !makeTogether(own, piece);
  };
}

/** Equal for policies that are written for the same pods. */
function subjectKey({ namespace = "", subject: { namespaceSelector, podSelector, ...more } }: Policy): string {
  const namespaces = namespaceSelector && selectorKey(namespaceSelector);
  return JSON.stringify([namespace, namespaces, selectorKey(podSelector), more], (_, value: unknown) =>
    typeof value === "bigint" ? value.toString(36) : value,
  );
}

/** Whether a policy was written to deny a direction in which what covers it opens something. */
function deniesWhatIsOpened(policy: Policy, covers: Redundancy["coveredBy"]): boolean {
  return directions.some(
    (direction) =>
      policy.isolates[direction] &&
      policy.rules[direction].length === 0 &&
      covers.some(({ policy: other }) => other.rules[direction].length > 0),
  );
}

/** The rule that a reference means. */
export function ruleOf({ policy, direction, rule }: Pick<RuleRef, "policy" | "direction" | "rule">): Rule {
  const found = policy.rules[direction][rule];
  if (found === undefined) throw new Error(`${policy.name} has no rule ${rule} for ${direction}`);
  return found;
}

function* ownPieces(part: Part): Generator<PlacedPiece> {
  if (part.type === "policy") {
    for (const direction of ["ingress", "egress"] as const) {
      if (!part.policy.isolates[direction]) continue;
      for (const [i, rule] of part.policy.rules[direction].entries()) {
        const ref: RuleRef = { type: "rule", policy: part.policy, direction, rule: i };
        for (const piece of piecesOf(rule)) yield { ref, piece };
      }
    }
    return;
  }
  const { policy, direction, rule: index } = part;
  const rule = ruleOf(part);
  const ref: RuleRef = { type: "rule", policy, direction, rule: index };
  const peers = part.type === "peer" && rule.peers !== "any" ? rule.peers.slice(part.peer, part.peer + 1) : rule.peers;
  const ports = part.type === "port" && rule.ports !== "any" ? rule.ports.slice(part.port, part.port + 1) : rule.ports;
  for (const piece of piecesOf({ ...rule, peers, ports })) yield { ref, piece };
}

function isSameRule(a: RuleRef, b: RuleRef): boolean {
  return a.policy === b.policy && a.direction === b.direction && a.rule === b.rule;
}

/** Whether a selector says whom it leaves out. */
export function leavesOut({ requirements }: Selector): readonly Requirement[] {
  return requirements.filter(isLeavingOut);
}

export function isLeavingOut({ operator }: Requirement): boolean {
  return operator === "NotIn" || operator === "DoesNotExist";
}
