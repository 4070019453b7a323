import type { PodExample, TrafficExample } from "@npa/core/proof";
import { type KubeObject, type Packet, createOracle, namespace, networkPolicy, pod } from "@npa/fixtures";

/** The objects that an example of a proof speaks of, made real, and the names they got. */
interface Stage {
  readonly objects: readonly KubeObject[];
  readonly subject: string;
  /** The id of a pod, or an address. */
  readonly peer: string;
}

/** Makes the pods and namespaces of an example, the named ports its destination declares included. */
function stageOf(example: TrafficExample): Stage {
  const { subject, peer, direction } = example;
  const isSubjectTarget = direction === "ingress";
  const objects = [...podOf(subject, "subject", isSubjectTarget ? example : undefined)];
  const subjectId = `${subject.namespace}/subject[Pod]`;
  if (peer.type === "address") return { objects, subject: subjectId, peer: peer.address };
  const [ofPeer, ...others] = podOf(peer, "peer", isSubjectTarget ? undefined : example);
  const isSameNamespace = peer.namespace === subject.namespace;
  objects.push(...(isSameNamespace ? others : [ofPeer, ...others]));
  return { objects, subject: subjectId, peer: `${peer.namespace}/peer[Pod]` };
}

function podOf(example: PodExample, name: string, declares?: TrafficExample): [KubeObject, KubeObject] {
  const { packet, namedPorts } = declares ?? { packet: "other" as const, namedPorts: [] };
  const ports =
    packet === "other"
      ? []
      : namedPorts.map((port) => ({ name: port.name, protocol: port.protocol, containerPort: packet.port }));
  return [
    namespace(example.namespace, example.namespaceLabels),
    pod(example.namespace, name, { labels: example.podLabels, ports }),
  ];
}

/**
 * Whether the oracle can be asked. It knows TCP, UDP and SCTP only; and it has addresses declare no port names, which
 * proofs leave open: where ipBlocks match pods, an address may be one that declares the name.
 */
export function canReplay({ packet, peer, direction, namedPorts }: TrafficExample): boolean {
  const isKnown = packet !== "other" && packet.protocol !== "ICMP" && packet.protocol !== "ICMPv6";
  return isKnown && !(peer.type === "address" && direction === "egress" && namedPorts.length > 0);
}

/**
 * Whether the oracle lets the packet of an example pass its subject's own direction. The other end is left open: the
 * policies of its namespace that could isolate it there are the same direction's business, so the other direction of all
 * policies is taken away.
 */
export function isAllowed(policies: readonly KubeObject[], example: TrafficExample): boolean {
  if (example.packet === "other") throw new Error("the oracle knows no such packet");
  const { objects, subject, peer } = stageOf(example);
  const oracle = createOracle([...objects, ...policies.map((one) => inDirection(one, example.direction))]);
  const [from, to] = example.direction === "ingress" ? [peer, subject] : [subject, peer];
  const { protocol, port } = example.packet;
  if (protocol === "ICMP" || protocol === "ICMPv6") throw new Error("these policies have no words for ICMP");
  const packet: Packet = { from, to, protocol, port };
  return oracle.verdict(packet) === "yes";
}

/** Whether some policy isolates the pod of an example. */
export function isIsolated(
  policies: readonly KubeObject[],
  example: PodExample,
  direction: "ingress" | "egress",
): boolean {
  return createOracle([...podOf(example, "subject"), ...policies]).isolated(
    `${example.namespace}/subject[Pod]`,
    direction,
  );
}

/** The policy with the rules and types of one direction only; it may isolate nothing then and is left out. */
function inDirection(policy: KubeObject, direction: "ingress" | "egress"): KubeObject {
  // The policies come from generators and fixtures: their shape is known.
  const { metadata, spec } = policy as {
    readonly metadata: { readonly namespace?: string; readonly name: string };
    readonly spec: {
      readonly podSelector?: unknown;
      readonly policyTypes?: readonly string[] | null;
      readonly egress?: readonly unknown[] | null;
      readonly [rules: string]: unknown;
    };
  };
  const written = spec.policyTypes ?? [];
  const types = written.length > 0 ? written : ["Ingress", ...((spec.egress ?? []).length > 0 ? ["Egress"] : [])];
  const type = direction === "ingress" ? "Ingress" : "Egress";
  const { podSelector } = spec;
  if (!types.includes(type)) return networkPolicy(metadata.namespace, metadata.name, nothingSelected(type));
  return networkPolicy(metadata.namespace, metadata.name, {
    podSelector,
    policyTypes: [type],
    [direction]: spec[direction],
  });
}

function nothingSelected(type: string): KubeObject {
  const matchExpressions = [
    { key: "none", operator: "Exists" },
    { key: "none", operator: "DoesNotExist" },
  ];
  return { podSelector: { matchExpressions }, policyTypes: [type] };
}
