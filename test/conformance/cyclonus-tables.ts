import { type Assumptions, type Cluster, buildReachability, listConnectivity } from "@npa/core";
import { connectionsOf, connectionsOfPorts, union } from "./connections.ts";
import type { TruthTables } from "./cyclonus-state.ts";

/** A port of one protocol. */
export interface ProbedPort {
  readonly protocol: string;
  readonly port: number;
}

type Allowed = (source: string, target: string, probed: ProbedPort) => boolean;

/** Whether npa's tables allow what is asked: each direction by itself from the relation, both together from the list. */
export function npaTables(
  cluster: Cluster,
  assumptions: Partial<Assumptions>,
): Readonly<Record<keyof TruthTables, Allowed>> {
  const { certain, table, pods } = buildReachability(cluster, { assumptions });
  const classOf = new Map(
    pods.classes.flatMap(({ id, members }) =>
      members.map(({ workload }): [string, number] => [`${workload.namespace}/${workload.name}`, id]),
    ),
  );
  const side =
    (direction: "ingress" | "egress"): Allowed =>
    (source, target, { protocol, port }) => {
      const [subject, peer] = direction === "ingress" ? [target, source] : [source, target];
      const row = certain[direction].rowOf[knownIn(classOf, subject)];
      const asked = table.ofPorts([{ protocol: protocol as "TCP" | "UDP" | "SCTP", from: port, to: port }]);
      const connections = row?.connections(knownIn(classOf, peer)) ?? 0;
      // Allowed in IPv4 or in IPv6: an ipBlock matches a pod in the family of its address.
      return table.intersection(connections, asked) !== 0;
    };
  return { ingress: side("ingress"), egress: side("egress"), combined: listed(cluster, assumptions) };
}

function listed(cluster: Cluster, assumptions: Partial<Assumptions>): Allowed {
  const { connections } = listConnectivity(cluster, { assumptions });
  const byPair = new Map(
    connections.map((connection) => [`${connection.source} => ${connection.target}`, connectionsOfPorts(connection)]),
  );
  return (source, target, { protocol, port }) => {
    const asked = connectionsOf({ [protocol]: [[port, port]] });
    const found = byPair.get(`${source}[Pod] => ${target}[Pod]`) ?? [];
    return String(union([...found, ...asked])) === String(found);
  };
}

function knownIn(classes: ReadonlyMap<string, number>, pod: string): number {
  const id = classes.get(pod);
  if (id === undefined) throw new Error(`no pod ${pod}`);
  return id;
}

/** Every cell off the diagonal in which npa's tables differ from the ones given. */
export function tableDifferences(
  probed: ProbedPort,
  order: readonly string[],
  tables: TruthTables,
  ours: Readonly<Record<keyof TruthTables, Allowed>>,
): string[] {
  const kinds = ["ingress", "egress", "combined"] as const;
  return kinds.flatMap((kind) =>
    order.flatMap((source, i) =>
      order.flatMap((target, j) => {
        const cell = tables[kind][i]?.[j];
        if (cell !== "." && cell !== "X") throw new Error(`no cell for ${source} => ${target}`);
        const isAllowed = ours[kind](source, target, probed);
        if (i === j || isAllowed === (cell === ".")) return [];
        return [`${kind} ${source} => ${target} ${probed.protocol}/${probed.port}: expected ${cell}`];
      }),
    ),
  );
}
