import { countStep } from "../lib/stoppable.ts";
import type { Platform } from "../model/facts.ts";
import type { Direction } from "../model/policy.ts";
import type { ClassId } from "../reachability/class-set.ts";
import type { Reachability } from "../reachability/reachability.ts";
import type { DenseGroup } from "../reachability/dense-group.ts";
import type { Row } from "../reachability/row.ts";
import { metadataAddressesOf } from "../semantics/metadata-endpoints.ts";
import { Weights } from "../reachability/weights.ts";
import { parseAddress } from "../sets/address.ts";
import { type AddressSet, ofFamily } from "../sets/address-set.ts";
import { type ConnectionId, allConnections, noConnections } from "../sets/connection-set.ts";
import { intersection } from "../sets/interval-set.ts";
import { publicAddresses } from "../sets/special-addresses.ts";

/** How exposed the pods of a class are, each from 0 to 1. */
export interface ClassExposure {
  /** The part of the public internet, of IPv4 or IPv6, that may connect, and that may be connected to. */
  readonly fromInternet: number;
  readonly toInternet: number;
  readonly toMetadata: number;
}

/** Rows are shared between classes, and computed once. */
export function exposures(reachability: Reachability, platform?: Platform): (id: ClassId) => ClassExposure {
  const internet = new InternetShares(reachability);
  const metadata = metadataReach(reachability, platform);
  const { ingress, egress } = reachability.certain;
  const known = new Map<Row, Map<Row, ClassExposure>>();
  return (id) => {
    const [into, out] = [ingress.rowOf[id], egress.rowOf[id]];
    if (into === undefined || out === undefined) return { fromInternet: 0, toInternet: 0, toMetadata: 0 };
    let ofRow = known.get(out);
    if (ofRow === undefined) known.set(out, (ofRow = new Map<Row, ClassExposure>()));
    let exposure = ofRow.get(into);
    if (exposure === undefined) {
      exposure = {
        fromInternet: internet.of(into, "ingress"),
        toInternet: internet.of(out, "egress"),
        toMetadata: metadata(out),
      };
      ofRow.set(into, exposure);
    }
    return exposure;
  };
}

/** How much of the public internet a row speaks of. Names are looked up everywhere: what is for DNS alone does not count for egress. */
class InternetShares {
  readonly #families: readonly Weights[];
  readonly #firstAddress: ClassId;
  readonly #dns: ConnectionId;
  readonly #table: Reachability["table"];
  readonly #dense: Readonly<Record<Direction, Map<DenseGroup, readonly number[]>>> = {
    ingress: new Map(),
    egress: new Map(),
  };
  readonly #known: Readonly<Record<Direction, Map<Row, number>>> = { ingress: new Map(), egress: new Map() };

  constructor({ table, pods, addresses, classCount }: Reachability) {
    this.#table = table;
    this.#firstAddress = pods.classes.length;
    this.#dns = table.ofPorts(
      [53, 5353].flatMap((port) => [
        { protocol: "UDP" as const, from: port, to: port },
        { protocol: "TCP" as const, from: port, to: port },
      ]),
    );
    const all = publicAddresses();
    this.#families = ([4, 6] as const).map((family) => {
      const internet = ofFamily(all, family);
      const whole = sizeOf(internet);
      const shares = new Float64Array(classCount);
      addresses.classes.forEach((set, i) => {
        shares[this.#firstAddress + i] = sizeOf(intersection(set, internet)) / whole;
      });
      return new Weights(shares);
    });
  }

  of(row: Row, direction: Direction): number {
    let share = this.#known[direction].get(row);
    if (share === undefined) {
      const dense = this.#denseShares(row.dense, direction);
      const sparse = this.#sparseShares(row, direction);
      share = Math.min(1, Math.max(...dense.map((part, i) => part + (sparse[i] ?? 0))));
      this.#known[direction].set(row, share);
    }
    return share;
  }

  #denseShares(group: DenseGroup, direction: Direction): readonly number[] {
    let shares = this.#dense[direction].get(group);
    if (shares === undefined) {
      const counted = direction === "ingress" ? allConnections : this.#table.difference(allConnections, this.#dns);
      const classes = group.meeting(counted);
      shares = this.#families.map((weights) => weights.ofSet(classes));
      this.#dense[direction].set(group, shares);
    }
    return shares;
  }

  /** What the small sets add to the big ones, or take from them. */
  #sparseShares(row: Row, direction: Direction): readonly number[] {
    const added = this.#families.map(() => 0);
    const { boundaries } = row.touched;
    for (let i = 0; i < boundaries.length; i += 2) {
      for (let id = Math.max(boundaries[i] as number, this.#firstAddress); id < (boundaries[i + 1] as number); id++) {
        countStep();
        const is = this.#counts(row.connections(id), direction);
        const was = this.#counts(row.denseConnections(id), direction);
        if (is === was) continue;
        this.#families.forEach((weights, family) => {
          added[family] = (added[family] as number) + (is ? 1 : -1) * weights.of(id);
        });
      }
    }
    return added;
  }

  #counts(connections: ConnectionId, direction: Direction): boolean {
    if (direction === "ingress") return connections !== noConnections;
    return this.#table.difference(connections, this.#dns) !== noConnections;
  }
}

/** Whether a row reaches a metadata endpoint where it serves: 1 or 0. */
function metadataReach(
  { cluster, table, pods, addresses }: Reachability,
  platform: Platform | undefined,
): (row: Row) => number {
  const http = table.ofPort({ protocol: "TCP", from: 80, to: 80 });
  const shown = (cluster.facts ?? []).flatMap((fact) => (fact.type === "platform" ? [fact.platform] : []));
  const ids = metadataAddressesOf(new Set(platform === undefined ? shown : [platform])).flatMap((text) => {
    const parsed = parseAddress(text);
    return parsed === undefined ? [] : [pods.classes.length + addresses.classOf(parsed.address)];
  });
  return (row) => (ids.some((id) => table.intersection(row.connections(id), http) !== noConnections) ? 1 : 0);
}

function sizeOf(set: AddressSet): number {
  let size = 0n;
  for (let i = 0; i < set.length; i += 2) size += (set[i + 1] as bigint) - (set[i] as bigint);
  return Number(size);
}
