import type { Reachability } from "../reachability/reachability.ts";
import { EndpointRelation } from "./endpoint-relation.ts";
import { foldedGraph } from "./folded-graph.ts";
import type { GraphFacts, GraphLevel } from "./graph-result.ts";
import type { RelationGraph } from "./graph-of.ts";
import { type GraphOptions, type GraphRequest, graphRequest } from "./graph-request.ts";
import { isolationPartition, namespacePartition } from "./partition.ts";
import { workloadGraph } from "./workload-graph.ts";

/** A graph and how it was made. */
export interface BuiltGraph extends GraphFacts {
  readonly graph: RelationGraph;
}

/** How many times as many edges a graph of namespaces may have. */
const foldedAllowance = 10;

/**
 * The reachability relation as a graph, by workload or folded per namespace. What would be too big to draw is folded,
 * and the note says so: by workload per namespace, and namespaces that are too many by how far they are isolated.
 * Nothing bigger than the graph is expanded. Throws a UsageError for a starting point that is not in the input.
 */
export function buildGraph(reachability: Reachability, options: GraphOptions = {}): BuiltGraph {
  const request = graphRequest(new EndpointRelation(reachability, options.bound ?? "certain"), options);
  const notes = uncertainNote(request);
  if (options.by !== "namespace") {
    const apart = workloadGraph(request, "apart");
    if (!("tooBig" in apart)) return built(request, apart, "workload", false, notes);
    const together = workloadGraph(request, "together");
    if (!("tooBig" in together)) {
      notes.push(`Too big to draw with ${apart.tooBig}: external addresses are put together.`);
      return built(request, together, "workload", true, notes);
    }
    notes.push(`Too big to draw by workload, with ${together.tooBig}: folded per namespace.`);
  }
  const { relation, explored, maxEdges } = request;
  const limit = maxEdges * foldedAllowance;
  const namespaces = foldedGraph(request, namespacePartition(relation, explored), limit);
  if (namespaces !== undefined) return built(request, namespaces, "namespace", true, notes);
  notes.push(
    `Too big to draw by namespace, with more than ${limit} edges: namespaces are put together by how far their workloads are isolated.`,
  );
  // At most nine kinds of namespaces and the external addresses: never too many.
  const groups = foldedGraph(request, isolationPartition(relation, explored), Number.POSITIVE_INFINITY);
  if (groups === undefined) throw new Error("a graph without a limit cannot be too big");
  return built(request, groups, "isolation", true, notes);
}

function built(
  request: GraphRequest,
  graph: RelationGraph,
  by: GraphLevel,
  folded: boolean,
  notes: readonly string[],
): BuiltGraph {
  const { relation, from, hops } = request;
  return {
    graph,
    by,
    folded,
    bound: relation.bound,
    ...(from === undefined ? {} : { from }),
    ...(from === undefined || hops === Number.POSITIVE_INFINITY ? {} : { hops }),
    ...(notes.length === 0 ? {} : { note: notes.join(" ") }),
  };
}

function uncertainNote({ relation }: GraphRequest): string[] {
  if (!relation.isOpen) return [];
  return relation.bound === "certain"
    ? ["Connections that depend on facts the input does not give are left out."]
    : ["Connections that depend on facts the input does not give are drawn as if they were so."];
}
