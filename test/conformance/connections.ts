import type { Ports } from "@npa/core";

/** What passes, as sorted, disjoint, inclusive intervals of `protocol * 65536 + port`: equal sets are equal texts. */
export type Connections = readonly (readonly [first: number, last: number])[];

const protocols = ["TCP", "UDP", "SCTP"] as const;

/** Every port of every protocol. */
export const everything: Connections = protocols.map((_, index) => [index * 65_536 + 1, index * 65_536 + 65_535]);

/** Intervals of port numbers by protocol. */
export type PortRanges = Readonly<Partial<Record<string, readonly (readonly [number, number])[]>>>;

export function connectionsOf(ranges: PortRanges): Connections {
  return union(
    Object.entries(ranges).flatMap(([protocol, intervals = []]) => {
      const base = protocols.findIndex((name) => name === protocol) * 65_536;
      if (base < 0) throw new Error(`unknown protocol ${protocol}`);
      return intervals.map(([from, to]): [number, number] => [base + from, base + to]);
    }),
  );
}

/** Sorts and joins intervals. */
export function union(intervals: Connections): Connections {
  const result: [number, number][] = [];
  for (const [from, to] of intervals.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

/** What npa answers. */
export function connectionsOfPorts({ ports, all }: Ports): Connections {
  if (all) return everything;
  return connectionsOf(Object.fromEntries(Object.entries(ports).map(([name, list]) => [name, list.map(parseRange)])));
}

/** `80` or `80-90`. */
export function parseRange(text: string): [number, number] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text.trim());
  if (match === null) throw new Error(`not a port or range: ${text}`);
  return [Number(match[1]), Number(match[2] ?? match[1])];
}

export function formatConnections(connections: Connections): string {
  if (connections.length === 0) return "nothing";
  if (String(connections) === String(everything)) return "everything";
  return connections.map(formatInterval).join(" ");
}

function formatInterval([first, last]: readonly [number, number]): string {
  const index = Math.floor(first / 65_536);
  const [from, to] = [first - index * 65_536, last - index * 65_536];
  return `${protocols[index]}/${from === to ? from : `${from}-${to}`}`;
}
