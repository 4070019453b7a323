import type { Direction } from "../../model/policy.ts";
import { forEachItem, integerField, listField, mappingField, textField, wrongType } from "../fields.ts";
import { nearestName } from "../nearest-name.ts";
import type { ObjectCursor } from "../object-cursor.ts";
import { quote } from "../quote.ts";
import type { RawMapping } from "../raw-object.ts";
import { readAnnotations } from "../string-map.ts";
import { checkFields } from "../unknown-fields.ts";
import type { CalicoProtocol, CalicoRule, EntityRule } from "../../model/calico.ts";
import { readEntity } from "./entity-rule.ts";

const ruleFields = new Set(
  "action ipVersion protocol icmp notProtocol notICMP source destination http metadata".split(" "),
);
const actions = { Allow: "allow", Deny: "deny", Pass: "pass", Log: "log" } as const;
const mostRules = 1024;

/** "Protocol names are TCP, UDP, ICMP, ICMPv6, SCTP and UDPLite, or a number from 1 to 255." */
const protocols: Readonly<Record<string, CalicoProtocol>> = {
  TCP: "TCP",
  UDP: "UDP",
  SCTP: "SCTP",
  ICMP: "other",
  ICMPv6: "other",
  UDPLite: "other",
};
const protocolNumbers: Readonly<Record<number, CalicoProtocol>> = { 6: "TCP", 17: "UDP", 132: "SCTP" };

/** The rules of a direction, in order. */
export function readCalicoRules(at: ObjectCursor, spec: RawMapping, direction: Direction): readonly CalicoRule[] {
  const count = listField(at, spec, direction).length;
  if (count > mostRules) at.refuse("invalid-policy", [direction], `${count} rules: a policy has at most ${mostRules}`);
  const rules: CalicoRule[] = [];
  forEachItem(at, spec, direction, (raw) => {
    const rule = readRule(at, raw, direction);
    if (rule !== undefined) rules.push(rule);
  });
  return rules;
}

function readRule(at: ObjectCursor, raw: RawMapping, direction: Direction): CalicoRule | undefined {
  checkFields(at, raw, { known: ruleFields });
  const action = readAction(at, raw);
  const protocol = readProtocol(at, raw, "protocol");
  const notProtocol = readProtocol(at, raw, "notProtocol");
  const source = readEntity(at, raw, "source");
  const destination = readEntity(at, raw, "destination");
  const ipVersion = integerField(at, raw, "ipVersion");
  if (ipVersion !== undefined && ipVersion !== 4 && ipVersion !== 6)
    at.refuse("invalid-policy", ["ipVersion"], `ipVersion ${ipVersion} is none: write 4 or 6`);
  checkFamilies(at, ipVersion, [...source.families, ...destination.families]);
  checkIcmp(at, raw);
  checkMetadata(at, raw);
  checkPorts(at, raw, [source, destination]);
  if (source.services !== undefined && direction === "egress")
    at.refuse("invalid-policy", ["source", "services"], "services of a source belong into an ingress rule");
  if (destination.services !== undefined && direction === "ingress")
    at.refuse("invalid-policy", ["destination", "services"], "services of a destination belong into an egress rule");
  const http = mappingField(at, raw, "http") !== undefined;
  if (http) checkHttp(at, raw, action, direction);
  if (action === undefined) return undefined;
  return {
    action,
    ...(protocol === undefined ? {} : { protocol }),
    ...(notProtocol === undefined ? {} : { notProtocol }),
    ...(ipVersion === 4 || ipVersion === 6 ? { ipVersion } : {}),
    source,
    destination,
    http,
  };
}

function readAction(at: ObjectCursor, raw: RawMapping): CalicoRule["action"] | undefined {
  const written = textField(at, raw, "action");
  const action = Object.entries(actions).find(([name]) => name === written)?.[1];
  if (action !== undefined) return action;
  if (written !== undefined || raw["action"] == null) {
    const advice = written === undefined ? undefined : nearestName(written, Object.keys(actions));
    const what = written === undefined ? "action is missing" : `action ${quote(written)} is none`;
    at.refuse("invalid-policy", ["action"], `${what}: write ${advice ?? "Allow, Deny, Pass or Log"}`);
  }
  return undefined;
}

