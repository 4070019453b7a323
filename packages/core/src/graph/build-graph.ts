import type { ListedEndpoint } from "../reachability/endpoints.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { type DraftGraph, graphOfDraft, shownNodes } from "./draft-graph.ts";
import { EndpointRelation } from "./endpoint-relation.ts";
import { type Foldable, foldAlike } from "./fold-alike.ts";
import { foldNamespaces } from "./fold-namespaces.ts";
import { foldedGraph } from "./folded-graph.ts";
import type { RelationGraph } from "./graph-of.ts";
import { type Fold, type GraphOptions, type GraphRequest, graphRequest } from "./graph-request.ts";
import type { GraphFacts, GraphLevel } from "./graph-result.ts";
import { limitedEdges } from "./limited-edges.ts";
import { isolationPartition, namespacePartition } from "./partition.ts";
import { workloadGraph } from "./workload-graph.ts";

/** A graph and how it was made. */
export interface BuiltGraph extends GraphFacts {
  /** The graph itself. */
  readonly graph: RelationGraph;
  /** The endpoints that each node stands for, by its id. */
  readonly members: ReadonlyMap<string, readonly ListedEndpoint[]>;
}

/** How many times as many edges a graph of namespaces may have. */
const foldedAllowance = 10;
/** So many edges are looked at to find what is alike; what is then drawn has fewer. */
const mostEdgesCompared = 400_000;

const outside: ReadonlySet<Foldable> = new Set(["ipBlock"]);
const everything: ReadonlySet<Foldable> = new Set(["ipBlock", "workload", "namespace"]);

/**
 * The reachability relation as a graph, by workload or folded: see `fold` and `by`. What would be too big to draw is
 * folded, and the note says so: by workload per namespace, and namespaces that are too many by how far they are
 * isolated. Nothing much bigger than the graph is expanded. Throws a UsageError for a starting point that is not in
 * the input.
 */
export function buildGraph(reachability: Reachability, options: GraphOptions = {}): BuiltGraph {
  const request = graphRequest(new EndpointRelation(reachability, options.bound ?? "certain"), options);
  const fold = options.fold ?? "none";
  const notes = uncertainNote(request);
  const workloads = options.by === "namespace" ? undefined : byWorkload(request, fold, notes);
  if (workloads !== undefined) return built(request, workloads, "workload", notes);
  const namespaces = byNamespace(request, fold);
  if (namespaces !== undefined) return built(request, namespaces, "namespace", notes);
  notes.push(
    `Too big to draw by namespace, with more than ${request.maxEdges * foldedAllowance} edges: namespaces are put together by how far their workloads are isolated.`,
  );
  // At most nine kinds of namespaces and the external addresses: never too many.
  const groups = foldedGraph(request, isolationPartition(request.relation, request.explored), Number.POSITIVE_INFINITY);
  if (groups === undefined) throw new Error("a graph without a limit cannot be too big");
  return built(request, { draft: groups, folded: true }, "isolation", notes);
}

/** A graph to draw, and whether some node stands for several endpoints. */
interface Drawn {
  readonly draft: DraftGraph;
  readonly folded: boolean;
}

/** One node per workload, or as little more as `fold` allows; undefined when that is too much, and a note says why. */
function byWorkload(request: GraphRequest, fold: Fold, notes: string[]): Drawn | undefined {
  const { maxEdges } = request;
  const limit = fold === "none" ? maxEdges : Math.max(maxEdges, mostEdgesCompared);
  const apart = workloadGraph(request, "apart", limit);
  if ("tooBig" in apart) {
    const together = workloadGraph(request, "together", maxEdges);
    if (!("tooBig" in together) && fold !== "auto") {
      notes.push(`Too big to draw with ${apart.tooBig}: external addresses are put together.`);
      return { draft: together, folded: true };
    }
    const why = "tooBig" in together ? together.tooBig : apart.tooBig;
    notes.push(`Too big to draw by workload, with ${why}: folded per namespace.`);
    return undefined;
  }
  if (fold === "none") return { draft: apart, folded: false };
  const best = foldedWorkloads(apart, request, fold);
  if (best === undefined) {
    if (fold === "same") notes.push("Too big to draw by workload, with alike ones as one: folded per namespace.");
    return undefined;
  }
  return { draft: best, folded: best.nodes.length < apart.nodes.length };
}

/**
 * Of alike namespaces one is drawn, always: nothing is lost. That workloads of a namespace are alike is seen well enough as
 * long as they are few, so `auto` puts them together only where they are not. Undefined where that is too many still.
 */
function foldedWorkloads(apart: DraftGraph, request: GraphRequest, fold: Fold): DraftGraph | undefined {
  const { maxEdges, maxNodes, relation } = request;
  const { table } = relation.reachability;
  const once = foldAlike(foldNamespaces(apart, table), outside, table);
  if (fold === "auto" && isDrawable(once, maxNodes, maxNodes * 2)) return once;
  const twice = foldAlike(once, everything, table);
  return isDrawable(twice, fold === "auto" ? maxNodes : maxEdges, maxEdges) ? twice : undefined;
}

/** One node per namespace, alike ones as one where `fold` asks for it or there are too many. */
function byNamespace(request: GraphRequest, fold: Fold): Drawn | undefined {
  const { relation, explored, maxEdges, maxNodes } = request;
  const limit = maxEdges * foldedAllowance;
  const compared = fold === "none" ? limit : Math.max(limit, mostEdgesCompared);
  const apart = foldedGraph(request, namespacePartition(relation, explored), compared);
  if (apart === undefined) return undefined;
  const { table } = relation.reachability;
  const isFew = shownNodes(apart).length <= maxNodes;
  const draft = fold === "none" ? apart : foldAlike(apart, fold === "auto" && isFew ? outside : everything, table);
  return isDrawable(draft, limit, limit) ? { draft, folded: true } : undefined;
}

function isDrawable(draft: DraftGraph, maxNodes: number, maxEdges: number): boolean {
  return draft.edges.length <= maxEdges && shownNodes(draft).length <= maxNodes;
}

function built(request: GraphRequest, { draft, folded }: Drawn, by: GraphLevel, notes: readonly string[]): BuiltGraph {
  const { relation, from, hops } = request;
  const limited = limitedEdges(draft, relation);
  const untold = limited.isWhole
    ? []
    : ["Where only some requests pass is not marked on every edge: they are too many."];
  return {
    graph: graphOfDraft(draft, relation.reachability.table, limited.edges),
    members: new Map(draft.nodes.map(({ id }, at) => [id, draft.members[at] ?? []])),
    by,
    folded,
    bound: relation.bound,
    ...(from === undefined ? {} : { from }),
    ...(from === undefined || hops === Number.POSITIVE_INFINITY ? {} : { hops }),
    ...(notes.length + untold.length === 0 ? {} : { note: [...notes, ...untold].join(" ") }),
  };
}

function uncertainNote({ relation }: GraphRequest): string[] {
  if (!relation.isOpen) return [];
  return relation.bound === "certain"
    ? ["Connections that depend on facts the input does not give are left out."]
    : ["Connections that depend on facts the input does not give are drawn as if they were so."];
}
