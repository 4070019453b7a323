import { isIcmp } from "../../sets/connection-set.ts";
import type { ObjectRef } from "../../diagnostics/diagnostic.ts";
import type { Direction, Peer, Policy, PortSpec } from "../../model/policy.ts";
import { type Labels, type Requirement, type Selector, textWords } from "../../model/selector.ts";

const longest = 160;

/** `NetworkPolicy shop/web`. */
export function nameOf({ ref }: { readonly ref: ObjectRef }): string {
  return `${ref.kind} ${ref.namespace === undefined ? ref.name : `${ref.namespace}/${ref.name}`}`.trimEnd();
}

/** A selector as kubectl writes it: `app=web,tier in (a,b),!legacy`. */
export function selectorText({ requirements }: Selector): string {
  return requirements.length === 0 ? "{}" : shorten(requirements.map(requirementText).join(","));
}

function requirementText({ key, operator, values }: Requirement): string {
  switch (operator) {
    case "In":
      return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(",")})`;
    case "NotIn":
      return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin (${values.join(",")})`;
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
    case "Contains":
    case "StartsWith":
    case "EndsWith":
      return `${key} ${textWords[operator]} '${values[0]}'`;
    case "NotContains":
    case "NotStartsWith":
    case "NotEndsWith":
      return `!(${key} ${textWords[operator]} '${values[0]}')`;
  }
}

/** Labels as `app=web,tier=front`; `no labels` when there are none. */
export function labelsText(labels: Labels): string {
  const entries = Object.entries(labels);
  return entries.length === 0 ? "no labels" : shorten(entries.map(([key, value]) => `${key}=${value}`).join(","));
}

/** Ports as `TCP 80, UDP 53-55, TCP http`; `all ports`. */
export function portsText(ports: readonly PortSpec[] | "any"): string {
  return ports === "any" ? "all ports" : shorten(ports.map(portText).join(", "));
}

function portText(port: PortSpec): string {
  if (port.type === "named") return `${port.protocol} ${port.name}`;
  if (isIcmp(port.protocol)) return `${port.protocol} type ${port.from}`;
  if (port.from === 1 && port.to === 65_535) return `all ${port.protocol} ports`;
  return port.from === port.to ? `${port.protocol} ${port.from}` : `${port.protocol} ${port.from}-${port.to}`;
}

/** A peer in a few words: `10.0.0.0/8`, `pods app=web of namespaces env=prod`; `everybody` for a rule without peers. */
export function peerText(peer: Peer | "any"): string {
  if (peer === "any") return "everybody";
  if (peer.type === "ipBlock")
    return peer.except.length === 0 ? peer.cidr : `${peer.cidr} except ${listText(peer.except)}`;
  if (peer.type === "networks") return listText(peer.cidrs);
  if (peer.type === "nodes")
    return `${peer.remote === undefined ? "" : "other "}nodes ${selectorText(peer.nodeSelector)}`;
  if (peer.type === "domains") return listText(peer.names);
  if (peer.type === "oldForm") return "pods of namespaces chosen in the form of an old version";
  const { podSelector, namespaceSelector } = peer;
  const pods =
    podSelector === undefined || podSelector.requirements.length === 0
      ? "all pods"
      : `pods ${selectorText(podSelector)}`;
  if (namespaceSelector === undefined) return `${pods} of the own namespace`;
  const isEvery = namespaceSelector.requirements.length === 0;
  return `${pods} of ${isEvery ? "every namespace" : `namespaces ${selectorText(namespaceSelector)}`}`;
}

/** The pods that a policy selects: `every pod of namespace shop`, `pods app=web of every namespace`. */
export function subjectText({ namespace, subject: { podSelector, namespaceSelector } }: Policy): string {
  const pods = podSelector.requirements.length === 0 ? "every pod" : `pods ${selectorText(podSelector)}`;
  if (namespace !== undefined) return `${pods} of namespace ${namespace}`;
  const isEvery = namespaceSelector === undefined || namespaceSelector.requirements.length === 0;
  return `${pods} of ${isEvery ? "every namespace" : `namespaces ${selectorText(namespaceSelector)}`}`;
}

/** Names, the first few: `a, b, c and 4 more`. `total` is how many there are when not all names are given. */
export function listText(names: readonly string[], shown = 3, total: number = names.length): string {
  if (total <= shown + 1 && total === names.length)
    return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return `${names.slice(0, shown).join(", ")} and ${total - Math.min(shown, names.length)} more`;
}

/** `1 pod`, `3 pods`, `2 policies`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** The policyTypes entry of a direction. */
export function typeOf(direction: Direction): "Ingress" | "Egress" {
  return direction === "ingress" ? "Ingress" : "Egress";
}

function shorten(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
