import { pushAll } from "../../lib/push-all.ts";
import { type PortSpec, type Protocol, protocols } from "../../model/policy.ts";
import { forEachItem, integerField, listField, mappingField, textField } from "../fields.ts";
import type { ObjectCursor } from "../object-cursor.ts";
import { quote } from "../quote.ts";
import type { RawMapping } from "../raw-object.ts";
import { isMapping } from "../raw-object.ts";
import { checkFields } from "../unknown-fields.ts";

/** The ports of an entry, and what its requests are limited to. */
export interface EntryPorts {
  readonly ports: readonly PortSpec[] | "any";
  readonly limit?: string;
}

/** Where an entry stands. */
export interface EntryPlace {
  readonly isDeny: boolean;
  readonly isEgress: boolean;
  readonly isHost: boolean;
}

const most = 40;
const protocolNames: ReadonlySet<string> = new Set(["TCP", "UDP", "SCTP", "ICMP", "ICMPV6", "ANY", "VRRP", "IGMP"]);

/** `toPorts` and `icmps`. "If toPorts is empty, all ports are meant"; an item without ports opens nothing. */
export function readEntryPorts(at: ObjectCursor, entry: RawMapping, place: EntryPlace): EntryPorts {
  const items = listField(at, entry, "toPorts");
  const icmps = listField(at, entry, "icmps");
  if (items.length > 0 && icmps.length > 0)
    at.refuse("invalid-policy", ["icmps"], "the agent refuses icmps beside toPorts: write an entry for each");
  if (icmps.length > 0) {
    checkIcmps(at, entry);
    return { ports: [] };
  }
  if (items.length === 0) return { ports: "any" };
  const ports: PortSpec[] = [];
  const limits: string[] = [];
  forEachItem(at, entry, "toPorts", (item) => {
    const own = readPorts(at, item);
    pushAll(ports, own);
    if (!place.isDeny) pushAll(limits, limitsOf(at, item, place));
  });
  return { ports, ...(limits.length === 0 ? {} : { limit: limits.join(", ") }) };
}

function checkIcmps(at: ObjectCursor, entry: RawMapping): void {
  forEachItem(at, entry, "icmps", (item) => {
    const count = listField(at, item, "fields").length;
    if (count > most) at.refuse("invalid-policy", ["fields"], `the CRD refuses ${count} fields: at most ${most}`);
    forEachItem(at, item, "fields", (field) => {
      const family = textField(at, field, "family");
      if (family !== undefined && family !== "IPv4" && family !== "IPv6")
        at.refuse("invalid-policy", ["family"], `the CRD refuses family ${quote(family)}: write IPv4 or IPv6`);
    });
  });
}

function readPorts(at: ObjectCursor, item: RawMapping): readonly PortSpec[] {
  const count = listField(at, item, "ports").length;
  if (count > most)
    at.refuse("invalid-policy", ["ports"], `the CRD refuses ${count} ports in one item: at most ${most}`);
  const ports: PortSpec[] = [];
  forEachItem(at, item, "ports", (raw) => pushAll(ports, readPort(at, raw)));
  return ports;
}

/** "The protocol, if omitted or ANY, is any of TCP, UDP and SCTP"; port 0 is every port. */
function readPort(at: ObjectCursor, raw: RawMapping): readonly PortSpec[] {
  checkFields(at, raw, { known: new Set(["port", "endPort", "protocol"]) });
  const value = raw["port"];
  const text = typeof value === "number" ? String(value) : (textField(at, raw, "port") ?? "0");
  const protocol = textField(at, raw, "protocol") ?? "ANY";
  if (!protocolNames.has(protocol.toUpperCase()))
    at.refuse(
      "invalid-policy",
      ["protocol"],
      `the CRD refuses protocol ${quote(protocol)}: write TCP, UDP, SCTP or ANY`,
    );
  const wanted = protocols.filter(
    (each): each is Protocol => protocol.toUpperCase() === "ANY" || protocol.toUpperCase() === each,
  );
  const number = portNumber(text);
  if (number === undefined) return wanted.map((each) => ({ type: "named", protocol: each, name: text }));
  if (number > 65_535) {
    at.refuse("invalid-policy", ["port"], `${quote(text)} is no port: write 0 (all) to 65535, or a name`);
    return [];
  }
  const end = integerField(at, raw, "endPort") ?? number;
  const [from, to] = number === 0 ? [1, 65_535] : [number, Math.max(end, number)];
  return wanted.map((each) => ({ type: "range", protocol: each, from, to }));
}

/** Go reads it in any base that its prefix names: "010" is 8. What is no number is a name. */
function portNumber(text: string): number | undefined {
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** What limits the requests: L7 rules, server names, listeners. What the agent refuses is refused. */
function limitsOf(at: ObjectCursor, item: RawMapping, place: EntryPlace): readonly string[] {
  const limits: string[] = [];
  const rules = mappingField(at, item, "rules");
  if (rules !== undefined) {
    const kinds = Object.keys(rules).filter((key) => listField(at, rules, key).length > 0);
    for (const kind of kinds) {
      checkL7(at, item, rules, kind, place);
      limits.push(`${kind} requests`);
    }
  }
  if (listField(at, item, "serverNames").length > 0) limits.push("server names");
  if (mappingField(at, item, "listener") !== undefined) limits.push("a listener");
  return limits;
}

function checkL7(at: ObjectCursor, item: RawMapping, rules: RawMapping, kind: string, place: EntryPlace): void {
  at.enter("rules");
  const ports = listField(at, item, "ports").filter(isMapping);
  if (place.isHost && kind !== "dns")
    at.refuse("invalid-policy", [kind], "the agent refuses L7 rules in a policy for hosts");
  if (kind === "dns") {
    if (!place.isEgress)
      at.refuse("invalid-policy", ["dns"], "the agent refuses dns rules on ingress: they are for egress");
    if (ports.some(({ endPort }) => endPort !== undefined && endPort !== null))
      at.refuse("invalid-policy", ["dns"], "the agent refuses dns rules on a range of ports");
  } else if (
    ports.some(
      ({ protocol }) => protocol !== "TCP" && protocol !== undefined && protocol !== null && protocol !== "ANY",
    )
  ) {
    at.refuse("invalid-policy", [kind], "the agent refuses L7 rules on ports that are not TCP");
  }
  if (kind === "http")
    forEachItem(at, rules, "http", (http) => {
      for (const field of ["path", "method", "host"]) {
        const text = textField(at, http, field);
        if (text !== undefined && !isPattern(text))
          at.refuse(
            "invalid-policy",
            [field],
            `the agent refuses ${field} ${quote(text)}: it is no regular expression`,
          );
      }
    });
  at.leave();
}

function isPattern(text: string): boolean {
  const adapted = text.replaceAll(/\(\?[a-zA-Z]+\)/g, "").replaceAll("(?P<", "(?<");
  // RE2 knows a few escapes that JavaScript does not in its strict mode.
  return compiles(adapted, "u") || compiles(adapted, "");
}

function compiles(text: string, flags: string): boolean {
  try {
    return new RegExp(text, flags) instanceof RegExp;
  } catch {
    return false;
  }
}
