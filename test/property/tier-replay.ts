import { type Ports, readManifests } from "@npa/core";
import type { ConnectionChange } from "@npa/core/diff";
import type { PodExample, TrafficExample } from "@npa/core/proof";
import { type CalicoAssumptions, type KubeObject, type Verdict, createOracle, namespace, pod } from "@npa/fixtures";
import { expect } from "vitest";

type Cluster = ReturnType<typeof readManifests>;

/** The rules in the opposite order: in an ordered tier that may be another policy. */
export function turned(policy: KubeObject): KubeObject {
  const spec = policy["spec"] as Readonly<Record<string, unknown>> | undefined; // of a generator
  if (spec === undefined) return policy;
  const rules = (key: string): object => (Array.isArray(spec[key]) ? { [key]: spec[key].toReversed() } : {});
  return { ...policy, spec: { ...spec, ...rules("ingress"), ...rules("egress") } };
}

export function clusterOf(...objects: readonly (readonly KubeObject[])[]): Cluster {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects.flat() });
  return readManifests([{ name: "c.json", text }], { live: true });
}

function podOf(
  example: PodExample & { readonly address?: string },
  name: string,
  declares?: TrafficExample,
): KubeObject {
  const { packet, namedPorts } = declares ?? { packet: "other" as const, namedPorts: [] };
  const ports =
    packet === "other"
      ? []
      : namedPorts.map((port) => ({ name: port.name, protocol: port.protocol, containerPort: packet.port }));
  // An example that names no address is true of any, of either family.
  const ips =
    example.address === undefined
      ? name === "subject"
        ? ["203.0.113.1", "fd99::1"]
        : ["203.0.113.2", "fd99::2"]
      : [example.address];
  const made = pod(example.namespace, name, { labels: example.podLabels, ports, ips });
  // A pod has one account, of any name: Calico and Cilium make it a label.
  const keys = ["projectcalico.org/serviceaccount", "io.cilium.k8s.policy.serviceaccount"];
  const [serviceAccountName = "any"] = keys.flatMap((key) => example.podLabels[key] ?? []);
  return { ...made, spec: { ...(made["spec"] as object), serviceAccountName } }; // `pod` writes one
}

/** What the oracle says of an example made real, in the direction of its subject alone. `policies`: with what they speak of. */
export function replay(
  policies: readonly KubeObject[],
  example: TrafficExample,
  assumptions: CalicoAssumptions = {},
): Verdict {
  const { subject, peer, packet, direction } = example;
  if (packet === "other") throw new Error("the oracle knows no such packet");
  const isTarget = direction === "ingress";
  const identity = identityOf(subject);
  const objects: KubeObject[] = [
    namespace(subject.namespace, subject.namespaceLabels),
    ...(identity === undefined ? [podOf(subject, "subject", isTarget ? example : undefined)] : []),
  ];
  if (peer.type === "pod") {
    if (peer.namespace !== subject.namespace) objects.push(namespace(peer.namespace, peer.namespaceLabels));
    else expect(peer.namespaceLabels).toEqual(subject.namespaceLabels);
    objects.push(podOf(peer, "peer", isTarget ? undefined : example));
  }
  const other = peer.type === "pod" ? `${peer.namespace}/peer[Pod]` : peer.address;
  const own = identity ?? `${subject.namespace}/subject[Pod]`;
  const [from, to] = isTarget ? [other, own] : [own, other];
  const { protocol, port } = packet;
  const asked =
    protocol === "ICMP" || protocol === "ICMPv6"
      ? ({ protocol: "ICMP", port: 0, icmp: { type: port, code: 0 }, family: protocol === "ICMP" ? 4 : 6 } as const)
      : { protocol, port };
  const isApiServer = peer.type === "address" && peer.apiServer === true;
  // A node that is no pod's own is meant: that is let in whatever isolates the pod.
  const isOther = peer.type === "address" && peer.address !== "reserved:host";
  const where: CalicoAssumptions = {
    ...assumptions,
    ...(isApiServer ? { kubeApiserver: peer.address } : {}),
    ...(isOther ? { ciliumAllowLocalhost: "policy" } : {}),
  };
  return createOracle([...objects, ...policies], where).verdict({ from, to, ...asked }, direction);
}

/**
 * The oracle does not know every protocol, and addresses outside declare no port names. Proofs leave out that Cilium
 * isolates endpoints that initialize, and take an identity for one that has others of its name.
 */
export function canReplay({ subject, packet, peer, direction, namedPorts }: TrafficExample): boolean {
  const isKnown = packet !== "other";
  const identity = identityOf(subject);
  const isAlone = identity === "reserved:init" || (peer.type === "address" && peer.address === identity);
  return isKnown && !isAlone && !(peer.type === "address" && direction === "egress" && namedPorts.length > 0);
}

/** The reserved identity of Cilium that a subject with its label is. */
function identityOf({ podLabels }: PodExample): string | undefined {
  return Object.keys(podLabels).find((key) => key.startsWith("reserved:"));
}

/** Whether an example is a pod at the address of a node: nobody is, and whether a block that matches pods means it is no question. */
export function isAtNode({ peer }: TrafficExample, objects: readonly KubeObject[]): boolean {
  const nodes = objects.filter(({ kind }) => kind === "Node");
  return peer.type === "pod" && peer.address !== undefined && JSON.stringify(nodes).includes(`"${peer.address}"`);
}

/** Whether a change is of nothing but pings of one family to or from addresses of the other: lists tell them with their rule, and no packet is one. */
export function isOfNoPacket({ source, target, before, after }: ConnectionChange): boolean {
  const addresses = [source, target].find((end) => end.startsWith("external["));
  if (addresses === undefined || before?.all === true || after?.all === true) return false;
  const ranges = addresses.slice("external[".length, -1).split(",");
  const isSix = ranges.every((range) => range.includes(":"));
  const isFour = ranges.every((range) => !range.includes(":"));
  if (!isSix && !isFour) return false;
  const told = (ports: Ports | undefined): ReadonlyMap<string, string> =>
    new Map(Object.entries(ports?.ports ?? {}).map(([protocol, each]) => [protocol, each.join()]));
  const [was, is] = [told(before), told(after)];
  const differing = [...new Set([...was.keys(), ...is.keys()])].filter((key) => was.get(key) !== is.get(key));
  return differing.every((protocol) => protocol === (isSix ? "ICMP" : "ICMPv6"));
}
