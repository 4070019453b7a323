import type { PortSpec, Protocol } from "../model/policy.ts";
import { protocols } from "../model/policy.ts";
import type { RawValue } from "../parse/document.ts";
import { integerField, wrongType } from "./fields.ts";
import { isPortName } from "../semantics/names.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import { quote } from "./quote.ts";
import type { RawMapping } from "./raw-object.ts";
import type { FieldSet } from "./unknown-fields.ts";
import { checkFields } from "./unknown-fields.ts";

const portFields: FieldSet = {
  known: new Set(["protocol", "port", "endPort"]),
  consequence: (map) =>
    map["port"] == null ? "Without a port the entry means every port of its protocol." : undefined,
  meant: { targetPort: "port", containerPort: "port", number: "port", name: "port" },
};
const firstPort = 1;
const lastPort = 65535;
const rangeAdvice = `write ${firstPort} to ${lastPort}`;

/** Whether a number can be a port. */
export function isPortNumber(port: number): boolean {
  return Number.isInteger(port) && port >= firstPort && port <= lastPort;
}

/** An entry of a rule's `ports`; undefined when it cannot match anything because it is refused. */
export function readPolicyPort(at: ObjectCursor, raw: RawMapping): PortSpec | undefined {
  checkFields(at, raw, portFields);
  const protocol = readProtocol(at, raw);
  const port = raw["port"];
  const endPort = integerField(at, raw, "endPort");
  if (port === undefined || port === null) {
    if (endPort !== undefined)
      at.refuse(
        "invalid-policy",
        ["endPort"],
        `endPort ${endPort} needs a port: write the first port of the range as port`,
      );
    // "If this field is not provided, this matches all port names and numbers."
    return protocol && { type: "range", protocol, from: firstPort, to: lastPort };
  }
  if (typeof port === "string") return namedPort(at, protocol, port, endPort);
  if (typeof port !== "number") return wrongType(at, ["port"], "a number or a port name", port);
  return portRange(at, protocol, port, endPort);
}

function namedPort(
  at: ObjectCursor,
  protocol: Protocol | undefined,
  name: string,
  endPort: number | undefined,
): PortSpec | undefined {
  if (endPort !== undefined) {
    at.refuse(
      "invalid-policy",
      ["endPort"],
      `endPort ${endPort} needs a number as port, and port is the name ${quote(name)}: write the number`,
    );
  }
  if (!isPortName(name)) at.refuse("invalid-policy", ["port"], `port ${quote(name)} ${portNameAdvice(name)}`);
  return protocol && { type: "named", protocol, name };
}

/** What is wrong with a port name and what to write instead. */
export function portNameAdvice(name: string): string {
  return /^\d{1,5}$/.test(name)
    ? `is a string, so a port name, and a name needs a letter: write ${Number(name)} without quotes`
    : "is no port name: write at most 15 lower case letters, digits and single '-', with a letter, and no '-' at either end";
}

function portRange(
  at: ObjectCursor,
  protocol: Protocol | undefined,
  port: number,
  endPort: number | undefined,
): PortSpec | undefined {
  if (!Number.isInteger(port)) return wrongType(at, ["port"], "a whole number", port);
  const last = endPort ?? port;
  if (!isPortNumber(port)) at.refuse("invalid-policy", ["port"], `port ${port} is out of range: ${rangeAdvice}`);
  if (last < port) {
    at.refuse("invalid-policy", ["endPort"], `port ${port} has endPort ${last}: endPort must not be smaller than port`);
  } else if (endPort !== undefined && !isPortNumber(last)) {
    at.refuse("invalid-policy", ["endPort"], `endPort ${last} is out of range: ${rangeAdvice}`);
  }
  const isSound = isPortNumber(port) && isPortNumber(last) && port <= last;
  return isSound ? protocol && { type: "range", protocol, from: port, to: last } : undefined;
}

/** The protocol of a port: "If not specified, this field defaults to TCP"; undefined and reported when it is none. */
export function readProtocol(at: ObjectCursor, raw: RawMapping): Protocol | undefined {
  const written: RawValue | undefined = raw["protocol"];
  if (written === undefined || written === null) return "TCP";
  if (typeof written !== "string") return wrongType(at, ["protocol"], "a string", written);
  const protocol = protocols.find((known) => known === written);
  if (protocol !== undefined) return protocol;
  const upper = protocols.find((known) => known === written.toUpperCase());
  const advice = upper === undefined ? `write ${protocols.join(", ")}` : `write ${upper}, in capitals`;
  at.refuse("invalid-policy", ["protocol"], `protocol ${quote(written)} is not known: ${advice}`);
  return undefined;
}
