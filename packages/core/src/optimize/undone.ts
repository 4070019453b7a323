import {
  type NetworksPeer,
  type Peer,
  type PodPeer,
  type Policy,
  type PortSpec,
  type Rule,
  directions,
} from "../model/policy.ts";
import type { Requirement, Selector } from "../model/selector.ts";
import { by } from "../lib/compare.ts";
import { everything } from "../model/cluster.ts";
import { isSubset } from "../sets/interval-set.ts";
import type { Part, Redundancy, RuleRef } from "../symbolic/redundancy.ts";
import { selectorImplies } from "../symbolic/selector-questions.ts";
import { peerKey, selectorKey } from "../semantics/canonical-key.ts";

/** One peer on one port: what a rule is made of. */
export interface Piece {
  readonly peer: Peer | "any";
  readonly port: PortSpec | "any";
}

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

/**
 * How a redundant part stands to what covers it; undefined when that cannot be said. What narrows something of the rules
 * `beside` it narrows as well, whichever of them are named as what covers it.
 */
export function standingOf({ part, coveredBy }: Redundancy, beside: readonly RuleRef[] = []): Standing | undefined {
  // By name and not by place in the input: which of several broader ones is told must not depend on the order of files.
  const covers = coveredBy.filter((cover) => cover.type === "rule").toSorted(by(({ policy }) => policy.name));
  const broad = placedPieces(covers);
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
    const wider = others.find((other) => isWider(other.piece, piece));
    if (wider !== undefined)
      return { standing: "narrows", piece: { ref, narrow: piece, by: wider.ref, broad: wider.piece } };
    isLess ||= others.some((other) => isPartlyWider(other.piece, piece));
    unsaid.push({ ref, piece });
  }
  const [undone] = undoneBeside(unsaid, placedPieces(beside));
  if (undone !== undefined) return { standing: "narrows", piece: undone };
  const subject = subjectKey(part.policy);
  const isSame = coveredBy.every(({ policy }) => subjectKey(policy) === subject);
  return { standing: isSame && !isLess ? "repeats" : "says-less" };
}

/**
 * What of a part something broader undoes, beside it or in the part itself. What repeats as a whole what covers it is not
 * asked for its pieces, but if it stays they are there.
 */
export function undoneWithin(part: Part, beside: readonly RuleRef[]): readonly UndonePiece[] {
  const own = [...ownPieces(part)];
  return undoneBeside(own, [...own, ...placedPieces(beside)]);
}

function undoneBeside(narrow: readonly PlacedPiece[], broad: readonly PlacedPiece[]): readonly UndonePiece[] {
  if (narrow.length * broad.length > mostPieces) return [];
  return narrow.flatMap(({ ref, piece }) =>
    broad
      .filter((other) => other.ref.direction === ref.direction && isWider(other.piece, piece))
      .map((other) => ({ ref, narrow: piece, by: other.ref, broad: other.piece })),
  );
}

function placedPieces(rules: readonly RuleRef[]): readonly PlacedPiece[] {
  return rules.flatMap((ref) => piecesOf(ruleOf(ref)).map((piece) => ({ ref, piece })));
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

/** The peers of a rule on each of its ports. */
export function piecesOf({ peers, ports }: Rule): readonly Piece[] {
  const whom: readonly (Peer | "any")[] = peers === "any" ? ["any"] : peers;
  const where: readonly (PortSpec | "any")[] = ports === "any" ? ["any"] : ports;
  return whom.flatMap((peer) => where.map((port) => ({ peer, port })));
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

function isSamePiece(a: Piece, b: Piece): boolean {
  return isSamePeer(a.peer, b.peer) && isSamePort(a.port, b.port);
}

function isSamePeer(a: Peer | "any", b: Peer | "any"): boolean {
  return a === b || (a !== "any" && b !== "any" && a.type === b.type && peerKey(a) === peerKey(b));
}

function isSamePort(a: PortSpec | "any", b: PortSpec | "any"): boolean {
  if (a === b) return true;
  if (a === "any" || b === "any" || a.protocol !== b.protocol) return false;
  if (a.type === "named") return b.type === "named" && a.name === b.name;
  return b.type === "range" && a.from === b.from && a.to === b.to;
}

/** Whether a piece holds all of another and more. */
function isWider(a: Piece, b: Piece): boolean {
  return (
    peerHolds(a.peer, b.peer) && portHolds(a.port, b.port) && !(peerHolds(b.peer, a.peer) && portHolds(b.port, a.port))
  );
}

/** Whether a piece that holds a part of another one opens more for that part: the pieces together undo the other. */
function isPartlyWider(a: Piece, b: Piece): boolean {
  return (
    (peerHolds(b.peer, a.peer) && portHolds(a.port, b.port) && !portHolds(b.port, a.port)) ||
    (portHolds(b.port, a.port) && peerHolds(a.peer, b.peer) && !peerHolds(b.peer, a.peer))
  );
}

/** Whether a peer is everybody that another one is. Pods are never addresses. */
export function peerHolds(a: Peer | "any", b: Peer | "any"): boolean {
  if (a === "any" || isSamePeer(a, b)) return true;
  if (b === "any") return false;
  if (a.type === "ipBlock" && b.type === "ipBlock") return isSubset(b.addresses, a.addresses);
  if (a.type === "networks" && b.type === "networks") return networksHold(a, b);
  return a.type === "pods" && b.type === "pods" && a.within === undefined && podsHold(a, b);
}

/** Pods at these addresses count, unless it says that none does. */
function networksHold(a: NetworksPeer, b: NetworksPeer): boolean {
  const isWithPods = a.outside !== true || b.outside === true;
  const isWithNodes = a.onNodes === true || b.onNodes !== true;
  return isWithPods && isWithNodes && isSubset(b.addresses, a.addresses);
}

function podsHold(a: PodPeer, b: PodPeer): boolean {
  const isPods = selectorImplies(b.podSelector ?? everything, a.podSelector ?? everything);
  if (!isPods) return false;
  if (a.namespaceSelector === undefined || b.namespaceSelector === undefined)
    return (
      a.namespaceSelector === b.namespaceSelector || (a.namespaceSelector?.requirements.length ?? 1) === 0 // the own one is one of all
    );
  return selectorImplies(b.namespaceSelector, a.namespaceSelector, "namespace");
}

/** Whether a port is every port that another one is. A name may be any number of its protocol. */
export function portHolds(a: PortSpec | "any", b: PortSpec | "any"): boolean {
  if (a === "any" || isSamePort(a, b)) return true;
  if (b === "any" || a.type === "named" || a.protocol !== b.protocol) return false;
  return b.type === "named" ? a.from === 1 && a.to === 65_535 : a.from <= b.from && b.to <= a.to;
}

/** Whether a selector says whom it leaves out. */
export function leavesOut({ requirements }: Selector): readonly Requirement[] {
  return requirements.filter(isLeavingOut);
}

export function isLeavingOut({ operator }: Requirement): boolean {
  return operator === "NotIn" || operator === "DoesNotExist";
}
