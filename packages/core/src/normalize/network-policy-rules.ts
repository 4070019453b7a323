import type { Direction, Peer, PortSpec, Rule } from "../model/policy.ts";
import type { RawValue } from "../parse/document.ts";
import { forEachItem } from "./fields.ts";
import { readIpBlock } from "./ip-block.ts";
import { readPolicyPort } from "./network-policy-port.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import type { RawMapping } from "./raw-object.ts";
import { readSelector } from "./selector.ts";
import type { FieldSet } from "./unknown-fields.ts";
import { checkFields } from "./unknown-fields.ts";

const peersField: Readonly<Record<Direction, string>> = { ingress: "from", egress: "to" };
const ruleFields: Readonly<Record<Direction, FieldSet>> = {
  ingress: fieldsOfRule("from", "to", "is allowed from anywhere"),
  egress: fieldsOfRule("to", "from", "is allowed to anywhere"),
};
const peerFields: FieldSet = { known: new Set(["podSelector", "namespaceSelector", "ipBlock"]) };

function fieldsOfRule(peers: string, opposite: string, effect: string): FieldSet {
  return {
    known: new Set([peers, "ports"]),
    consequence: (map) => (isAbsent(map[peers]) ? `Without ${peers} traffic ${effect}.` : undefined),
    meant: { [opposite]: peers },
  };
}

function isAbsent(value: RawValue | undefined): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

const noRules: readonly Rule[] = [];

/** The rules of one direction. Absent, null and the empty list are the same: no rule. */
export function readRules(at: ObjectCursor, spec: RawMapping, direction: Direction): readonly Rule[] {
  if (isAbsent(spec[direction])) return noRules;
  const rules: Rule[] = [];
  forEachItem(at, spec, direction, (raw) => rules.push(readRule(at, raw, direction)));
  return rules;
}

/**
 * "If this field is empty or missing, this rule matches all sources (traffic not restricted by source)", and likewise for
 * destinations and ports. Entries that could not be read match nothing; they never turn into "any".
 */
function readRule(at: ObjectCursor, raw: RawMapping, direction: Direction): Rule {
  checkFields(at, raw, ruleFields[direction]);
  return {
    action: "allow",
    peers: readEntries<Peer>(at, raw, peersField[direction], readPeer) ?? "any",
    ports: readEntries<PortSpec>(at, raw, "ports", readPolicyPort) ?? "any",
  };
}

/** The entries of a list; undefined when the list is absent or empty. */
function readEntries<T>(
  at: ObjectCursor,
  map: RawMapping,
  field: string,
  read: (at: ObjectCursor, raw: RawMapping) => T | undefined,
): T[] | undefined {
  if (isAbsent(map[field])) return undefined;
  const entries: T[] = [];
  forEachItem(at, map, field, (raw) => {
    const entry = read(at, raw);
    if (entry !== undefined) entries.push(entry);
  });
  return entries;
}

function readPeer(at: ObjectCursor, raw: RawMapping): Peer | undefined {
  checkFields(at, raw, peerFields);
  const podSelector = readSelector(at, raw, "podSelector");
  const namespaceSelector = readSelector(at, raw, "namespaceSelector");
  const block = readIpBlock(at, raw);
  const selects = raw["podSelector"] != null || raw["namespaceSelector"] != null;
  if (raw["ipBlock"] != null) {
    // "If this field is set then neither of the other fields can be."
    if (!selects) return block;
    at.refuse(
      "invalid-policy",
      [],
      "a peer has ipBlock and a selector: make them two peers of the list, or remove one",
    );
    return undefined;
  }
  if (!selects) return refuseEmptyPeer(at, raw);
  if (podSelector === undefined) return namespaceSelector && { type: "pods", namespaceSelector };
  return namespaceSelector === undefined
    ? { type: "pods", podSelector }
    : { type: "pods", namespaceSelector, podSelector };
}

function refuseEmptyPeer(at: ObjectCursor, raw: RawMapping): undefined {
  const field = Object.keys(raw).find((key) => peerFields.known.has(key));
  const what = field === undefined ? "a peer names nobody" : `${field} is null, so the peer names nobody`;
  at.refuse(
    "invalid-policy",
    [],
    `${what}: write podSelector: {} for the pods of the namespace, namespaceSelector: {} for all pods, or remove the list for everybody`,
  );
  return undefined;
}
