import type { Direction } from "../../model/policy.ts";
import type { ObjectCursor } from "../object-cursor.ts";
import type { RawValue } from "../../parse/document.ts";
import type { RawMapping } from "../raw-object.ts";
import { isList, isMapping } from "../raw-object.ts";

/** "Types of ICMP": what a ping asks, and what answers it. */
const types = {
  IPv4: { request: 8, reply: 0 },
  IPv6: { request: 128, reply: 129 },
} as const;

type Family = keyof typeof types;

const meansPing = /(?:^|[^a-z0-9])(?:ping|icmp(?:v?[46])?)(?:[^a-z0-9]|$)/i;

/** Tells of rules that look as if they let pings through, and do not. */
export function warnOfPing(at: ObjectCursor, spec: RawMapping): void {
  for (const direction of ["ingress", "egress"] as const) warnOfTypes(at, spec, direction);
  warnOfPorts(at, spec);
}

interface Field {
  readonly path: readonly (string | number)[];
  readonly family: Family;
  readonly type: RawValue | undefined;
}

function warnOfTypes(at: ObjectCursor, spec: RawMapping, direction: Direction): void {
  const fields = fieldsOf(spec, direction);
  const isRequest = ({ family, type }: Field): boolean => type === "EchoRequest" || type === types[family].request;
  for (const { path, family, type } of fields) {
    const other = family === "IPv4" ? "IPv6" : "IPv4";
    const isOfOther = type === types[other].request || (other === "IPv6" && type === types[other].reply);
    if (isOfOther)
      at.warn(
        "no-ping",
        [...path, "type"],
        `type ${String(type)} is a ping of ${other}, and the family is ${family}: ${family === "IPv4" ? `write family: ${other}` : "type: EchoRequest is that of either family"}`,
      );
    const isReply = type === "EchoReply" || type === types[family].reply;
    if (isReply && !fields.some((each) => each.family === family && isRequest(each)))
      at.warn(
        "no-ping",
        [...path, "type"],
        `${String(type)} is the answer to a ping, which passes without a rule: the ping itself is EchoRequest${type === 0 ? ", and Cilium has versions that take type 0 for all of ICMP" : ""}`,
      );
  }
}

function fieldsOf(spec: RawMapping, direction: Direction): readonly Field[] {
  return itemsOf(spec[direction]).flatMap(([entry, i]) =>
    itemsOf(entry["icmps"]).flatMap(([icmp, j]) =>
      itemsOf(icmp["fields"]).map(([field, k]) => ({
        path: [direction, i, "icmps", j, "fields", k],
        family: field["family"] === "IPv6" ? ("IPv6" as const) : ("IPv4" as const),
        type: numberOf(field["type"]),
      })),
    ),
  );
}

/** "ICMP is no port": a policy that is named for it, and has ports only. */
function warnOfPorts(at: ObjectCursor, spec: RawMapping): void {
  const entries = (["ingress", "egress"] as const).flatMap((direction) => itemsOf(spec[direction]));
  const description = typeof spec["description"] === "string" ? spec["description"] : "";
  if (!meansPing.test(at.ref.name) && !meansPing.test(description)) return;
  // An entry without ports is about all protocols.
  const mayPing = entries.some(([entry]) => isList(entry["icmps"]) || !isList(entry["toPorts"]) || isOfIcmp(entry));
  if (entries.length === 0 || mayPing) return;
  at.warn(
    "no-ping",
    [],
    "it is named for ping, and rules with toPorts match none: write an entry with `icmps: [{fields: [{type: EchoRequest}]}]`, and one of `family: IPv6`",
  );
}

function isOfIcmp(entry: RawMapping): boolean {
  return itemsOf(entry["toPorts"]).some(([item]) =>
    itemsOf(item["ports"]).some(([{ protocol }]) => typeof protocol === "string" && /^icmp/i.test(protocol)),
  );
}

function itemsOf(value: RawValue | undefined): readonly (readonly [RawMapping, number])[] {
  if (!isList(value)) return [];
  return value.flatMap((item, index) => (isMapping(item) ? [[item, index] as const] : []));
}

/** "An int or a string": a number may be written as either. */
function numberOf(value: RawValue | undefined): RawValue | undefined {
  return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
}
