import type { Direction } from "../model/policy.ts";
import type { Labels } from "../model/selector.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { addressName } from "../sets/reserved-places.ts";
import { contains } from "../sets/interval-set.ts";
import { type Box, type Elements, elementsOf, first, type Point, samplePoint } from "./box.ts";
import { packetExample, type PeerExample, type TrafficExample } from "./example.ts";
import type { TierSpace } from "./tier-space.ts";

const elsewhere = 0;
const address = 1;
const nearby = 2;

/**
 * A point of a part that could be real; undefined when there is none. All points are, but those where the peer is said to
 * be in another namespace than the subject, of the very same name.
 */
export function possiblePoint({ universe }: TierSpace, part: Box): Point | undefined {
  const point = new Map(samplePoint(part));
  const kinds = elementsOf(part, universe.peerKind);
  const [subject, peer] = [nameDimension(universe, "subjectNamespace"), nameDimension(universe, "peerNamespace")];
  if (contains(kinds, elsewhere))
    for (const own of upToTwo(elementsOf(part, subject)))
      for (const other of upToTwo(elementsOf(part, peer))) {
        const isSame = subject.named.has(own) && subject.named.get(own) === peer.named.get(other);
        if (!isSame) return point.set(universe.peerKind.id, elsewhere).set(subject.id, own).set(peer.id, other);
      }
  const kind = [nearby, address].find((each) => contains(kinds, each));
  return kind === undefined ? undefined : point.set(universe.peerKind.id, kind);
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
  const subject = { ...own, podLabels: universe.labelsAt(point, "subject") };
  return { direction, subject, peer: peerAt(space, point, own), ...packetExample(universe, point) };
}

function peerAt(space: TierSpace, point: Point, own: NamespaceExample): PeerExample {
  const { universe } = space;
  const kind = point.get(universe.peerKind.id) ?? elsewhere;
  const atom = point.get(universe.address.id);
  const where = addressName(universe.addressAt(atom ?? first(universe.address.all)));
  if (kind === address) return { type: "address", address: where };
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
