import { everything } from "../model/cluster.ts";
import type { NetworksPeer, Peer, PodPeer, PortSpec, Rule } from "../model/policy.ts";
import { remembered } from "../lib/remembered.ts";
import { peerKey } from "../semantics/canonical-key.ts";
import { isSubset, unionAll } from "../sets/interval-set.ts";
import { selectorImplies } from "../symbolic/selector-questions.ts";

/** One peer on one port: what a rule is made of. */
export interface Piece {
  readonly peer: Peer | "any";
  readonly port: PortSpec | "any";
}

/** The peers of a rule on each of its ports. */
export const piecesOf: (rule: Rule) => readonly Piece[] = remembered(({ peers, ports }) => {
  const whom: readonly (Peer | "any")[] = peers === "any" ? ["any"] : peers;
  const where: readonly (PortSpec | "any")[] = ports === "any" ? ["any"] : ports;
  return whom.flatMap((peer) => where.map((port) => ({ peer, port })));
});

/** Whether two pieces are written alike. */
export function isSamePiece(a: Piece, b: Piece): boolean {
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
export function isWider(a: Piece, b: Piece): boolean {
  return (
    portHolds(a.port, b.port) && peerHolds(a.peer, b.peer) && !(portHolds(b.port, a.port) && peerHolds(b.peer, a.peer))
  );
}

/** Whether a piece that holds a part of another one opens more for that part: the pieces together undo the other. */
export function isPartlyWider(a: Piece, b: Piece): boolean {
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

/** Whether pieces that each lie within another one make all of it together: ports 80 and 81, a range of the two. */
export function makeTogether(pieces: readonly Piece[], whole: Piece): boolean {
  const inside = pieces.filter((piece) => isWider(whole, piece));
  return (
    inside.length > 1 &&
    stretchesOf(whole.port, inside).every((port) =>
      peersMake(
        inside.filter((piece) => portHolds(piece.port, port)),
        whole.peer,
      ),
    )
  );
}

/** A port cut where the ports of pieces begin. */
function stretchesOf(port: PortSpec | "any", pieces: readonly Piece[]): readonly (PortSpec | "any")[] {
  if (port === "any" || port.type === "named") return [port];
  const starts = pieces.flatMap(({ port: each }) =>
    each === "any" || each.type === "named" ? [] : [each.from, each.to + 1],
  );
  const cuts = [...new Set([port.from, ...starts])]
    .filter((at) => port.from <= at && at <= port.to)
    .toSorted((a, b) => a - b);
  return cuts.map((from, i) => ({ ...port, from, to: (cuts[i + 1] ?? port.to + 1) - 1 }));
}

function peersMake(pieces: readonly Piece[], whole: Peer | "any"): boolean {
  const peers = pieces.map(({ peer }) => peer);
  if (peers.some((peer) => peerHolds(peer, whole))) return true;
  if (whole === "any" || whole.type !== "ipBlock") return false;
  const blocks = peers.flatMap((peer) => (peer !== "any" && peer.type === "ipBlock" ? [peer.addresses] : []));
  return isSubset(whole.addresses, unionAll(blocks));
}
