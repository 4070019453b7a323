import { pushAll } from "../lib/push-all.ts";
import { type Peer, type PortSpec, type Protocol, protocols } from "../model/policy.ts";
import { checkCount, type ClusterPolicyKind, isOfV1alpha1 } from "./cluster-policy-kind.ts";
import { forEachItem, integerField, listField, mappingField, textField } from "./fields.ts";
import { isPortName } from "../semantics/names.ts";
import { isPortNumber, portNameAdvice, readProtocol } from "./network-policy-port.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import { quote } from "./quote.ts";
import type { RawMapping } from "./raw-object.ts";
import { checkEmptied, checkFields } from "./unknown-fields.ts";

/** The ports of a rule, and whether every one is of a kind that this version of the API has. */
export interface ReadPorts {
  readonly known: readonly PortSpec[] | "any";
  readonly isKnown: boolean;
}

const lastPort = 65_535;
const all = { from: 1, to: lastPort };
const fieldsOf = {
  ports: ["portNumber", "portRange", "namedPort"],
  protocols: ["tcp", "udp", "sctp", "destinationNamedPort"],
} as const;
const addressPeers: ReadonlySet<Peer["type"]> = new Set<Peer["type"]>(["networks", "nodes", "domains"]);

/** "If not set, the rule does not filter traffic via port", ICMP and the rest included. */
export function readPorts(
  at: ObjectCursor,
  kind: ClusterPolicyKind,
  rule: RawMapping,
  peers: readonly Peer[],
): ReadPorts {
  const field = kind.portsField;
  if (rule[field] === undefined || rule[field] === null) return { known: "any", isKnown: true };
  const items = listField(at, rule, field);
  checkCount(at, kind, items, [field], field);
  if (items.length === 0) at.refuse("invalid-policy", [field], `${field} is empty: list at least one, or remove it`);
  const known: PortSpec[] = [];
  let isKnown = true;
  forEachItem(at, rule, field, (raw) => {
    const ports = readPort(at, kind, raw);
    if (ports === undefined) isKnown = false;
    else pushAll(known, ports);
  });
  if (known.some(({ type }) => type === "named") && peers.some(({ type }) => addressPeers.has(type)))
    at.refuse(
      "invalid-policy",
      [field],
      "a named port is resolved on pods, so it does not go with networks, nodes or domainNames: write its number, or two rules",
    );
  return { known: items.length === 0 ? "any" : known, isKnown };
}

/** "Exactly one field must be set." Undefined for an entry that no field of this version explains. */
function readPort(at: ObjectCursor, kind: ClusterPolicyKind, raw: RawMapping): readonly PortSpec[] | undefined {
  const fields: readonly string[] = fieldsOf[kind.portsField];
  const written = fields.filter((field) => raw[field] !== undefined && raw[field] !== null);
  // An implementation does not tell an empty name from none.
  const field = written.find((each) => raw[each] !== "" || !isNameField(each));
  if (written.length > 1 || (written.length === 0 && Object.keys(raw).every((key) => fields.includes(key))))
    at.refuse(
      "invalid-policy",
      [],
      `${written.length === 0 ? "an entry names no port" : `an entry has ${written.join(" and ")}`}: write exactly one of ${fields.join(", ")}`,
    );
  if (field === undefined) {
    checkEmptied(at, raw, fields, "an entry is of no kind of port");
    return undefined;
  }
  checkFields(at, raw, { known: new Set(fields) });
  if (isNameField(field)) return readName(at, raw, field);
  const entry = mappingField(at, raw, field);
  if (entry === undefined) return [];
  at.enter(field);
  const ports =
    field === "portNumber"
      ? readNumber(at, entry, "port", readAnyProtocol(at, entry))
      : field === "portRange"
        ? readRange(at, kind, entry, readAnyProtocol(at, entry))
        : readOfProtocol(
            at,
            kind,
            entry,
            protocols.find((protocol) => protocol.toLowerCase() === field),
          );
  at.leave();
  return ports;
}

function isNameField(field: string): boolean {
  return field === "namedPort" || field === "destinationNamedPort";
}

