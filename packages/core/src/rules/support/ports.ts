import type { PortSpec, Protocol } from "../../model/policy.ts";
import { isIcmp, type PacketProtocol, packetProtocols } from "../../sets/connection-set.ts";
import { type IntervalSet, intersection, unionAll } from "../../sets/interval-set.ts";

/** The ports of a rule. */
export type Ports = readonly PortSpec[] | "any";

/** Ports are numbered protocol by protocol; port 0 does not exist, so protocols never touch. */
const planeSize = 65_536;

/** The ports that two rules both speak of; undefined when there are none. A name and a number are never the same. */
export function commonPorts(a: Ports, b: Ports): Ports | undefined {
  if (a === "any") return b;
  if (b === "any") return a;
  const names = new Set(b.flatMap((port) => (port.type === "named" ? [`${port.protocol} ${port.name}`] : [])));
  const named = a.filter((port) => port.type === "named" && names.has(`${port.protocol} ${port.name}`));
  const common = [...toRanges(intersection(numbersOf(a), numbersOf(b))), ...named];
  return common.length === 0 ? undefined : common;
}

/** What comparing the ports of a rule costs, in steps. */
export function costOf(ports: Ports): number {
  return ports === "any" ? 1 : ports.length;
}

function numbersOf(ports: readonly PortSpec[]): IntervalSet<number> {
  return unionAll(
    ports.flatMap((port) => {
      if (port.type === "named") return [];
      const plane = packetProtocols.indexOf(port.protocol) * planeSize;
      return [[plane + port.from, plane + port.to + 1]];
    }),
  );
}

function toRanges(numbers: IntervalSet<number>): readonly PortSpec[] {
  const ranges: PortSpec[] = [];
  for (let i = 0; i < numbers.length; i += 2) {
    const [first, end] = [numbers[i] as number, numbers[i + 1] as number];
    const protocol = packetProtocols[Math.floor(first / planeSize)] as PacketProtocol; // planes are of one each
    ranges.push({ type: "range", protocol, from: first % planeSize, to: (end - 1) % planeSize });
  }
  return ranges;
}

/** Whether ports hold a port by its number. */
export function holdsPort(ports: Ports, protocol: Protocol, number: number): boolean {
  if (ports === "any") return true;
  return ports.some(
    (port) => port.type === "range" && port.protocol === protocol && port.from <= number && number <= port.to,
  );
}

/** The number of a port that is written by one number. */
export function singlePort(port: PortSpec): number | undefined {
  return port.type === "range" && !isIcmp(port.protocol) && port.from === port.to ? port.from : undefined;
}
