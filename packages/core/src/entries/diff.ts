/** What changes between two states of a cluster: "@npa/core/diff". An entry of its own, so that it is loaded only where two states are compared. */
export { type DiffOptions, diffClusters } from "../analysis/diff-clusters.ts";
export { diffEnvironments } from "../analysis/diff-environments.ts";
export { whatIfStaged } from "../analysis/what-if-staged.ts";
export type * from "../answers/diff.ts";
export { stagedCluster } from "../diff/staged-cluster.ts";
export { diffCsv } from "../report/diff-csv.ts";
export { diffDot, diffMermaid } from "../report/diff-graph.ts";
export { type DiffMarkdownOptions, diffMarkdown, diffMarker } from "../report/diff-markdown.ts";
export { diffText } from "../report/diff-text.ts";
