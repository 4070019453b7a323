import type { JsonValue } from "../answers/finding.ts";
import { type Direction, type Peer, type Policy, type PortSpec, type Rule, directions } from "../model/policy.ts";
import { selectorValue } from "../answers/selector-value.ts";

/** A NetworkPolicy as the object that says it: rules, peers and ports have the places that they have in the input. */
export function policyValue({ name, namespace, subject, policyTypes, rules }: Policy): JsonValue {
  const written = directions.filter((direction) => rules[direction].length > 0);
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec: {
      podSelector: selectorValue(subject.podSelector),
      ...(policyTypes === undefined ? {} : { policyTypes }),
      ...Object.fromEntries(
        written.map((direction) => [direction, rules[direction].map((rule) => ruleValue(rule, direction))]),
      ),
    },
  };
}

function ruleValue({ peers, ports }: Rule, direction: Direction): JsonValue {
  return {
    ...(peers === "any" ? {} : { [direction === "ingress" ? "from" : "to"]: peers.map(peerValue) }),
    ...(ports === "any" ? {} : { ports: ports.map(portValue) }),
  };
}

function peerValue(peer: Peer): JsonValue {
  if (peer.type === "ipBlock")
    return { ipBlock: { cidr: peer.cidr, ...(peer.except.length === 0 ? {} : { except: peer.except }) } };
  if (peer.type !== "pods") throw new Error(`a NetworkPolicy has no peers of type ${peer.type}`);
  const { namespaceSelector, podSelector } = peer;
  return {
    ...(namespaceSelector === undefined ? {} : { namespaceSelector: selectorValue(namespaceSelector) }),
    ...(podSelector === undefined ? {} : { podSelector: selectorValue(podSelector) }),
  };
}

function portValue(port: PortSpec): JsonValue {
  const { protocol } = port;
  if (port.type === "named") return { protocol, port: port.name };
  if (port.from === 1 && port.to === 65_535) return { protocol };
  return { protocol, port: port.from, ...(port.to === port.from ? {} : { endPort: port.to }) };
}
