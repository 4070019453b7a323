import { type IcmpProtocol, type PortSpec } from "../../model/policy.ts";
import { lastIcmpType } from "../../sets/connection-set.ts";
import type { NodePath } from "../../source/position.ts";
import { forEachItem, listField, textField } from "../fields.ts";
import type { ObjectCursor } from "../object-cursor.ts";
import { quote } from "../quote.ts";
import type { RawMapping } from "../raw-object.ts";
import type { CiliumGrant } from "./cilium-draft.ts";

const most = 40;

/** "Type is a ICMP-type: it should be an 8bit code or its CamelCase name." */
const names: Readonly<Record<IcmpProtocol, Readonly<Record<string, number>>>> = {
  ICMP: {
    EchoReply: 0,
    DestinationUnreachable: 3,
    Redirect: 5,
    Echo: 8,
    EchoRequest: 8,
    RouterAdvertisement: 9,
    RouterSelection: 10,
    TimeExceeded: 11,
    ParameterProblem: 12,
    Timestamp: 13,
    TimestampReply: 14,
    Photuris: 40,
    ExtendedEchoRequest: 42,
    ExtendedEchoReply: 43,
  },
  ICMPv6: {
    DestinationUnreachable: 1,
    PacketTooBig: 2,
    TimeExceeded: 3,
    ParameterProblem: 4,
    EchoRequest: 128,
    EchoReply: 129,
    MulticastListenerQuery: 130,
    MulticastListenerReport: 131,
    MulticastListenerDone: 132,
    RouterSolicitation: 133,
    RouterAdvertisement: 134,
    NeighborSolicitation: 135,
    NeighborAdvertisement: 136,
    RedirectMessage: 137,
    RouterRenumbering: 138,
    ICMPNodeInformationQuery: 139,
    ICMPNodeInformationResponse: 140,
    InverseNeighborDiscoverySolicitation: 141,
    InverseNeighborDiscoveryAdvertisement: 142,
    HomeAgentAddressDiscoveryRequest: 144,
    HomeAgentAddressDiscoveryReply: 145,
    MobilePrefixSolicitation: 146,
    MobilePrefixAdvertisement: 147,
    DuplicateAddressRequestCodeSuffix: 157,
    DuplicateAddressConfirmationCodeSuffix: 158,
    ExtendedEchoRequest: 160,
    ExtendedEchoReply: 161,
  },
};

/** `icmps`: messages of these types alone. An item without fields matches nothing. */
export function readIcmps(at: ObjectCursor, entry: RawMapping): CiliumGrant {
  const ports: PortSpec[] = [];
  const paths: NodePath[] = [];
  forEachItem(at, entry, "icmps", (item) => {
    const count = listField(at, item, "fields").length;
    if (count > most) at.refuse("invalid-policy", ["fields"], `the CRD refuses ${count} fields: at most ${most}`);
    forEachItem(at, item, "fields", (field) => {
      const protocol = familyOf(at, field);
      const type = typeOf(at, field, protocol);
      if (type === undefined) return;
      ports.push({ type: "range", protocol, from: type, to: type });
      paths.push(at.here);
    });
  });
  return { ports, paths };
}

function familyOf(at: ObjectCursor, field: RawMapping): IcmpProtocol {
  const family = textField(at, field, "family") ?? "IPv4";
  if (family !== "IPv4" && family !== "IPv6")
    at.refuse("invalid-policy", ["family"], `the CRD refuses family ${quote(family)}: write IPv4 or IPv6`);
  return family === "IPv6" ? "ICMPv6" : "ICMP";
}

function typeOf(at: ObjectCursor, field: RawMapping, protocol: IcmpProtocol): number | undefined {
  const { type } = field;
  if (type === undefined || type === null) {
    at.refuse(
      "missing-field",
      [],
      "the CRD refuses a field without type: write a number, or a name such as EchoRequest",
    );
    return undefined;
  }
  const text = typeof type === "string" || typeof type === "number" ? String(type) : "";
  const number = /^(?:0|[1-9]\d{0,2})$/.test(text) ? Number(text) : undefined;
  if (number !== undefined && number <= lastIcmpType) return number;
  // The CRD bounds what is written as a text, and agents compare any number with the type of messages.
  if (typeof type === "number" && Number.isInteger(type)) {
    at.warn("matches-nothing", ["type"], `no message of ICMP is of type ${text}: write a number from 0 to 255`);
    return undefined;
  }
  // Agents know this name, and the CRD has it with a blank, which agents do not know.
  if (text === "ExtendedEchoReply") {
    at.refuse("invalid-policy", ["type"], `the CRD refuses type ${quote(text)}: write ${names[protocol][text] ?? 0}`);
    return undefined;
  }
  if (Object.hasOwn(names[protocol], text)) return names[protocol][text];
  const other = protocol === "ICMP" ? "ICMPv6" : "ICMP";
  if (Object.hasOwn(names[other], text))
    at.refuseByAgent(
      "invalid-policy",
      ["type"],
      `the agent refuses type ${quote(text)}: it is one of ${other}, and the family is that of ${protocol}`,
    );
  else
    at.refuse(
      "invalid-policy",
      ["type"],
      `the CRD refuses type ${quote(text)}: write a number from 0 to 255, or a name such as EchoRequest`,
    );
  return undefined;
}
