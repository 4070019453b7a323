import type { Cluster, WorkloadEndpoint } from "@npa/core";
import { parseAddressRange } from "./address-range.ts";
import { type PortRanges, connectionsOf, everything, formatConnections } from "./connections.ts";
import { type End, Relation } from "./relation.ts";

/** One full matrix of np-guard/network-config-analyzer. The corpus' README tells the shape. */
export interface NcaCase {
  readonly id: string;
  readonly inputs: Readonly<Record<string, readonly string[]>>;
  readonly flags: readonly string[];
  readonly peers: readonly string[];
  readonly conns: readonly ("ALL" | "NONE" | PortRanges)[];
  readonly matrix: readonly (readonly number[])[];
}

/** The matrix as a relation between pods and addresses, without the diagonal. */
export function relationOfMatrix({ peers, conns, matrix }: NcaCase): Relation {
  const relation = new Relation();
  const ends = peers.map(endOf);
  const values = conns.map(formatConns);
  for (const [i, row] of matrix.entries()) {
    for (const [j, index] of row.entries()) {
      const [source, target, value] = [ends[i], ends[j], values[index]];
      if (i === j || source === undefined || target === undefined || value === undefined) continue;
      if (value !== formatConnections([])) relation.add(source, target, value);
    }
  }
  return relation;
}

/** A pod, a range of addresses, or undefined for a host name: those are Istio's. */
function endOf(peer: string): End | undefined {
  const range = parseAddressRange(peer);
  if (range !== undefined) return [range];
  return peer.includes("/") ? peer : undefined;
}

function formatConns(conns: NcaCase["conns"][number]): string {
  if (conns === "ALL") return formatConnections(everything);
  return formatConnections(conns === "NONE" ? [] : connectionsOf(conns));
}

/** The names of the pods of the matrix, by the workload that makes them: of a Deployment `a` they are `a-1`, `a-2`. */
export function podNames({ peers }: NcaCase, cluster: Cluster): ReadonlyMap<string, readonly string[]> {
  return new Map(
    cluster.workloads.map(({ id, namespace, name, kind }) => {
      const own = `${namespace}/${name}`;
      if (kind === "Pod") return [id, [own]];
      return [id, peers.filter((peer) => peer.startsWith(`${own}-`) && /^\d+$/.test(peer.slice(own.length + 1)))];
    }),
  );
}

/** `namespace/name[Kind]`, whatever part of the workload it is. */
export function workloadIdOf({ namespace, name, workloadKind }: WorkloadEndpoint): string {
  return `${namespace}/${name}[${workloadKind}]`;
}
