import { remembered } from "../lib/remembered.ts";
import type { Peer, Policy, PortSpec, Rule } from "../model/policy.ts";
import type { Requirement, Selector } from "../model/selector.ts";

/** Equal for selectors with the same requirements, in whatever order they are written; empty for the empty selector. */
export const selectorKey: (selector: Selector) => string = remembered(makeSelectorKey);

function makeSelectorKey({ requirements }: Selector): string {
  return requirements.length === 1
    ? requirementKey(requirements[0] as Requirement)
    : distinct(requirements.map(requirementKey)).join("\u0003");
}

/** Equal for rules of one namespace that speak of the same peers, in whatever order they are written. */
export function peersKey({ peers }: Rule): string {
  return peers === "any" ? "any" : JSON.stringify(distinct(peers.map(peerKey)));
}

/** Equal for rules of one namespace and direction that say the same. */
export const ruleKey: (rule: Rule) => string = remembered(makeRuleKey);

function makeRuleKey(rule: Rule): string {
  const ports = rule.ports === "any" ? "any" : distinct(rule.ports.map(portKey)).join(" ");
  const except = rule.exceptPorts === undefined ? "" : distinct(rule.exceptPorts.map(portKey)).join(" ");
  return `${rule.action} ${rule.authentication ?? ""} ${ports} not ${except} ${peersKey(rule)} ${rule.family ?? ""} ${rule.unknown ?? ""}${requestsKey(rule)}`;
}

function requestsKey({ requests }: Rule): string {
  return requests === undefined ? "" : ` ${distinct(requests.map((request) => JSON.stringify(request))).join(" ")}`;
}

/** All that a policy says about traffic, word for word. */
export function policyKey(policy: Policy): string {
  const { ref, priority, name, namespace, tier, part, subject, unknownSubject, applies, isolates, isFinal, rules } =
    policy;
  const said = {
    kind: ref.kind,
    name,
    namespace,
    tier,
    part,
    subject,
    unknownSubject,
    applies,
    isolates,
    isFinal,
    rules,
  };
  return `${priority} ${JSON.stringify(said, sayable)}`;
}

/** The same but for the name: equal for two that may stand for each other. */
export function sayKey(policy: Policy): string {
  // Under what it reads otherwise, and not at which of its places: of equal policies one may have had a rule more.
  const assumed = (policy.ifAssumed ?? []).map(({ is, instead, refused }) =>
    JSON.stringify([is, instead, refused !== undefined]),
  );
  return policyKey({ ...policy, name: "" }) + JSON.stringify([[...new Set(assumed)].toSorted(), policy.ref.apiVersion]);
}

/** The addresses of an `ipBlock` follow from its `cidr` and `except`; others are said in figures. */
function sayable(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString(36);
  // How addresses are written, and where a rule is, says nothing about traffic.
  if (key === "cidrs" || key === "written") return undefined;
  return key === "addresses" && typeof this === "object" && this !== null && "cidr" in this ? undefined : value;
}

/** Equal for requirements that say the same. */
export function requirementKey({ key, operator, values }: Requirement): string {
  const listed = values.length > 1 ? distinct(values).join("\u0002") : (values[0] ?? "");
  return `${key}\u0001${operator}\u0001${listed}`;
}

/** Equal for peers of one namespace that are written alike. */
export const peerKey: (peer: Peer) => string = remembered(makePeerKey);

function makePeerKey(peer: Peer): string {
  if (peer.type === "ipBlock") return JSON.stringify([peer.cidr, ...distinct(peer.except)]);
  if (peer.type !== "pods") return JSON.stringify(peer, sayable);
  const { namespaceSelector, podSelector, within } = peer;
  return JSON.stringify([
    namespaceSelector && selectorKey(namespaceSelector),
    podSelector && selectorKey(podSelector),
    ...(within === undefined ? [] : [within.join()]),
  ]);
}

/** Equal for ports that are written alike. */
export function portKey(port: PortSpec): string {
  if (port.type === "named") return `${port.protocol}:${port.name}`;
  return `${port.protocol} ${port.from}-${port.to}${port.of === undefined ? "" : ` of ${port.of}`}`;
}

function distinct(texts: readonly string[]): readonly string[] {
  return texts.length < 2 ? texts : [...new Set(texts)].toSorted();
}

/** An object as a key: two references to one object have the same. */
export function refKey({ apiVersion, kind, namespace = "", name }: Policy["ref"]): string {
  return `${apiVersion} ${kind} ${namespace}/${name}`;
}
