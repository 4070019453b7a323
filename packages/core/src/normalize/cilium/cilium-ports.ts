import { pushAll } from "../../lib/push-all.ts";
import { type PortSpec, type Protocol, protocols } from "../../model/policy.ts";
import type { NodePath } from "../../source/position.ts";
import { beforeCilium } from "../../model/assumptions.ts";
import { forEachItem, integerField, listField, textField } from "../fields.ts";
import type { ObjectCursor } from "../object-cursor.ts";
import { quote } from "../quote.ts";
import type { RawMapping } from "../raw-object.ts";
import { checkFields } from "../unknown-fields.ts";
import type { CiliumGrant } from "./cilium-draft.ts";
import { readIcmps } from "./cilium-icmp.ts";
import { readRequests } from "./cilium-requests.ts";

/** Where an entry stands. */
export interface EntryPlace {
  readonly isDeny: boolean;
  readonly isEgress: boolean;
  readonly isHost: boolean;
}

const most = 40;
const itemFields: ReadonlySet<string> = new Set(
  "ports terminatingTLS originatingTLS serverNames listener rules".split(" "),
);
/** "Deny rules have ports and nothing else." */
const denyFields: ReadonlySet<string> = new Set(["ports"]);
const protocolNames: ReadonlySet<string> = new Set("TCP UDP SCTP ANY VRRP IGMP GRE IPIP IPV6 ESP AH".split(" "));
/** "VRRP and IGMP require the --enable-extended-ip-protocols flag": those that have no ports, and since when. */
const withoutPorts: Readonly<Record<string, "1.19" | "1.20">> = {
  VRRP: "1.19",
  IGMP: "1.19",
  ...Object.fromEntries(["GRE", "IPIP", "IPV6", "ESP", "AH"].map((name) => [name, "1.20"] as const)),
};

/** `toPorts` and `icmps`. "If toPorts is empty, all ports are meant"; an item without ports opens nothing. */
export function readGrants(at: ObjectCursor, entry: RawMapping, place: EntryPlace): readonly CiliumGrant[] {
  const items = listField(at, entry, "toPorts");
  const icmps = listField(at, entry, "icmps");
  if (items.length > 0 && icmps.length > 0)
    at.refuseByAgent("invalid-policy", ["icmps"], "the agent refuses icmps beside toPorts: write an entry for each");
  if (items.length > 0 && listField(at, entry, "toServices").length > 0)
    at.refuseIf(
      beforeCilium("1.17"),
      ["toPorts"],
      "the agent refuses toPorts beside toServices: they may be combined since Cilium 1.17",
    );
  if (icmps.length > 0) {
    at.refuseIf(
      [{ ciliumIcmpRules: false }],
      ["icmps"],
      "the agent refuses icmps without enable-icmp-rules, which is off",
    );
    return [readIcmps(at, entry)];
  }
  if (items.length === 0) return [{ ports: "any", paths: [] }];
  const free: { ports: PortSpec[]; paths: NodePath[] } = { ports: [], paths: [] };
  const limited: CiliumGrant[] = [];
  forEachItem(at, entry, "toPorts", (item) => {
    checkFields(at, item, {
      known: place.isDeny ? denyFields : itemFields,
      consequence: () =>
        place.isDeny ? "What is left denies everything on these ports." : "What is left may allow more than was meant.",
    });
    const { ports, paths } = readPorts(at, item);
    const requests = place.isDeny ? [] : readRequests(at, item, place);
    if (requests.length > 0) return limited.push({ ports, paths, requests });
    pushAll(free.ports, ports);
    return pushAll(free.paths, paths);
  });
  return free.ports.length > 0 || limited.length === 0 ? [free, ...limited] : limited;
}

function readPorts(at: ObjectCursor, item: RawMapping): { ports: readonly PortSpec[]; paths: readonly NodePath[] } {
  const count = listField(at, item, "ports").length;
  if (count === 0)
    at.warn(
      "matches-nothing",
      [],
      "an item of toPorts without ports matches no traffic: leave toPorts out to mean all",
    );
  if (count > most)
    at.refuse("invalid-policy", ["ports"], `the CRD refuses ${count} ports in one item: at most ${most}`);
  const ports: PortSpec[] = [];
  const paths: NodePath[] = [];
  forEachItem(at, item, "ports", (raw) => {
    const own = readPort(at, raw);
    pushAll(ports, own);
    for (const _ of own) paths.push(at.here);
  });
  return { ports, paths };
}

