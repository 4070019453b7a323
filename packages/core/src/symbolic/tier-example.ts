import type { Direction } from "../model/policy.ts";
import type { Labels } from "../model/selector.ts";
import { clusterLabel } from "../semantics/identity-labels.ts";
import { everyPodHas, namespaceNameLabel } from "../semantics/label-syntax.ts";
import { allAddresses, familyAddresses } from "../sets/address-set.ts";
import { addressName, selectablePlaces } from "../sets/reserved-places.ts";
import { contains, difference, intersection, unionAll } from "../sets/interval-set.ts";
import {
  type Box,
  type Elements,
  elementsOf,
  everywhere,
  first,
  intersectBoxes,
  type Point,
  samplePoint,
  slab,
} from "./box.ts";
import { packetExample, type PeerExample, type TrafficExample } from "./example.ts";
import { protocolPackets } from "./packet.ts";
import type { TierSpace } from "./tier-space.ts";

const elsewhere = 0;
const address = 1;
const nearby = 2;
/** The label is not there. */
const absent = 0;
const present: Elements = [absent + 1, Number.POSITIVE_INFINITY];

/**
 * A point of a part that could be real; undefined when there is none. All points are, but those where the peer is said to
 * be in another namespace than the subject, of the very same name, those where a pod is where only a reserved identity is,
 * and those where it has the label of one: with it the subject is that identity, which has no other label and no namespace.
 * And a ping is of one family, as the address is that it goes to or comes from. Policies of a cluster select in that one alone.
 */
export function possiblePoint({ universe }: TierSpace, given: Box): Point | undefined {
  const part = ofOneFamily(universe, given);
  if (part === undefined) return undefined;
  const point = new Map(samplePoint(part));
  const labels = reservedIn(universe, part, "subject").length > 0 ? undefined : labelsOfPods(universe, part);
  const identity = labels === undefined ? identityIn(universe, part) : undefined;
  if (labels === undefined && identity === undefined) return undefined;
  for (const [id, value] of labels ?? identity ?? []) point.set(id, value);
  const kinds = elementsOf(part, universe.peerKind);
  const isPod = reservedIn(universe, part, "peer").length === 0 && hasAddress(universe, part);
  const [subject, peer] = [nameDimension(universe, "subjectNamespace"), nameDimension(universe, "peerNamespace")];
  if (isPod && contains(kinds, elsewhere))
    for (const own of upToTwo(elementsOf(part, subject)))
      for (const other of upToTwo(elementsOf(part, peer))) {
        const isSame = subject.named.has(own) && subject.named.get(own) === peer.named.get(other);
        if (!isSame) return point.set(universe.peerKind.id, elsewhere).set(subject.id, own).set(peer.id, other);
      }
  const hasNeighbours = isPod && identity === undefined;
  const kind = [nearby, address].find((each) => contains(kinds, each) && (each === address || hasNeighbours));
  return kind === undefined ? undefined : point.set(universe.peerKind.id, kind);
}

/** The packets of a part that are pings of one family, with the addresses of that family; undefined where there are none. */
function ofOneFamily(universe: TierSpace["universe"], part: Box): Box | undefined {
  const packets = elementsOf(part, universe.packet);
  if (first(packets) < firstPing || !part.some(({ dimension }) => dimension === universe.address)) return part;
  for (const [protocol, family] of pings) {
    const ping = slab(universe.packet, protocolPackets(protocol));
    const addresses = difference(universe.address.all, universe.addressElements(familyAddresses(family)));
    const box = ping && intersectBoxes(part, ping);
    const both = box && intersectBoxes(box, slab(universe.address, addresses) ?? everywhere);
    if (both !== undefined) return both;
  }
  return undefined;
}

/** The pings of each family, and the family that they do not go to. */
const pings = [
  ["ICMP", 6],
  ["ICMPv6", 4],
] as const;
const firstPing = first(protocolPackets("ICMP"));

/** What a subject that is a pod has of the labels that all pods have, as far as a part asks; undefined where it can be none. */
function labelsOfPods(universe: TierSpace["universe"], part: Box): Point | undefined {
  const point = new Map<number, number>();
  for (const { dimension, within } of part) {
    const label = universe.labelDimension(dimension.id);
    if (label?.role !== "subject" || !everyPodHas(label.key)) continue;
    const [value] = intersection(within, present);
    if (value === undefined) return undefined;
    point.set(dimension.id, value);
  }
  return point;
}

/** Whether some of the peers of a part have an address, as pods have. Reserved identities stand behind all addresses. */
function hasAddress(universe: TierSpace["universe"], part: Box): boolean {
  return contains(allAddresses, universe.addressAt(first(elementsOf(part, universe.address))));
}

