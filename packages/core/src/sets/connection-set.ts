import { type IntervalSet, difference, intersection, meets, union, unionAll } from "./interval-set.ts";

/** The address families traffic can use. */
export type Family = 4 | 6;

/** The families, in the order everything is done in. */
export const families: readonly Family[] = [4, 6];

/**
 * A set of connections as a small integer: equal ids are equal sets, `===` compares.
 * The id is only meaningful to the `ConnectionTable` that made it.
 */
export type ConnectionId = number;

/** No connection at all, in every table. */
export const noConnections: ConnectionId = 0;

/** Every port of every protocol in both families, in every table. */
export const allConnections: ConnectionId = 1;

/** Transport protocols by plane: the order of printing. */
export const transportProtocols = ["TCP", "UDP", "SCTP"] as const;

/** A transport protocol. */
export type TransportProtocol = (typeof transportProtocols)[number];

/** ICMP of each family: its types stand where others have ports. */
export const icmpProtocols = ["ICMP", "ICMPv6"] as const;

/** All that sets tell apart, in the order of printing. */
export const packetProtocols: readonly PacketProtocol[] = [...transportProtocols, ...icmpProtocols];

/** A transport protocol, or ICMP of a family. */
export type PacketProtocol = TransportProtocol | (typeof icmpProtocols)[number];

/** The last type of ICMP; the first is 0. */
export const lastIcmpType = 255;

/** An inclusive range of ports, or of types of ICMP. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** A range of ports of one protocol. */
export interface ProtocolRange extends PortRange {
  readonly protocol: PacketProtocol;
}

// A connection is (family, protocol, port), numbered plane by plane; behind SCTP is ICMP of the family, by type.
const planeSize = 65_536;
const lastPort = 65_535;
const icmpPlane = transportProtocols.length;
const planesPerFamily = transportProtocols.length + 1;
const familySize = planesPerFamily * planeSize;

function planeInterval(plane: number, range: PortRange): IntervalSet<number> {
  return [plane * planeSize + range.from, plane * planeSize + range.to + 1];
}

function firstPlane(family: Family): number {
  return family === 4 ? 0 : planesPerFamily;
}

function fullFamily(family: Family, hasIcmp: boolean): IntervalSet<number> {
  const first = firstPlane(family);
  const planes = transportProtocols.map((_, i) => planeInterval(first + i, { from: 1, to: lastPort }));
  return unionAll(hasIcmp ? [...planes, icmpInterval(family, { from: 0, to: lastIcmpType })] : planes);
}

function icmpInterval(family: Family, types: PortRange): IntervalSet<number> {
  return planeInterval(firstPlane(family) + icmpPlane, types);
}

/** Where a range of ports is in the planes: of both families, and types of ICMP of theirs. */
function intervalsOf(range: ProtocolRange): readonly IntervalSet<number>[] {
  if (range.protocol === "ICMP") return [icmpInterval(4, range)];
  if (range.protocol === "ICMPv6") return [icmpInterval(6, range)];
  const plane = transportProtocols.indexOf(range.protocol);
  return [planeInterval(plane, range), planeInterval(plane + planesPerFamily, range)];
}

/** All types of ICMP of both families. */
const everyIcmp: IntervalSet<number> = unionAll(
  families.map((family) => icmpInterval(family, { from: 0, to: lastIcmpType })),
);

/** Up to so many sets are united one by one. */
const fewSets = 8;

/** Results by first and second operand. */
type Memo = Map<ConnectionId, ConnectionId>[];

/**
 * All connection sets of one analysis, interned: each distinct set is stored once and operations are remembered,
 * so at cluster scale a union costs a look-up.
 */
