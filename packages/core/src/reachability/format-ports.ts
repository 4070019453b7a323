import type { Ports, PortsByProtocol } from "../answers/ports.ts";
import type { ConnectionId, ConnectionTable, PortRange } from "../sets/connection-set.ts";

const everything: Ports = { ports: {}, all: true };

/** A connection set as it is printed: `{"TCP": ["80", "9090-9100"]}`, or everything. */
export function formatPorts(id: ConnectionId, table: ConnectionTable): Ports {
  if (table.isAll(id)) return everything;
  const ports: { -readonly [P in keyof PortsByProtocol]: PortsByProtocol[P] } = {};
  for (const [protocol, ranges] of table.ports(id)) ports[protocol] = ranges.map(formatRange);
  return { ports, all: false };
}

function formatRange({ from, to }: PortRange): string {
  return from === to ? `${from}` : `${from}-${to}`;
}

/** Formats each connection set once. */
export class PortFormatter {
  readonly #table: ConnectionTable;
  readonly #formatted = new Map<ConnectionId, Ports>();

  constructor(table: ConnectionTable) {
    this.#table = table;
  }

  /** How many sets were formatted so far. */
  get size(): number {
    return this.#formatted.size;
  }

  format(id: ConnectionId): Ports {
    let ports = this.#formatted.get(id);
    if (ports === undefined) this.#formatted.set(id, (ports = formatPorts(id, this.#table)));
    return ports;
  }
}
