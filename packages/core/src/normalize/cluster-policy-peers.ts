import type { Direction, OldFormPeer, Peer, RuleAction } from "../model/policy.ts";
import type { Selector } from "../model/selector.ts";
import { type AddressSet, type ParsedCidr, parseCidr } from "../sets/address-set.ts";
import { unionAll } from "../sets/interval-set.ts";
import { checkCount, type ClusterPolicyKind, isOfV1alpha1, requireSelectors } from "./cluster-policy-kind.ts";
import { forEachItem, listField, mappingField, textListField } from "./fields.ts";
import { readCidr } from "./ip-block.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import { quote } from "./quote.ts";
import type { RawMapping } from "./raw-object.ts";
import { readSelector } from "./selector.ts";
import { checkEmptied, checkFields } from "./unknown-fields.ts";

/** The peers of a rule, and whether every one is of a kind that this version of the API has. */
export interface ReadPeers {
  readonly known: readonly Peer[];
  readonly isKnown: boolean;
}

const ofPods = ["namespaces", "pods"];
const everywhere: Selector = { requirements: [] };

function fieldsOf({ kind }: ClusterPolicyKind, direction: Direction): readonly string[] {
  if (direction === "ingress") return ofPods;
  const ofEgress = [...ofPods, "nodes", "networks"];
  return kind === "BaselineAdminNetworkPolicy" ? ofEgress : [...ofEgress, "domainNames"];
}

/** "Items in this list are combined using a logical OR. There must be at least one." */
export function readPeers(
  at: ObjectCursor,
  kind: ClusterPolicyKind,
  rule: RawMapping,
  direction: Direction,
  action: RuleAction | undefined,
): ReadPeers {
  const field = direction === "ingress" ? "from" : "to";
  const items = listField(at, rule, field);
  if (items.length === 0) at.refuse("missing-field", [field], `${field} is empty: name at least one peer`);
  checkCount(at, kind, items, [field], "peers");
  const fields = fieldsOf(kind, direction);
  const known: Peer[] = [];
  let isKnown = true;
  forEachItem(at, rule, field, (raw) => {
    const peer = readPeer(at, kind, raw, fields, action);
    if (peer === undefined) isKnown = false;
    else known.push(peer);
  });
  return { known, isKnown };
}

function readPeer(
  at: ObjectCursor,
  kind: ClusterPolicyKind,
  raw: RawMapping,
  fields: readonly string[],
  action: RuleAction | undefined,
): Peer | undefined {
  const written = fields.filter((field) => raw[field] !== undefined && raw[field] !== null);
  if (written.length > 1)
    at.refuse("invalid-policy", [], `a peer has ${written.join(" and ")}: write exactly one of ${fields.join(", ")}`);
  // What is left of a field of a later version of the API, once it is dropped: the rule fails closed. The CRDs refuse a new
  // one, but so such objects are stored.
  if (written.length === 0) checkEmptied(at, raw, fields, "a peer names nobody");
  else checkFields(at, raw, { known: new Set(fields) });
  switch (written[0]) {
    case "namespaces":
      return readNamespaces(at, kind, raw);
    case "pods":
      return readPods(at, kind, raw);
    case "networks":
      return readNetworks(at, kind, raw);
    case "nodes":
      return { type: "nodes", nodeSelector: readSelector(at, raw, "nodes") ?? everywhere };
    case "domainNames":
      return readDomains(at, kind, raw, action);
    default:
      return undefined;
  }
}

function readNamespaces(at: ObjectCursor, kind: ClusterPolicyKind, map: RawMapping): Peer | undefined {
  const old = readOldForm(at, kind, map);
  if (old !== undefined) return { type: "oldForm", namespaces: old };
  const namespaceSelector = readSelector(at, map, "namespaces");
  return namespaceSelector && { type: "pods", namespaceSelector };
}

function readPods(at: ObjectCursor, kind: ClusterPolicyKind, map: RawMapping): Peer | undefined {
  const raw = mappingField(at, map, "pods");
  if (raw === undefined) return undefined;
  at.enter("pods");
  const old = readOldForm(at, kind, raw);
  const podSelector = readSelector(at, raw, "podSelector") ?? everywhere;
  const namespaceSelector = readSelector(at, raw, "namespaceSelector") ?? everywhere;
  if (old === undefined) {
    checkFields(at, raw, { known: new Set(["namespaceSelector", "podSelector"]) });
    requireSelectors(at, kind, raw);
  }
  at.leave();
  return old === undefined
    ? { type: "pods", namespaceSelector, podSelector }
    : { type: "oldForm", namespaces: old, podSelector };
}

const oldFields = ["namespaceSelector", "sameLabels", "notSameLabels"] as const;