function readProtocol(
  at: ObjectCursor,
  raw: RawMapping,
  field: "protocol" | "notProtocol",
): CalicoProtocol | undefined {
  const value = raw[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string" && Object.hasOwn(protocols, value)) return protocols[value];
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= 1 && number <= 255)
    return protocolNumbers[number] ?? "other";
  if (typeof value !== "string" && typeof value !== "number")
    return wrongType(at, [field], "a name or a number", value);
  const advice =
    typeof value === "string"
      ? Object.keys(protocols).find((name) => name.toLowerCase() === value.toLowerCase())
      : undefined;
  at.refuse(
    "invalid-policy",
    [field],
    `${field} ${quote(String(value))} is none: write ${advice ?? "TCP, UDP, SCTP, ICMP, ICMPv6, UDPLite or a number from 1 to 255"}`,
  );
  return undefined;
}

/** "A rule cannot mix IPv4 and IPv6 CIDRs", at both ends together, and they must fit ipVersion. */
function checkFamilies(at: ObjectCursor, ipVersion: number | undefined, families: readonly number[]): void {
  const all = new Set([...families, ...(ipVersion === undefined ? [] : [ipVersion])]);
  if (all.size > 1) at.refuse("invalid-policy", [], "IPv4 and IPv6 stand in one rule: write a rule for each family");
}

function checkIcmp(at: ObjectCursor, raw: RawMapping): void {
  for (const field of ["icmp", "notICMP"]) {
    const icmp = mappingField(at, raw, field);
    if (icmp === undefined) continue;
    at.enter(field);
    checkFields(at, icmp, { known: new Set(["type", "code"]) });
    const type = integerField(at, icmp, "type");
    const code = integerField(at, icmp, "code");
    if (type !== undefined && (type < 0 || type > 254))
      at.refuse("invalid-policy", ["type"], `type ${type} is none: write 0 to 254`);
    if (code !== undefined && (code < 0 || code > 255))
      at.refuse("invalid-policy", ["code"], `code ${code} is none: write 0 to 255`);
    if (code !== undefined && type === undefined) at.refuse("invalid-policy", ["code"], "code needs a type beside it");
    at.leave();
    if (field === "icmp" && !["ICMP", "ICMPv6", 1, 58, "1", "58"].includes(raw["protocol"] as string))
      at.refuse("invalid-policy", [field], `${field} needs the protocol ICMP or ICMPv6`);
  }
}

function checkMetadata(at: ObjectCursor, raw: RawMapping): void {
  const metadata = mappingField(at, raw, "metadata");
  if (metadata === undefined) return;
  at.enter("metadata");
  checkFields(at, metadata, { known: new Set(["annotations"]) });
  readAnnotations(at, metadata, "annotations");
  at.leave();
}

/** "Rules that specify ports must set protocol to TCP, UDP or SCTP"; names alone need none. */
function checkPorts(at: ObjectCursor, raw: RawMapping, entities: readonly EntityRule[]): void {
  const entries = entities.flatMap(({ ports, notPorts }) => [...ports, ...notPorts]);
  if (entries.length === 0) return;
  const value = raw["protocol"];
  const hasPorts = typeof value === "string" && ["TCP", "UDP", "SCTP", "6", "17", "132"].includes(value);
  if (hasPorts || value === 6 || value === 17 || value === 132) return;
  if ((value === undefined || value === null) && entries.every((entry) => "name" in entry)) return;
  at.refuse(
    "ports-without-protocol",
    [],
    value === undefined || value === null
      ? "a rule with ports needs a protocol beside them: write protocol: TCP, UDP or SCTP"
      : "a rule with ports needs the protocol TCP, UDP or SCTP: no other has ports",
  );
}

function checkHttp(
  at: ObjectCursor,
  raw: RawMapping,
  action: CalicoRule["action"] | undefined,
  direction: Direction,
): void {
  if (action !== "allow" || direction !== "ingress")
    at.refuse("invalid-policy", ["http"], "http belongs into an ingress rule that allows");
  const protocol = raw["protocol"];
  if (protocol !== undefined && protocol !== null && protocol !== "TCP" && protocol !== 6)
    at.refuse("invalid-policy", ["http"], "http needs the protocol TCP, or none");
}