/** "The protocol, if omitted or ANY, is any of TCP, UDP and SCTP"; port 0 is every port. */
function readPort(at: ObjectCursor, raw: RawMapping): readonly PortSpec[] {
  checkFields(at, raw, { known: new Set(["port", "endPort", "protocol"]) });
  const value = raw["port"];
  const isMissing = value === undefined || value === null || value === "";
  const text = isMissing ? "0" : (textField(at, raw, "port") ?? "0");
  if (isMissing) {
    const all = 'write "0" for all ports';
    at.refuseIf(beforeCilium("1.19"), [], `the CRD refuses a port without port up to Cilium 1.18: ${all}`);
    at.refuseIf(
      [{ ciliumExtendedProtocols: false }],
      [],
      `the agent refuses a port without port, unless enable-extended-ip-protocols is set: ${all}`,
    );
  }
  const end = integerField(at, raw, "endPort");
  if (end !== undefined && (end < 0 || end > 65_535))
    at.refuse("invalid-policy", ["endPort"], `the CRD refuses endPort ${end}: write a port up to 65535`);
  const protocol = textField(at, raw, "protocol") ?? "ANY";
  if (!protocolNames.has(protocol))
    at.refuse(
      "invalid-policy",
      ["protocol"],
      `the CRD refuses protocol ${quote(protocol)}: write TCP, UDP, SCTP or ANY${/^icmp/i.test(protocol) ? ", or icmps instead of toPorts" : ""}`,
    );
  const since = Object.hasOwn(withoutPorts, protocol) ? withoutPorts[protocol] : undefined;
  if (since !== undefined) {
    at.refuseIf(beforeCilium(since), ["protocol"], `the CRD refuses protocol ${protocol}: it is there since ${since}`);
    if (!isMissing && text !== "0" && !isServiceName(text))
      at.refuseByAgent(
        "invalid-policy",
        ["port"],
        `the agent refuses port ${quote(text)} of ${protocol}, which has no ports: leave it out`,
      );
  }
  const wanted = protocols.filter((each): each is Protocol => protocol === "ANY" || protocol === each);
  if (isServiceName(text)) return wanted.map((each) => ({ type: "named", protocol: each, name: text.toLowerCase() }));
  const number = portNumber(text);
  if (number === undefined || number > 65_535) {
    const what = `${quote(text)}: write a port from 0 (all) to 65535, or a name of 15 characters at most`;
    // The CRD looks whether the text begins with digits or ends in a name, the agents at the whole.
    if (/^\d|[A-Za-z](?:-?[A-Za-z0-9])*$/.test(text))
      at.refuseByAgent("invalid-policy", ["port"], `the agent refuses port ${what}`);
    else at.refuse("invalid-policy", ["port"], `the CRD refuses port ${what}`);
    return [];
  }
  if (text !== "0" && text.startsWith("0"))
    at.warn("suspicious-value", ["port"], `port ${quote(text)} is read in base 8: it is port ${number}`);
  const last = end ?? number;
  if (last !== 0 && (last < number || (number === 0 && last > 0)))
    at.warn(
      "suspicious-value",
      ["endPort"],
      number === 0
        ? `endPort ${last} is ignored since Cilium 1.20, as port 0 is every port: for a range write its first port`
        : `endPort ${last} is ignored: it is smaller than port ${number}`,
    );
  const [from, to] = number === 0 ? [1, 65_535] : [number, Math.max(last, number)];
  const old = number === 0 && last > 0 ? { oldEnd: last } : {};
  return wanted.map((each) => ({ type: "range", protocol: each, from, to, ...old }));
}

/** "IANA Service Name": letters, at least one, digits and single dashes, 15 characters at most. `0x50` is one. */
function isServiceName(text: string): boolean {
  return text.length <= 15 && /[A-Za-z]/.test(text) && /^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/.test(text);
}

/** Go reads a number in the base that its prefix names: "010" is 8, and "080" none. Its digits may be grouped by `_`. */
function portNumber(text: string): number | undefined {
  const digits = /^\d+(?:_\d+)*$/.test(text) ? text.replaceAll("_", "") : text;
  if (/^0[0-7]+$/.test(digits)) return Number.parseInt(digits, 8);
  return /^(?:0|[1-9]\d*)$/.test(digits) ? Number(digits) : undefined;
}
