import type { JsonValue } from "../answers/finding.ts";
import {
  type Direction,
  type IpBlockPeer,
  type Peer,
  type Policy,
  type PortSpec,
  type Rule,
  directions,
} from "../model/policy.ts";
import type { Labels } from "../model/selector.ts";
import { selectorValue } from "../answers/selector-value.ts";
import { peersField } from "./step.ts";

/** A NetworkPolicy as the object that says it: rules, peers and ports have the places that they have in the input. */
export function policyValue({ name, namespace, labels, annotations, subject, policyTypes, rules }: Policy): JsonValue {
  const written = directions.filter((direction) => rules[direction].length > 0);
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(isEmpty(labels) ? {} : { labels: { ...labels } }),
      ...(isEmpty(annotations) ? {} : { annotations: { ...annotations } }),
    },
    spec: {
      podSelector: selectorValue(subject.podSelector),
      ...(policyTypes === undefined ? {} : { policyTypes }),
      ...Object.fromEntries(
        written.map((direction) => [direction, rules[direction].map((rule) => ruleValue(rule, direction))]),
      ),
    },
  };
}

function isEmpty(values: Labels | undefined): boolean {
  return values === undefined || Object.keys(values).length === 0;
}

/** The directions that a policy isolates, as its `policyTypes`. */
export function policyTypesOf({ isolates }: Policy): readonly string[] {
  return directions.filter((direction) => isolates[direction]).map((direction) => typeNames[direction]);
}

const typeNames: Readonly<Record<Direction, string>> = { ingress: "Ingress", egress: "Egress" };

/** A rule as an object. */
export function ruleValue({ peers, ports }: Rule, direction: Direction): JsonValue {
  return {
    ...(peers === "any" ? {} : { [peersField(direction)]: peers.map(peerValue) }),
    ...(ports === "any" ? {} : { ports: ports.map(portValue) }),
  };
}

/** A peer as an object. Throws for one that a NetworkPolicy cannot have. */
export function peerValue(peer: Peer): JsonValue {
  if (peer.type === "ipBlock") return { ipBlock: blockValue(peer) };
  if (peer.type !== "pods") throw new Error(`a NetworkPolicy has no peers of type ${peer.type}`);
  const { namespaceSelector, podSelector } = peer;
  return {
    ...(namespaceSelector === undefined ? {} : { namespaceSelector: selectorValue(namespaceSelector) }),
    ...(podSelector === undefined ? {} : { podSelector: selectorValue(podSelector) }),
  };
}

/** What an `ipBlock` says. */
export function blockValue({ cidr, except }: Pick<IpBlockPeer, "cidr" | "except">): JsonValue {
  return { cidr, ...(except.length === 0 ? {} : { except: [...except] }) };
}

/** A port as an object: all ports of a protocol have no number. */
export function portValue(port: PortSpec): JsonValue {
  const { protocol } = port;
  if (port.type === "named") return { protocol, port: port.name };
  if (port.from === 1 && port.to === 65_535) return { protocol };
  return { protocol, port: port.from, ...(port.to === port.from ? {} : { endPort: port.to }) };
}