export class ConnectionTable {
  readonly #sets: IntervalSet<number>[] = [];
  readonly #ids = new Map<string, ConnectionId>();
  readonly #single = new Map<number, ConnectionId>();
  readonly #unions: Memo = [];
  readonly #intersections: Memo = [];
  readonly #differences: Memo = [];
  readonly #inBoth = new Map<ConnectionId, ConnectionId>();
  readonly #inEither = new Map<ConnectionId, ConnectionId>();
  /** Everything IPv4, everything IPv6. */
  readonly family: Readonly<Record<Family, ConnectionId>>;
  /** Whether ICMP is told apart; else sets are about ports, and everything is every port. */
  readonly hasIcmp: boolean;

  constructor(hasIcmp = false) {
    this.hasIcmp = hasIcmp;
    this.#intern([]);
    this.#intern([...fullFamily(4, hasIcmp), ...fullFamily(6, hasIcmp)]);
    this.family = { 4: this.#intern(fullFamily(4, hasIcmp)), 6: this.#intern(fullFamily(6, hasIcmp)) };
  }

  /** How many distinct sets there are so far. */
  get size(): number {
    return this.#sets.length;
  }

  #intern(set: IntervalSet<number>): ConnectionId {
    const key = set.join();
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#sets.length;
    this.#sets.push(set);
    this.#ids.set(key, id);
    return id;
  }

  /** The boundaries of a set, in the table's own numbering. */
  boundaries(id: ConnectionId): IntervalSet<number> {
    const set = this.#sets[id];
    if (set === undefined) throw new RangeError(`connection set ${id} is not of this table`);
    return set;
  }

  /** The set of one range of ports, in both families. */
  ofPort(range: ProtocolRange): ConnectionId {
    if (range.from !== range.to) return this.ofPorts([range]);
    const key = packetProtocols.indexOf(range.protocol) * planeSize + range.from;
    let id = this.#single.get(key);
    if (id === undefined) this.#single.set(key, (id = this.ofPorts([range])));
    return id;
  }

  /** The set of all these ports, in both families. */
  ofPorts(ranges: readonly ProtocolRange[]): ConnectionId {
    const known = this.hasIcmp ? ranges : ranges.filter(({ protocol }) => !isIcmp(protocol));
    return this.#intern(unionAll(known.flatMap(intervalsOf)));
  }

  union(a: ConnectionId, b: ConnectionId): ConnectionId {
    if (a === b || b === noConnections || a === allConnections) return a;
    if (a === noConnections || b === allConnections) return b;
    return this.#remember(this.#unions, Math.min(a, b), Math.max(a, b), union);
  }

  /** The union of many sets. Few are united through the memory; many at once, so that no set in between is stored. */
  unionAll(ids: readonly ConnectionId[]): ConnectionId {
    if (ids.length <= fewSets) return ids.reduce((all, id) => this.union(all, id), noConnections);
    if (ids.includes(allConnections)) return allConnections;
    return this.#intern(unionAll(ids.map((id) => this.boundaries(id))));
  }

  intersection(a: ConnectionId, b: ConnectionId): ConnectionId {
    if (a === b || b === allConnections || a === noConnections) return a;
    if (a === allConnections || b === noConnections) return b;
    return this.#remember(this.#intersections, Math.min(a, b), Math.max(a, b), intersection);
  }

  /** The part of a set that holds in both families. */
  inBothFamilies(id: ConnectionId): ConnectionId {
    return this.#acrossFamilies(id, this.#inBoth, intersection);
  }

  /** What a set has in either family, in both: what passes between two ends, whichever of their addresses they use. */
  inEitherFamily(id: ConnectionId): ConnectionId {
    return this.#acrossFamilies(id, this.#inEither, union);
  }

