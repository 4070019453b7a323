import type { Direction, Protocol } from "../model/policy.ts";
import type { Labels } from "../model/selector.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { addressName } from "../sets/reserved-places.ts";
import { first, type Point } from "./box.ts";
import { packetAt, type PacketExample } from "./packet.ts";
import type { PolicySpace } from "./policy-space.ts";
import type { Universe } from "./universe.ts";

/** A pod that could exist. */
export interface PodExample {
  /** The name of its namespace. */
  readonly namespace: string;
  /** Holds `kubernetes.io/metadata.name`, and what else the example needs. */
  readonly namespaceLabels: Labels;
  /** Its labels: those that matter to the answer. */
  readonly podLabels: Labels;
}

/** The other end of an example. */
export type PeerExample =
  | ({
      readonly type: "pod";
      /** Where the pod is, if that matters: a rule that speaks of networks matches pods there, too. */
      readonly address?: string;
    } & PodExample)
  | {
      readonly type: "address";
      readonly address: string;
      /** It is that of Cilium's API server, which is outside and nobody has said where. */
      readonly apiServer?: true;
    };

/** A name under which the destination declares the packet's port. */
export interface NamedPortExample {
  /** The name. */
  readonly name: string;
  /** A name belongs to one protocol. */
  readonly protocol: Protocol;
}

/** One packet of one direction of a pod that a policy could apply to. For ingress the peer is the source, for egress the destination. */
export interface TrafficExample {
  /** Seen from the subject. */
  readonly direction: Direction;
  /** The pod whose policies are asked. */
  readonly subject: PodExample;
  /** The other end. */
  readonly peer: PeerExample;
  /** The protocol and the port. */
  readonly packet: PacketExample;
  /** What the destination declares for the packet's port; it declares no other name. */
  readonly namedPorts: readonly NamedPortExample[];
  /** A request that no policy names. Absent: it makes no difference which one it is. */
  readonly request?: "other";
}

/** The subject of a point as a pod of a namespace. */
export function subjectExample(space: PolicySpace, namespace: string, point: Point): PodExample {
  return {
    namespace,
    namespaceLabels: labelsOfNamespace(space, namespace, {}),
    podLabels: space.universe.labelsAt(point, "subject"),
  };
}

/** A point as a packet between pods or addresses that could exist. */
export function trafficExample(
  space: PolicySpace,
  namespace: string,
  direction: Direction,
  point: Point,
): TrafficExample {
  const { universe } = space;
  const peer = peerExample(space, point);
  const subject = subjectExample(space, namespace, point);
  // Two pods of one namespace see the same labels of it.
  const same = peer.type === "pod" && peer.namespace === namespace;
  return {
    direction,
    subject: same ? { ...subject, namespaceLabels: peer.namespaceLabels } : subject,
    peer,
    ...packetExample(universe, point),
  };
}

/** The packet of a point, and what its destination declares. */
export function packetExample(
  universe: Universe,
  point: Point,
): Pick<TrafficExample, "packet" | "namedPorts" | "request"> {
  const packet = packetAt(point.get(universe.packet.id) ?? first(universe.packet.all));
  const namedPorts = universe
    .namedPortsAt(point)
    .filter(({ protocol }) => packet !== "other" && protocol === packet.protocol)
    .map(({ name, protocol }) => ({ name, protocol }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const { requests } = universe;
  const isOther = requests !== undefined && point.get(requests.id) === 0;
  return { packet, namedPorts, ...(isOther ? { request: "other" } : {}) };
}

function peerExample(space: PolicySpace, point: Point): PeerExample {
  const { universe } = space;
  const kind = point.get(universe.peerKind.id);
  const atom = point.get(universe.address.id);
  const address = addressName(universe.addressAt(atom ?? first(universe.address.all)));
  // Where a pod at the address would do, too, the address alone is the plainer example.
  if (kind === 1 || (kind === undefined && atom !== undefined)) return { type: "address", address };
  const labels = universe.labelsAt(point, "peerNamespace");
  const namespace = labels[namespaceNameLabel] as string; // labelsAt gives every namespace its name
  return {
    type: "pod",
    namespace,
    namespaceLabels: labelsOfNamespace(space, namespace, labels),
    podLabels: universe.labelsAt(point, "peer"),
    ...(atom === undefined ? {} : { address }),
  };
}

/** Facts win: a box that constrains a label of a known namespace never comes from a policy. */
function labelsOfNamespace(space: PolicySpace, namespace: string, labels: Labels): Labels {
  return { ...(space.facts.get(namespace) ?? labels), [namespaceNameLabel]: namespace };
}