/** The reserved identities whose label a part asks of a pod. */
function reservedIn(universe: TierSpace["universe"], part: Box, role: "subject" | "peer"): readonly string[] {
  return part.flatMap(({ dimension, within }) => {
    const label = universe.labelDimension(dimension.id);
    const isReserved = label?.role === role && label.key.startsWith("reserved:");
    return isReserved && !contains(within, absent) ? [label.key] : [];
  });
}

/** The label of a reserved identity that policies select, where the subject can be one. */
function identityIn(universe: TierSpace["universe"], part: Box): Point | undefined {
  const identity = selectablePlaces.find((place) => {
    const labels: Labels = { [`reserved:${place}`]: "" };
    return part.every(({ dimension, within }) => {
      const label = universe.labelDimension(dimension.id);
      if (label === undefined) return true;
      if (label.role === "subjectNamespace")
        return label.key === namespaceNameLabel ? isUnnamed(label, within) : contains(within, absent);
      if (label.role !== "subject") return true;
      const value = labels[label.key];
      if (value === undefined) return contains(within, absent);
      const elements = universe.values("subject", label.key, [value]);
      return elements.every((element, i) => i % 2 === 1 || contains(within, element));
    });
  });
  if (identity === undefined) return undefined;
  const key = `reserved:${identity}`;
  const [value = 0] = universe.values("subject", key, [""]);
  return new Map([[universe.label("subject", key).id, value]]);
}

/** Whether it may be another namespace than those that policies name. */
function isUnnamed({ named }: Named, within: Elements): boolean {
  return difference(within, unionAll([...named.keys()].map((element) => [element, element + 1]))).length > 0;
}

type Named = ReturnType<TierSpace["universe"]["label"]>;

function nameDimension(universe: TierSpace["universe"], role: "subjectNamespace" | "peerNamespace"): Named {
  return universe.label(role, namespaceNameLabel);
}

/** Of two different elements one differs from any given name, so more need not be looked at. */
function upToTwo(elements: Elements): readonly number[] {
  const one = first(elements);
  if (one + 1 < (elements[1] as number)) return [one, one + 1];
  return elements.length > 2 ? [one, elements[2] as number] : [one];
}

/** A possible point as a packet between pods or addresses that could exist. */
export function tierExample(space: TierSpace, direction: Direction, point: Point): TrafficExample {
  const { universe } = space;
  const own = namespaceAt(space, "subjectNamespace", point, undefined);
  // Every subject is of the one cluster whose policies are read, whatever that is called.
  const { [clusterLabel]: _, ...podLabels } = universe.labelsAt(point, "subject");
  const subject = { ...own, podLabels };
  return { direction, subject, peer: peerAt(space, point, own), ...packetExample(universe, point) };
}

function peerAt(space: TierSpace, point: Point, own: NamespaceExample): PeerExample {
  const { universe } = space;
  const kind = point.get(universe.peerKind.id) ?? elsewhere;
  const atom = point.get(universe.address.id);
  const where = addressName(universe.addressAt(atom ?? first(universe.address.all)));
  const isApiServer = universe.apiServer !== undefined && point.get(universe.apiServer.id) === 1;
  if (kind === address) return { type: "address", address: where, ...(isApiServer ? { apiServer: true } : {}) };
  const namespace = kind === nearby ? own : namespaceAt(space, "peerNamespace", point, own.namespace);
  const podLabels = universe.labelsAt(point, "peer");
  return { type: "pod", ...namespace, podLabels, ...(atom === undefined ? {} : { address: where }) };
}

interface NamespaceExample {
  readonly namespace: string;
  readonly namespaceLabels: Labels;
}

function namespaceAt(
  { universe, space: { facts } }: TierSpace,
  role: "subjectNamespace" | "peerNamespace",
  point: Point,
  except: string | undefined,
): NamespaceExample {
  const dimension = nameDimension(universe, role);
  const taken = new Set<string | undefined>([
    ...nameDimension(universe, "subjectNamespace").named.values(),
    ...nameDimension(universe, "peerNamespace").named.values(),
    ...facts.keys(),
    except,
  ]);
  const element = point.get(dimension.id) ?? first(dimension.all);
  const name = dimension.named.get(element) ?? freshName(dimension, element, (text) => taken.has(text));
  const labels = facts.get(name) ?? universe.labelsAt(point, role);
  return { namespace: name, namespaceLabels: { ...labels, [namespaceNameLabel]: name } };
}

/** A name that no policy mentions. */
function freshName({ atoms }: Named, element: number, isTaken: (name: string) => boolean): string {
  if (atoms !== undefined) return atoms.fresh(element, isTaken);
  let fresh = "other";
  for (let i = 2; isTaken(fresh); i++) fresh = `other-${i}`;
  return fresh;
}
