import { type PortSpec, type Protocol, protocols } from "../../model/policy.ts";
import type { CalicoRule, PortEntry } from "../../model/calico.ts";

/** A range of ports. */
export function range(protocol: Protocol, from: number, to: number): PortSpec {
  return { type: "range", protocol, from, to };
}

/** The protocols of a rule that npa tells apart; undefined: all traffic. */
function protocolsOf({ protocol, notProtocol }: CalicoRule): readonly Protocol[] | undefined {
  if (protocol !== undefined) return protocol === "other" || protocol === notProtocol ? [] : [protocol];
  return notProtocol === undefined ? undefined : protocols.filter((each) => each !== notProtocol);
}

/** The ports that a rule names, before those that it leaves out. */
export function portsOf(rule: CalicoRule): readonly PortSpec[] | "any" {
  const { ports, notPorts } = rule.destination;
  const wanted = protocolsOf(rule);
  if (wanted === undefined && ports.length + notPorts.length === 0) return "any";
  const entries = ports.length === 0 ? [{ from: 1, to: 65_535 }] : ports;
  return (wanted ?? protocols).flatMap((protocol) => portSpecs(protocol, entries));
}

/** The ports that a rule leaves out. */
export function exceptPortsOf(rule: CalicoRule): readonly PortSpec[] {
  return (protocolsOf(rule) ?? protocols).flatMap((protocol) => portSpecs(protocol, rule.destination.notPorts));
}

function portSpecs(protocol: Protocol, entries: readonly PortEntry[]): readonly PortSpec[] {
  return entries.map((entry) =>
    "name" in entry ? { type: "named", protocol, name: entry.name } : range(protocol, entry.from, entry.to),
  );
}
