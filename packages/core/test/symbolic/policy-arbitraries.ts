import * as fc from "fast-check";
import type {
  Direction,
  IpBlockPeer,
  Peer,
  Policy,
  PodPeer,
  PortSpec,
  Protocol,
  Rule,
} from "../../src/model/policy.ts";
import type { Requirement, Selector } from "../../src/model/selector.ts";
import { networkPolicyTier } from "../../src/semantics/tiers.ts";
import { parseCidr } from "../../src/sets/address-set.ts";
import { difference, unionAll } from "../../src/sets/interval-set.ts";
import type { PodExample, TrafficExample } from "../../src/symbolic/example.ts";
import { expression, label } from "./label-arbitraries.ts";

export const nameLabel = "kubernetes.io/metadata.name";

export interface PolicyParts {
  readonly name?: string;
  readonly namespace?: string;
  readonly podSelector?: Selector;
  readonly isolates?: readonly Direction[];
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

let count = 0;

/** A policy as normalize would give it. */
export function policy(parts: PolicyParts): Policy {
  const name = parts.name ?? `p${count}`;
  const namespace = parts.namespace ?? "n1";
  const isolates = parts.isolates ?? ["ingress"];
  const applies = { ingress: isolates.includes("ingress"), egress: isolates.includes("egress") };
  return {
    ref: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace, name },
    name,
    namespace,
    tier: networkPolicyTier,
    priority: 0,
    subject: { podSelector: parts.podSelector ?? { requirements: [] } },
    applies,
    isolates: applies,
    rules: { ingress: parts.ingress ?? [], egress: parts.egress ?? [] },
    annotations: {},
    origin: {
      locator: {
        file: "test.yaml",
        locate: () => ({ file: "test.yaml", line: 1, column: 1, endLine: 1, endColumn: 1, path: "" }),
      },
      path: [],
    },
    index: count++,
  };
}

export function rule(peers: Rule["peers"], ports: Rule["ports"] = "any"): Rule {
  return { action: "allow", peers, ports };
}

export function ports(protocol: Protocol, from: number, to: number = from): PortSpec {
  return { type: "range", protocol, from, to };
}

export function named(name: string, protocol: Protocol = "TCP"): PortSpec {
  return { type: "named", protocol, name };
}

export function pods(podSelector?: Selector, namespaceSelector?: Selector): PodPeer {
  return {
    type: "pods",
    ...(podSelector && { podSelector }),
    ...(namespaceSelector && { namespaceSelector }),
  };
}

export function block(cidr: string, ...except: string[]): IpBlockPeer {
  const set = (text: string): readonly bigint[] => parseCidr(text)?.addresses ?? [];
  return {
    type: "ipBlock",
    cidr,
    except,
    addresses: difference(set(cidr), unionAll(except.map(set))),
  };
}

const requirement = (key: string): fc.Arbitrary<Requirement> =>
  fc.oneof(
    fc
      .uniqueArray(fc.constantFrom("x", "y"), { minLength: 1, maxLength: 2 })
      .chain((values) =>
        fc
          .constantFrom("In" as const, "NotIn" as const)
          .map((operator) => ({ key, operator, values, from: "matchExpressions" as const })),
      ),
    fc
      .constantFrom("Exists" as const, "DoesNotExist" as const)
      .map((operator) => ({ key, operator, values: [], from: "matchExpressions" as const })),
  );

const podSelector: fc.Arbitrary<Selector> = fc.oneof(
  fc.constant({ requirements: [] }),
  fc.constantFrom(label("a", "x"), label("a", "y"), expression("a", "NotIn", "x")),
  fc.array(fc.constantFrom("a", "b").chain(requirement), { maxLength: 2 }).map((requirements) => ({
    requirements,
  })),
);

const namespaceSelector: fc.Arbitrary<Selector> = fc.constantFrom(
  { requirements: [] },
  label(nameLabel, "n1"),
  label(nameLabel, "n2"),
  expression(nameLabel, "NotIn", "n1"),
  label("t", "x"),
  expression("t", "NotIn", "x"),
);

