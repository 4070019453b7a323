/** The reachability relation as a graphology graph: "@npa/core/graph". An entry of its own, so that graphology is loaded only where it is used. */
export { type AskedGraph, reachabilityGraph } from "../analysis/reachability-graph.ts";
export { type BuiltGraph, buildGraph } from "../graph/build-graph.ts";
export { graphJson } from "../graph/graph-json.ts";
export type { Fold, GraphOptions } from "../graph/graph-request.ts";
export type * from "../graph/graph-result.ts";
export { blastRadius, reachedBy, unreachable } from "../graph/traversal.ts";
export { toDot } from "../report/dot.ts";
export { toGexf } from "../analysis/to-gexf.ts";
export { type MatrixGraph, matrixCsv, matrixText } from "../report/matrix.ts";
export { toMermaid } from "../report/mermaid.ts";
