import { bfsFromNode } from "graphology-traversal";
import { compareStrings } from "../lib/compare.ts";
import { nearest } from "../lib/nearest.ts";
import { UsageError } from "../lib/usage-error.ts";
import type { RelationGraph } from "./graph-of.ts";
import { isPods } from "./graph-of.ts";

/** A node and the fewest hops to or from it. */
export interface HopsTo {
  readonly id: string;
  readonly hops: number;
}

/** What can be reached from a node in at most `hops` hops (default: any number), nearest first; not the node itself. */
export function blastRadius(
  graph: RelationGraph,
  node: string,
  hops: number = Number.POSITIVE_INFINITY,
): readonly HopsTo[] {
  return traverse(graph, node, hops, "outbound");
}

/** What can reach a node in at most `hops` hops (default: any number), nearest first; not the node itself. */
export function reachedBy(
  graph: RelationGraph,
  node: string,
  hops: number = Number.POSITIVE_INFINITY,
): readonly HopsTo[] {
  return traverse(graph, node, hops, "inbound");
}

/**
 * The ids of the pods that nothing reaches, sorted: workloads that no other node has a connection to. A folded node
 * counts only when its pods do not reach each other either. Meaningless in a graph that was explored from a node.
 */
export function unreachable(graph: RelationGraph): readonly string[] {
  return graph
    .filterNodes((id, node) => {
      const own = node.type === "workload" && graph.hasEdge(id, id) ? 1 : 0;
      return isPods(node) && graph.inDegree(id) === own;
    })
    .toSorted(compareStrings);
}

function traverse(graph: RelationGraph, start: string, limit: number, mode: "inbound" | "outbound"): readonly HopsTo[] {
  if (!graph.hasNode(start)) throw unknownNode(graph, start);
  const found: HopsTo[] = [];
  bfsFromNode(
    graph,
    start,
    (id, _, hops) => {
      if (hops > 0 && hops <= limit) found.push({ id, hops });
      return hops >= limit;
    },
    { mode },
  );
  return found.toSorted((a, b) => a.hops - b.hops || compareStrings(a.id, b.id));
}

function unknownNode(graph: RelationGraph, id: string): UsageError {
  const hints = nearest(id, graph.nodes());
  const hint = hints.length > 0 ? `; did you mean ${hints.join(" or ")}?` : "";
  return new UsageError(`no node ${JSON.stringify(id.slice(0, 100))} in the graph${hint}`);
}