const peer: fc.Arbitrary<Peer> = fc.oneof(
  podSelector.map((selector) => pods(selector)),
  namespaceSelector.map((selector) => pods(undefined, selector)),
  fc.tuple(podSelector, namespaceSelector).map(([pod, namespace]) => pods(pod, namespace)),
  fc.constantFrom(
    block("10.0.0.0/8"),
    block("10.0.0.0/9"),
    block("10.128.0.0/9"),
    block("10.0.0.0/8", "10.64.0.0/10"),
    block("0.0.0.0/0"),
    block("::/0"),
    block("fd00::/8"),
  ),
);

const port: fc.Arbitrary<PortSpec> = fc.constantFrom(
  ports("TCP", 80),
  ports("TCP", 80, 81),
  ports("TCP", 1, 65_535),
  ports("TCP", 1, 80),
  ports("TCP", 81, 65_535),
  ports("UDP", 53),
  ports("SCTP", 1, 65_535),
  named("http"),
  named("dns", "UDP"),
);

export const anyRule: fc.Arbitrary<Rule> = fc
  .tuple(
    fc.oneof(fc.constant("any" as const), fc.array(peer, { minLength: 1, maxLength: 3 })),
    fc.oneof(fc.constant("any" as const), fc.array(port, { minLength: 1, maxLength: 3 })),
  )
  .map(([peers, chosen]) => rule(peers, chosen));

const rules = fc.array(anyRule, { maxLength: 3 });

/** Policies of few pods, peers and ports, so that they meet often. */
export const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    namespace: fc.constantFrom("n1", "n1", "n1", "n2"),
    podSelector,
    isolates: fc.constantFrom<readonly Direction[]>(["ingress"], ["egress"], ["ingress", "egress"]),
    ingress: rules,
    egress: rules,
  })
  .map(policy);

export const anyPolicies: fc.Arbitrary<readonly Policy[]> = fc.array(anyPolicy, { maxLength: 5 });

const podLabels = [{}, { a: "x" }, { a: "y" }, { a: "z" }, { a: "x", b: "x" }, { b: "y" }, { a: "y", b: "z" }];
const namespaces = ["n1", "n2", "n3"].flatMap((name) => [
  { name, labels: { [nameLabel]: name } },
  { name, labels: { [nameLabel]: name, t: "x" } },
]);
const addresses = ["10.1.0.0", "10.65.0.0", "10.200.0.0", "9.9.9.9", "fd00::1", "fe80::1"];

export const samplePods: readonly PodExample[] = namespaces.flatMap(({ name, labels }) =>
  podLabels.map((own) => ({ namespace: name, namespaceLabels: labels, podLabels: own })),
);

/** Subjects in the namespaces that have policies. */
export const sampleSubjects: readonly PodExample[] = samplePods.filter(
  ({ namespace, namespaceLabels }) => namespace !== "n3" && !("t" in namespaceLabels),
);

const packets: readonly Pick<TrafficExample, "packet" | "namedPorts">[] = [
  { packet: { protocol: "TCP", port: 80 }, namedPorts: [] },
  { packet: { protocol: "TCP", port: 81 }, namedPorts: [] },
  { packet: { protocol: "TCP", port: 82 }, namedPorts: [{ name: "http", protocol: "TCP" }] },
  { packet: { protocol: "TCP", port: 90 }, namedPorts: [] },
  { packet: { protocol: "UDP", port: 53 }, namedPorts: [] },
  { packet: { protocol: "UDP", port: 54 }, namedPorts: [{ name: "dns", protocol: "UDP" }] },
  { packet: { protocol: "UDP", port: 55 }, namedPorts: [] },
  { packet: { protocol: "SCTP", port: 9 }, namedPorts: [] },
  { packet: "other", namedPorts: [] },
];

const peers: readonly TrafficExample["peer"][] = [
  ...samplePods.map((pod) => Object.assign({ type: "pod" as const }, pod)),
  ...addresses.map((address) => ({ type: "address" as const, address })),
];

/** A cross-section of the traffic of these policies, complete enough to tell most differences. */
export const sampleTraffic: readonly TrafficExample[] = sampleSubjects.flatMap((subject) =>
  peers
    .filter((one) => one.type === "address" || one.namespace !== subject.namespace || !("t" in one.namespaceLabels))
    .flatMap((one) =>
      packets.flatMap((packet) =>
        (["ingress", "egress"] as const).map((direction) => Object.assign({ direction, subject, peer: one }, packet)),
      ),
    ),
);
