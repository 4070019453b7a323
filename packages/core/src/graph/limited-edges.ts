import { limitsRequests } from "../semantics/under-requests.ts";
import { RequestLimits } from "../reachability/request-limits.ts";
import { type ListedEndpoint } from "../reachability/endpoints.ts";
import type { DraftGraph } from "./draft-graph.ts";
import type { EndpointRelation } from "./endpoint-relation.ts";
import type { FoldedEdge } from "./folded-edges.ts";

/** So many pairs of classes are asked in one graph. */
const mostPairs = 200_000;

/** Which edges stand for some connection that only some requests pass on some of its ports. */
export interface LimitedEdges {
  readonly edges: ReadonlySet<FoldedEdge>;
  /** False where the pairs are too many to be asked. */
  readonly isWhole: boolean;
}

/** Asks what each edge stands for, pair by pair, up to the first that is limited. */
export function limitedEdges({ edges, members }: DraftGraph, { reachability, bound }: EndpointRelation): LimitedEdges {
  const limited = new Set<FoldedEdge>();
  if (!limitsRequests(reachability.cluster)) return { edges: limited, isWhole: true };
  const limits = new RequestLimits(reachability);
  let left = mostPairs;
  const isLimited = (source: number, target: number): boolean => {
    left--;
    const connections = reachability.connections(source, target, bound);
    return (
      (bound === "certain" ? limits.of(source, target, connections) : limits.ofUncertain(source, target, connections))
        .length > 0
    );
  };
  for (const edge of edges) {
    const [sources, targets] = [classesOf(members[edge.source]), classesOf(members[edge.target])];
    if (sources.length * targets.length > left) return { edges: limited, isWhole: false };
    if (sources.some((source) => targets.some((target) => isLimited(source, target)))) limited.add(edge);
  }
  return { edges: limited, isWhole: true };
}

function classesOf(endpoints: readonly ListedEndpoint[] = []): readonly number[] {
  return [
    ...new Set(endpoints.flatMap(({ endpoint, classId }) => (endpoint.type === "ingress-controller" ? [] : [classId]))),
  ];
}
