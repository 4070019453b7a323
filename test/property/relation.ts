import { type NotEvaluatedObject, readManifests } from "@npa/core";
import {
  type AnyPacket,
  type CalicoAssumptions,
  type CalicoScenario,
  type KubeObject,
  type Packet,
  type TieredAssumptions,
  type TieredScenario,
  type Verdict,
  createOracle,
} from "@npa/fixtures";
import * as fc from "fast-check";
import { expect } from "vitest";
import { ClassReach } from "../../packages/core/src/graph/class-reach.ts";
import { countNamespacePairs } from "../../packages/core/src/reachability/count-namespace-pairs.ts";
import { listEndpoints } from "../../packages/core/src/reachability/endpoints.ts";
import { connectionStream } from "../../packages/core/src/reachability/list-connections.ts";
import { Reachability } from "../../packages/core/src/reachability/reachability.ts";
import { assumptionsOf } from "../../packages/core/src/semantics/dataplane.ts";
import { underRequests } from "../../packages/core/src/semantics/under-requests.ts";
import { underAssumptions } from "../../packages/core/src/semantics/under-assumptions.ts";
import { parseAddress } from "../../packages/core/src/sets/address.ts";
import { reservedPlaces } from "../../packages/core/src/sets/reserved-places.ts";
import { parseCidr } from "../../packages/core/src/sets/address-set.ts";
import { noConnections } from "../../packages/core/src/sets/connection-set.ts";
import { unionAll } from "../../packages/core/src/sets/interval-set.ts";

/** What certainly holds, and what may hold. */
export const bounds = ["certain", "possible"] as const;
type Bound = (typeof bounds)[number];

/** Small clusters have small peer sets: with a low limit they are shared between rows as big ones are. */
export const denseSizes: fc.Arbitrary<number> = fc.constantFrom(0, 1, 2, 64);

/** A cluster that an oracle is asked about, too. */
interface AskedCluster extends Pick<TieredScenario, "objects"> {
  readonly assumptions: TieredAssumptions | CalicoAssumptions;
  /** Reserved identities that these name are among the ends. */
  readonly packets?: readonly Packet[];
}

/** Builds the relation of a scenario. `live`: as stored objects, of which less is refused; `hidden`: kinds that RBAC hides. */
export function reach(
  { objects, assumptions, packets = [] }: AskedCluster,
  denseSize: number,
  live: boolean,
  hidden: readonly NotEvaluatedObject[] = [],
): Reachability {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  const read = readManifests([{ name: "cluster.json", text }], { live });
  const cluster = { ...read, notEvaluated: [...read.notEvaluated, ...hidden] };
  expect(cluster.problems.filter(({ severity }) => severity === "error")).toEqual([]);
  const { clusterPodCidrs = [], domains, requests = "some", ...known }: CalicoAssumptions = assumptions;
  const podCidrs = unionAll(clusterPodCidrs.map((cidr) => parseCidr(cidr)?.addresses ?? []));
  const assumed = assumptionsOf(known, cluster);
  return new Reachability(underRequests(underAssumptions(cluster, assumed), requests), {
    assumptions: assumed,
    denseSize,
    reserved: packets.flatMap(({ from, to }) => [from, to].flatMap(identityOf)),
    ...(podCidrs.length === 0 ? {} : { podCidrs }),
    ...(domains === undefined ? {} : { domains }),
  });
}

