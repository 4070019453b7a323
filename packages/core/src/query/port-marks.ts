import { type Policy, type PortSpec, type Protocol, directions } from "../model/policy.ts";
import type { ConnectionId, ConnectionTable } from "../sets/connection-set.ts";

/** The number that pods which are not there give to a port name: no rule tells it or its neighbours from each other. */
export interface PortMark {
  readonly protocol: Protocol;
  readonly name: string;
  readonly port: number;
}

/** So many names are told apart. */
const mostNames = 1_000;
const highestPort = 65_535;

/** A mark for each port that some egress rule names. */
export function portMarks(policies: readonly Policy[]): readonly PortMark[] {
  const named = new Map<string, Omit<PortMark, "port">>();
  const taken = new Set([1, highestPort]);
  for (const { rules } of policies)
    for (const direction of directions)
      for (const spec of rules[direction].flatMap(({ ports, exceptPorts = [] }): readonly PortSpec[] => [
        ...(ports === "any" ? [] : ports),
        ...exceptPorts,
      ])) {
        if (spec.type === "range") taken.add(spec.from).add(spec.to);
        else if (direction === "egress" && named.size < mostNames)
          named.set(`${spec.protocol}/${spec.name}`, { protocol: spec.protocol, name: spec.name });
      }
  const marks: PortMark[] = [];
  const waiting = [...named.values()];
  for (let port = highestPort - 2; port > 2 && marks.length < waiting.length; port -= 2) {
    const next = waiting[marks.length];
    if (next !== undefined && [port - 1, port, port + 1].every((each) => !taken.has(each)))
      marks.push({ ...next, port });
  }
  return marks;
}

/** What is open by number, and the names by which more is: a mark that is open while its neighbours are not is open by its name. */
export function withoutMarks(
  connections: ConnectionId,
  marks: readonly PortMark[],
  table: ConnectionTable,
): { readonly numbers: ConnectionId; readonly named: readonly PortMark[] } {
  let numbers = connections;
  const named: PortMark[] = [];
  const has = (protocol: Protocol, port: number): boolean =>
    table.meets(connections, table.ofPort({ protocol, from: port, to: port }));
  for (const mark of marks) {
    const { protocol, port } = mark;
    const own = table.ofPort({ protocol, from: port, to: port });
    const isInRange = has(protocol, port - 1) && has(protocol, port + 1);
    if (isInRange) numbers = table.union(numbers, own);
    else if (has(protocol, port)) {
      named.push(mark);
      numbers = table.difference(numbers, own);
    }
  }
  return { numbers, named };
}
