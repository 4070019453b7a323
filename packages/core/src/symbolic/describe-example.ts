import type { Labels } from "../model/selector.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { isIcmp } from "../sets/connection-set.ts";
import type { Counterexample, Side } from "./counterexample.ts";
import type { PeerExample, PodExample, TrafficExample } from "./example.ts";

/** How the two sides of a comparison are called in a sentence. */
export type SideNames = Readonly<Record<Side, string>>;

const defaultNames: SideNames = { before: "before", after: "after" };

/**
 * A counterexample as a sentence: `a pod with app=x in namespace shop could reach a pod with app=web in namespace shop on
 * TCP 80 before, not after`.
 */
export function describeCounterexample(counterexample: Counterexample, names: SideNames = defaultNames): string {
  const only = names[counterexample.onlyIn];
  const not = names[counterexample.onlyIn === "before" ? "after" : "before"];
  if (counterexample.about === "admission") return `${describeTraffic(counterexample)} ${only}, not ${not}`;
  const { subject, direction } = counterexample;
  return `${describePod(subject)} is isolated for ${direction} ${only}, not ${not}`;
}

/** What a packet would do: `a pod with app=x in namespace shop could reach 10.0.0.1 on TCP 80`. */
export function describeTraffic(example: TrafficExample): string {
  const subject = describePod(example.subject);
  const peer = describePeer(example.peer);
  const [source, destination] = example.direction === "ingress" ? [peer, subject] : [subject, peer];
  return `${source} could reach ${destination} ${describePacket(example)}`;
}

/** `a pod with app=web in namespace shop labelled team=b`. */
export function describePod({ namespace, namespaceLabels, podLabels }: PodExample): string {
  const labels = describeLabels(podLabels);
  const others = describeLabels(namespaceLabels, namespaceNameLabel);
  const pod = labels === "" ? "a pod without labels" : `a pod with ${labels}`;
  return `${pod} in namespace ${namespace}${others === "" ? "" : ` labelled ${others}`}`;
}

function describePeer(peer: PeerExample): string {
  if (peer.type === "address") return peer.apiServer === true ? `the API server at ${peer.address}` : peer.address;
  return `${describePod(peer)}${peer.address === undefined ? "" : ` at ${peer.address}`}`;
}

function describePacket({ packet, namedPorts, request }: TrafficExample): string {
  if (packet === "other") return "with traffic other than TCP, UDP and SCTP";
  if (isIcmp(packet.protocol)) return `with ${packet.protocol} of type ${packet.port}`;
  const names = namedPorts.map(({ name }) => name).join(", ");
  const declared = names === "" ? "" : ` (a port that the destination declares as ${names})`;
  const asked = request === undefined ? "" : " with a request that no policy names";
  return `on ${packet.protocol} ${packet.port}${declared}${asked}`;
}

function describeLabels(labels: Labels, except?: string): string {
  return Object.entries(labels)
    .filter(([key]) => key !== except)
    .map(([key, value]) => `${key}=${value === "" ? '""' : value}`)
    .join(", ");
}
