import type { ListedEndpoint } from "../reachability/endpoints.ts";
import type { Bound } from "../reachability/part-expander.ts";
import { UsageError } from "../lib/usage-error.ts";
import type { EndpointRelation } from "./endpoint-relation.ts";
import { type Explored, explore } from "./explore.ts";
import type { GraphNode } from "./graph-result.ts";
import { startingPoints } from "./starting-points.ts";

/** What graph to build. */
export interface GraphOptions {
  /** One node per workload (default) or per namespace. */
  readonly by?: "workload" | "namespace";
  /**
   * Only what these can reach: ids of endpoints and nodes (`external`, `namespace/shop`, `ingress-controller`); `reachabilityGraph`
   * takes whatever a question takes as its source, too.
   */
  readonly from?: string | readonly string[];
  /** How many connections to follow from there; default all. Without `from` it has no effect. */
  readonly hops?: number;
  /** Only connections with an end in one of these namespaces; default all. */
  readonly namespaces?: readonly string[];
  /** `possible` also has the connections that hang on facts the input does not give. Default `certain`. */
  readonly bound?: Bound;
  /**
   * Which nodes are put together. `none` (default): none, as long as the graph is not too big. `same`: those that reach
   * and are reached alike, the workloads of a namespace or whole namespaces; nothing is lost, for any of them may stand
   * for all. `auto`: as few as make a graph of at most `maxNodes`, for the eye: addresses outside that nothing tells
   * apart, then alike workloads, then namespaces, then alike namespaces.
   */
  readonly fold?: Fold;
  /** A graph by workload with more edges or nodes than this (default 2,000) is folded per namespace; one per namespace may have ten times as many. */
  readonly maxEdges?: number;
  /** How many nodes `fold: "auto"` leaves where it can (default 40). */
  readonly maxNodes?: number;
}

/** Which nodes of a graph are put together. */
export type Fold = "none" | "same" | "auto";

/** The options with defaults, and what was explored. */
export interface GraphRequest {
  readonly relation: EndpointRelation;
  readonly explored?: Explored;
  readonly from?: readonly string[];
  readonly hops: number;
  readonly namespaces?: ReadonlySet<string>;
  readonly maxEdges: number;
  readonly maxNodes: number;
}

const defaultMaxEdges = 2_000;
const defaultMaxNodes = 40;

/** Throws a UsageError for a starting point that is not in the input, and for figures that make no sense. */
export function graphRequest(relation: EndpointRelation, options: GraphOptions): GraphRequest {
  const hops = atLeastZero("hops", options.hops ?? Number.POSITIVE_INFINITY);
  const maxEdges = atLeastZero("maxEdges", options.maxEdges ?? defaultMaxEdges);
  const maxNodes = atLeastZero("maxNodes", options.maxNodes ?? defaultMaxNodes);
  const namespaces = options.namespaces ?? [];
  const scope = namespaces.length === 0 ? {} : { namespaces: new Set(namespaces) };
  if (options.from === undefined) return { relation, hops: Number.POSITIVE_INFINITY, maxEdges, maxNodes, ...scope };
  const from = startingPoints(relation, typeof options.from === "string" ? [options.from] : options.from);
  return {
    relation,
    explored: explore(relation, from, hops),
    from: from.map(({ endpoint }) => endpoint.id),
    hops,
    maxEdges,
    maxNodes,
    ...scope,
  };
}

function atLeastZero(name: string, figure: number): number {
  if (figure >= 0) return figure;
  throw new UsageError(`${name} is ${figure}: it must be a number of at least 0`);
}

/** The endpoints whose connections are in the graph: all, or those with hops left. */
export function followed({ relation, explored, hops }: GraphRequest): readonly ListedEndpoint[] {
  if (explored === undefined) return relation.endpoints;
  return [...explored].flatMap(([endpoint, depth]) => (depth < hops ? [endpoint] : []));
}

/** Whether an endpoint is in a namespace that was asked for. */
export function isInScope({ workload }: ListedEndpoint, { namespaces }: GraphRequest): boolean {
  return namespaces === undefined || (workload !== undefined && namespaces.has(workload.namespace));
}

/** Whether a folded node is; many namespaces together always are, for it cannot be told whether one is meant. */
export function isNodeInScope(node: GraphNode, { namespaces }: GraphRequest): boolean {
  if (namespaces === undefined || node.type === "namespaces") return true;
  return node.type === "namespace" && namespaces.has(node.namespace);
}