/** The identity that an oracle's name is of: of the API server's the oracle knows two. */
function identityOf(name: string): readonly string[] {
  return name.startsWith("reserved:") ? [name.slice("reserved:".length).replace(/\[.*/, "")] : [];
}

/** The classes an oracle's name stands for: one per endpoint of the workload, or that of the address. */
export function classesOf(reachability: Reachability): (name: string) => readonly number[] {
  const endpoints = listEndpoints(reachability);
  return (name) => {
    const place = reservedPlaces.find((each) => name === `reserved:${each}`);
    if (place !== undefined) {
      const own = reachability.addresses.classOfPlace(place);
      return own === undefined ? [] : [reachability.pods.classes.length + own];
    }
    const parsed = parseAddress(name);
    if (parsed !== undefined)
      return [reachability.pods.classes.length + reachability.addresses.classOf(parsed.address)];
    return endpoints.filter(({ workload }) => workload?.id === name).map(({ classId }) => classId);
  };
}

/** Law: what the engine says of each packet is what the oracle says. Gives what was said. */
export function expectVerdicts(
  reachability: Reachability,
  { objects, packets, assumptions }: TieredScenario | CalicoScenario,
): Verdict[] {
  const oracle = createOracle(objects, assumptions);
  const verdictsOf = engineVerdicts(reachability);
  const asked: readonly AnyPacket[] = reachability.table.hasIcmp
    ? [...packets, ...packets.flatMap((packet) => pings(packet, objects))]
    : packets;
  return asked
    .filter(({ from, to }) => from !== to)
    .map((packet) => {
      const expected = oracle.verdict(packet);
      const verdicts = verdictsOf(packet);
      expect({ packet, verdicts }).toEqual({ packet, verdicts: [expected] });
      return expected;
    });
}

/** The same ends with a ping of each family that both may speak, and with another message. */
function pings({ from, to }: Packet, objects: readonly KubeObject[]): readonly AnyPacket[] {
  const message = (family: 4 | 6, type: number): AnyPacket => ({
    from,
    to,
    protocol: "ICMP",
    port: 0,
    family,
    icmp: { type, code: 0 },
  });
  return [message(4, 8), message(6, 128), message(4, 13)].filter(({ family = 4 }) =>
    [from, to].every((end) => maySpeak(end, family, objects)),
  );
}

function maySpeak(end: string, family: 4 | 6, objects: readonly KubeObject[]): boolean {
  const addresses = parseAddress(end) === undefined ? addressesOf(end, objects) : [end];
  return addresses.length === 0 || addresses.some((text) => parseAddress(text)?.family === family);
}

/** Those of a Pod; none where they are not known. */
function addressesOf(id: string, objects: readonly KubeObject[]): readonly string[] {
  const written = objects as readonly {
    kind?: string;
    metadata?: ObjectName;
    spec?: { hostNetwork?: boolean };
    status?: { podIPs?: { ip: string }[]; hostIPs?: { ip: string }[] };
  }[];
  const pod = written.find(
    ({ kind, metadata }) => kind === "Pod" && id === `${metadata?.namespace || "default"}/${metadata?.name}[Pod]`,
  );
  const { podIPs = [], hostIPs = [] } = pod?.status ?? {};
  return [...podIPs, ...(pod?.spec?.hostNetwork === true ? hostIPs : [])].map(({ ip }) => ip);
}

interface ObjectName {
  readonly name?: string;
  readonly namespace?: string;
}

/** What the engine says of packets: one verdict for each pair of endpoints that the names of a packet stand for. */
export function engineVerdicts(reachability: Reachability): (packet: AnyPacket) => readonly Verdict[] {
  const classes = classesOf(reachability);
  return (packet) =>
    classes(packet.from).flatMap((from) => classes(packet.to).map((to) => verdictOf(reachability, packet, from, to)));
}

function verdictOf(reachability: Reachability, packet: AnyPacket, from: number, to: number): Verdict {
  const { protocol, port, family, icmp } = packet;
  if (protocol === "other") throw new Error("the engine knows no such packet");
  const range =
    protocol === "ICMP"
      ? ({ protocol: family === 6 ? "ICMPv6" : "ICMP", number: icmp?.type ?? 0 } as const)
      : { protocol, number: port };
  const asked = reachability.table.ofPorts([{ protocol: range.protocol, from: range.number, to: range.number }]);
  const passes = (bound: Bound): boolean =>
    reachability.table.intersection(reachability.connections(from, to, bound), asked) !== noConnections;
  return passes("certain") ? "yes" : passes("possible") ? "unknown" : "no";
}

/** Law: lists, counts and what is reached are those of the single pairs. */
export function expectPairs(reachability: Reachability): void {
  const { classes, selectable } = reachability.pods;
  const stream = connectionStream(reachability);
  const { endpoints } = stream;
  const pairs = endpoints.flatMap((from) =>
    endpoints
      .filter((to) => from !== to || from.toItself)
      .filter((to) => reachability.isDecided(from.classId, to.classId))
      .filter((to) => connects(reachability, from.classId, to.classId, "certain"))
      .map((to) => `${from.endpoint.id} ${to.endpoint.id}`),
  );
  const listed = [...stream.connections()];
  expect(listed.map(({ source, target }) => `${source} ${target}`)).toEqual(pairs);
  const [scope] = reachability.cluster.namespaces.keys();
  for (const namespace of scope === undefined ? [undefined] : [undefined, scope]) {
    const isInside = (id: string): boolean => namespace === undefined || id.startsWith(`${namespace}/`);
    const counts = reachability.counts(namespace === undefined ? undefined : new Set([namespace]));
    expect(counts.connections).toBe(listed.filter(({ source, target }) => isInside(source) || isInside(target)).length);
    const counted = [counts.podPairs, counts.podPairs + counts.uncertainPodPairs];
    expect(counted).toEqual(bounds.map((bound) => podPairs(reachability, bound, namespace)));
  }
  for (const bound of bounds) {
    let inNamespaces = 0;
    for (const from of classes.slice(0, selectable))
      for (const to of classes.slice(0, selectable))
        if (connects(reachability, from.id, to.id, bound)) inNamespaces += from.pods * to.pods;
    const sums = [...countNamespacePairs(reachability, bound).values()];
    expect(sums.reduce((sum, { inside, outgoing }) => sum + inside + outgoing, 0)).toBe(inNamespaces);
    const reached = new ClassReach(reachability, bound);
    const found = new Set<number>();
    for (const source of classes.slice(0, 3)) reached.from(source.id, (target) => found.add(target));
    const should = Array.from({ length: reachability.classCount }, (_, id) => id).filter((to) =>
      classes.slice(0, 3).some(({ id }) => connects(reachability, id, to, bound)),
    );
    expect([...found].toSorted((a, b) => a - b)).toEqual(should);
  }
}

function connects(reachability: Reachability, from: number, to: number, bound: Bound): boolean {
  return reachability.connections(from, to, bound) !== noConnections;
}

/** Pairs of different pods, all or those with an end in a namespace. */
function podPairs(reachability: Reachability, bound: Bound, scope?: string): number {
  let total = 0;
  for (const from of reachability.pods.classes) {
    for (const to of reachability.pods.classes) {
      if (scope !== undefined && from.namespace !== scope && to.namespace !== scope) continue;
      if (connects(reachability, from.id, to.id, bound)) total += from.pods * (from === to ? to.pods - 1 : to.pods);
    }
  }
  return total;
}
