import type { Connection } from "../answers/connectivity.ts";
import type { Ports } from "../answers/ports.ts";
import { UsageError } from "../lib/usage-error.ts";
import type { Direction } from "../model/policy.ts";
import type { ListedEndpoint } from "../reachability/endpoints.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { type AskedPort, parsePort } from "../sets/parse-port.ts";
import { ingressController } from "./from-ingress-controller.ts";
import { resolveEndpoint } from "./resolve-endpoint.ts";

/** What of a list is wanted. */
export interface Focus {
  /** Connections with an end at one of these, named as for `can`. */
  readonly workloads?: readonly string[];
  /** Of these, connections whose other end is one of these. */
  readonly peers?: readonly string[];
  /** Only what comes in to the workloads, or what goes out of them. */
  readonly direction?: Direction;
  /** Only what passes on this port, as `8080/TCP`. */
  readonly port?: string;
  /** The namespace of bare names. Default: `default`. */
  readonly defaultNamespace?: string;
}

/** What of a list is wanted, as it is asked while the list is made. */
export interface FocusedList {
  /** What is wanted of a connection, cut to the port that is asked for; undefined for nothing. */
  readonly pick: <T extends Connection>(connection: T) => T | undefined;
  /** Whether an end is one that is focused on; undefined for every end. */
  readonly isWanted?: (id: string) => boolean;
}

/** Reads a focus. Throws a UsageError for names that are not there, and for peers or a direction of nobody. */
export function focusOf(focus: Focus, reachability: Reachability, endpoints: readonly ListedEndpoint[]): FocusedList {
  const { workloads, peers, direction, defaultNamespace = "default" } = focus;
  if (workloads === undefined && (peers !== undefined || direction !== undefined))
    throw new UsageError("a peer or a direction is that of a workload: name one to focus on");
  const port = focus.port === undefined ? undefined : parsePort(focus.port);
  const idsOf = (names: readonly string[]): ReadonlySet<string> =>
    new Set(
      names.flatMap((name) =>
        name === ingressController
          ? [name]
          : resolveEndpoint(name, reachability, endpoints, defaultNamespace).parts.map(({ id }) => id),
      ),
    );
  const wanted = workloads === undefined ? undefined : idsOf(workloads);
  const others = peers === undefined ? undefined : idsOf(peers);
  const isOf = (end: string, other: string): boolean =>
    (wanted?.has(end) ?? true) && (others === undefined || others.has(other));
  const pick: FocusedList["pick"] = (connection) => {
    const { source, target } = connection;
    const isIn = direction !== "egress" && isOf(target, source);
    const isOut = direction !== "ingress" && isOf(source, target);
    if (!isIn && !isOut) return undefined;
    if (port === undefined) return connection;
    const passing = passingPorts(connection, port);
    if (passing === undefined) return undefined;
    const limited = connection.limited?.flatMap((each) => {
      const own = passingPorts(each, port);
      return own === undefined ? [] : [{ ...each, ...own }];
    });
    const { limited: _, ...rest } = connection;
    const some = limited === undefined || limited.length === 0 ? {} : { limited };
    return { ...rest, ...passing, ...some } as unknown as typeof connection; // the same connection, with fewer ports
  };
  return { pick, ...(wanted === undefined ? {} : { isWanted: (id: string): boolean => wanted.has(id) }) };
}

/** What of ports passes on those that are asked for; undefined when nothing. */
function passingPorts({ all, ports }: Ports, { protocol, from, to }: AskedPort): Ports | undefined {
  const ranges = all ? ["1-65535"] : (ports[protocol] ?? []);
  const passing = ranges.flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    const [low, high] = [Math.max(first, from), Math.min(last, to)];
    return low > high ? [] : [low === high ? `${low}` : `${low}-${high}`];
  });
  return passing.length === 0 ? undefined : { all: false, ports: { [protocol]: passing } };
}