/** The CRDs of v1alpha1 take any text, and what is no protocol is that of no packet. */
function readAnyProtocol(at: ObjectCursor, entry: RawMapping): Protocol | undefined {
  const written = entry["protocol"];
  if (typeof written !== "string" || protocols.some((known) => known === written)) return readProtocol(at, entry);
  at.warn(
    "suspicious-value",
    ["protocol"],
    `protocol ${quote(written)} is none of ${protocols.join(", ")}, so the entry matches nothing`,
  );
  return undefined;
}

/** "The name of a port on a pod"; its protocol is that of the container port. */
function readName(at: ObjectCursor, raw: RawMapping, field: string): readonly PortSpec[] {
  const name = textField(at, raw, field);
  if (name === undefined) return [];
  // The CRDs take any text.
  if (!isPortName(name))
    at.warn(
      "suspicious-value",
      [field],
      `${field} ${quote(name)} ${portNameAdvice(name)}; no container has a port of that name, so the entry matches nothing`,
    );
  return protocols.map((protocol) => ({ type: "named", protocol, name }));
}

function readNumber(
  at: ObjectCursor,
  raw: RawMapping,
  field: string,
  protocol: Protocol | undefined,
): readonly PortSpec[] {
  const port = portOf(at, raw, field);
  return port === undefined || protocol === undefined ? [] : [{ type: "range", protocol, from: port, to: port }];
}

function portOf(at: ObjectCursor, raw: RawMapping, field: string): number | undefined {
  const port = integerField(at, raw, field);
  if (port === undefined) {
    if (raw[field] == null)
      at.refuse("missing-field", [field], `${field} is missing: write a port from 1 to ${lastPort}`);
    return undefined;
  }
  if (isPortNumber(port)) return port;
  at.refuse("invalid-policy", [field], `${field} ${port} is out of range: write 1 to ${lastPort}`);
  return undefined;
}

/** "Start must be smaller than end." Both belong to the range. */
function readRange(
  at: ObjectCursor,
  kind: ClusterPolicyKind,
  raw: RawMapping,
  protocol: Protocol | undefined,
): readonly PortSpec[] {
  const [from, to] = [portOf(at, raw, "start"), portOf(at, raw, "end")];
  if (from === undefined || to === undefined) return [];
  if (from >= to) {
    const advice = `start ${from} must be smaller than end ${to}: write the one port, or swap them`;
    // The CRDs of v1alpha1 say so and do not check it.
    if (isOfV1alpha1(kind)) at.warn("suspicious-value", ["end"], advice);
    else at.refuse("invalid-policy", ["end"], advice);
  }
  return protocol === undefined || from > to ? [] : [{ type: "range", protocol, from, to }];
}

function readOfProtocol(
  at: ObjectCursor,
  kind: ClusterPolicyKind,
  raw: RawMapping,
  protocol: Protocol | undefined,
): readonly PortSpec[] {
  if (protocol === undefined) return [];
  checkFields(at, raw, { known: new Set(["destinationPort"]) });
  const port = mappingField(at, raw, "destinationPort");
  if (port === undefined) {
    at.warn(
      "suspicious-value",
      [],
      `without destinationPort this is every ${protocol} port; the API server of v0.2.0 refuses it: list the range 1-65535`,
    );
    return [{ type: "range", protocol, ...all }];
  }
  at.enter("destinationPort");
  checkFields(at, port, { known: new Set(["number", "range"]) });
  const range = mappingField(at, port, "range");
  if ((range === undefined) === (port["number"] === undefined || port["number"] === null))
    at.refuse("invalid-policy", [], "destinationPort has exactly one of number and range");
  const ports = range === undefined ? readNumber(at, port, "number", protocol) : inRange(at, kind, range, protocol);
  at.leave();
  return ports;
}

function inRange(
  at: ObjectCursor,
  kind: ClusterPolicyKind,
  range: RawMapping,
  protocol: Protocol,
): readonly PortSpec[] {
  at.enter("range");
  checkFields(at, range, { known: new Set(["start", "end"]) });
  const ports = readRange(at, kind, range, protocol);
  at.leave();
  return ports;
}