  #acrossFamilies(id: ConnectionId, memo: Map<ConnectionId, ConnectionId>, operation: typeof union): ConnectionId {
    let result = memo.get(id);
    if (result === undefined) {
      const whole = this.boundaries(id);
      // A message of ICMP is of one family.
      const icmp = this.hasIcmp ? intersection(whole, everyIcmp) : [];
      const set = difference(whole, icmp);
      const [low, high] = [intersection(set, [0, familySize]), intersection(set, [familySize, 2 * familySize])];
      const ofOne = operation(
        low,
        high.map((boundary) => boundary - familySize),
      );
      result = this.#intern(union([...ofOne, ...ofOne.map((boundary) => boundary + familySize)], icmp));
      memo.set(id, result);
    }
    return result;
  }

  /** Whether two sets share a connection. Stores nothing: for questions about many pairs that are asked once. */
  meets(a: ConnectionId, b: ConnectionId): boolean {
    if (a === noConnections || b === noConnections) return false;
    return a === b || a === allConnections || b === allConnections || meets(this.boundaries(a), this.boundaries(b));
  }

  difference(a: ConnectionId, b: ConnectionId): ConnectionId {
    if (a === b || a === noConnections || b === allConnections) return noConnections;
    if (b === noConnections) return a;
    return this.#remember(this.#differences, a, b, difference);
  }

  #remember(memo: Memo, a: ConnectionId, b: ConnectionId, operation: typeof union): ConnectionId {
    const ofA = (memo[a] ??= new Map<ConnectionId, ConnectionId>());
    let result = ofA.get(b);
    if (result === undefined) {
      result = this.#intern(operation(this.boundaries(a), this.boundaries(b)));
      ofA.set(b, result);
    }
    return result;
  }

  /** The ports of a set by protocol, whatever the family, and types of ICMP; protocols without a port are left out. */
  ports(id: ConnectionId): ReadonlyMap<PacketProtocol, readonly PortRange[]> {
    const set = this.boundaries(id);
    const result = new Map<PacketProtocol, readonly PortRange[]>();
    transportProtocols.forEach((protocol, plane) => {
      const both = union(planePorts(set, plane), planePorts(set, plane + planesPerFamily));
      if (both.length > 0) result.set(protocol, toRanges(both));
    });
    if (!this.hasIcmp) return result;
    icmpProtocols.forEach((protocol, i) => {
      const types = planePorts(set, icmpPlane + i * planesPerFamily);
      if (types.length > 0) result.set(protocol, toRanges(types));
    });
    return result;
  }

  /** Whether the set allows every port of every protocol in at least one family. */
  isAll(id: ConnectionId): boolean {
    if (id === allConnections || id === this.family[4] || id === this.family[6]) return true;
    if (sizeOf(this.boundaries(id)) < transportProtocols.length * lastPort) return false;
    const ports = this.ports(id);
    const isAllIcmp = icmpProtocols.some((protocol) => {
      const [only] = ports.get(protocol) ?? [];
      return only?.from === 0 && only.to === lastIcmpType;
    });
    if (this.hasIcmp && !isAllIcmp) return false;
    return transportProtocols.every((protocol) => {
      const [only, more] = ports.get(protocol) ?? [];
      return only?.from === 1 && only.to === lastPort && more === undefined;
    });
  }
}

/** Whether a protocol is ICMP of a family. */
export function isIcmp(protocol: PacketProtocol): protocol is (typeof icmpProtocols)[number] {
  return protocol === "ICMP" || protocol === "ICMPv6";
}

/** The ports of one plane as a set of its own. */
function planePorts(set: IntervalSet<number>, plane: number): IntervalSet<number> {
  const start = plane * planeSize;
  return intersection(set, [start, start + planeSize]).map((boundary) => boundary - start);
}

function sizeOf(set: IntervalSet<number>): number {
  let size = 0;
  for (let i = 0; i < set.length; i += 2) size += (set[i + 1] as number) - (set[i] as number);
  return size;
}

function toRanges(set: IntervalSet<number>): PortRange[] {
  const ranges: PortRange[] = [];
  for (let i = 0; i < set.length; i += 2) ranges.push({ from: set[i] as number, to: (set[i + 1] as number) - 1 });
  return ranges;
}