/** `namespaces` as v0.1.1 had it: one of three fields. */
function readOldForm(
  at: ObjectCursor,
  kind: ClusterPolicyKind,
  map: RawMapping,
): OldFormPeer["namespaces"] | undefined {
  const written = isOfV1alpha1(kind) ? map["namespaces"] : undefined;
  if (typeof written !== "object" || written === null || Array.isArray(written)) return undefined;
  const raw = mappingField(at, map, "namespaces");
  const field = oldFields.find((one) => raw?.[one] !== undefined && raw[one] !== null);
  if (raw === undefined || field === undefined) return undefined;
  at.warn(
    "old-form",
    ["namespaces", field],
    `namespaces.${field} is of v0.1.1 of the API; later versions drop it, and what is left selects all namespaces, or they refuse the policy. The assumption anpOldForm says how it is read`,
    "key",
  );
  at.enter("namespaces");
  const namespaces: OldFormPeer["namespaces"] =
    field === "namespaceSelector"
      ? { namespaceSelector: readSelector(at, raw, field) ?? everywhere }
      : field === "sameLabels"
        ? { sameLabels: textListField(at, raw, field) }
        : { notSameLabels: textListField(at, raw, field) };
  at.leave();
  return namespaces;
}

/** "Networks defines a way to select peers via CIDR blocks. Cluster-internal traffic will be checked against the rule as well." */
function readNetworks(at: ObjectCursor, kind: ClusterPolicyKind, raw: RawMapping): Peer {
  const cidrs = textListField(at, raw, "networks");
  checkListed(at, kind, cidrs, "networks");
  const sets = cidrs.map((text, index): AddressSet => {
    const parsed = readNetwork(at, ["networks", index], text);
    return parsed === undefined || parsed.mapped ? [] : parsed.addresses;
  });
  return { type: "networks", cidrs, addresses: unionAll(sets) };
}

const mostCharacters = 43;

/** "isCIDR(self)", which takes less than NetworkPolicies do, and from v0.2.1 on of ClusterNetworkPolicies "cidr(self) == cidr(self).masked()". */
function readNetwork(at: ObjectCursor, steps: readonly (string | number)[], text: string): ParsedCidr | undefined {
  const parsed = parseCidr(text);
  if (parsed === undefined) return readCidr(at, steps, text);
  if (text.length > mostCharacters)
    at.refuse(
      "invalid-policy",
      steps,
      `${quote(text)} has ${text.length} characters and may have ${mostCharacters}: write ${parsed.canonical}`,
    );
  else if (parsed.mapped)
    at.refuse("invalid-policy", steps, `${quote(text)} is an IPv4-mapped IPv6 block: write it as IPv4`);
  else if (parsed.leadingZeros)
    at.refuse("invalid-policy", steps, `${quote(text)} has leading zeros: write ${parsed.canonical}`);
  else if (parsed.hostBits) checkHostBits(at, steps, text, parsed.canonical);
  return parsed;
}

function checkHostBits(at: ObjectCursor, steps: readonly (string | number)[], text: string, canonical: string): void {
  const { apiVersion } = at.object;
  const what = `${quote(text)} has bits behind its prefix`;
  if (apiVersion.endsWith("/v1beta1")) at.refuse("invalid-policy", steps, `${what}: write ${canonical}`);
  else
    at.warn(
      "suspicious-value",
      steps,
      `${what} and is read as ${canonical}: write that${apiVersion.endsWith("/v1alpha2") ? "; the API server of v0.2.1 and later refuses it" : ""}`,
    );
}

const mostListed = 25;
/** What the CRDs of v1beta1 take. */
const domainName = /^(\*\.)?([a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?$/;
/** What those before took: from "A" to "z" there are other characters than letters, too. */
const looseDomainName = /^(\*\.)?([A-z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[A-z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?$/;

function checkListed(at: ObjectCursor, { kind }: ClusterPolicyKind, items: readonly string[], field: string): void {
  if (items.length === 0) at.refuse("missing-field", [field], `${field} is empty: list at least one`);
  if (items.length > mostListed)
    at.refuse("invalid-policy", [field], `${items.length} ${field}: a ${kind} has at most ${mostListed} in a peer`);
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (seen.has(item)) at.refuse("invalid-policy", [field, index], `${quote(item)} is listed twice: remove one`);
    seen.add(item);
  }
}

function readDomains(at: ObjectCursor, kind: ClusterPolicyKind, raw: RawMapping, action: RuleAction | undefined): Peer {
  const names = textListField(at, raw, "domainNames");
  checkListed(at, kind, names, "domainNames");
  for (const [index, name] of names.entries())
    if (!(at.object.apiVersion.endsWith("/v1beta1") ? domainName : looseDomainName).test(name))
      at.refuse(
        "invalid-policy",
        ["domainNames", index],
        `${quote(name)} is no domain name: write it like www.example.com or *.example.com`,
      );
  if (action !== undefined && action !== "allow")
    at.warn(
      "suspicious-value",
      ["domainNames"],
      "domainNames are for rules that allow: an address that nobody asked DNS for is not denied by its name",
      "key",
    );
  return { type: "domains", names };
}
