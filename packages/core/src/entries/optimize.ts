/**
 * Smaller policy sets, proved equivalent: "@npa/core/optimize". An entry of its own, so that the package for edits is loaded
 * only where it is used. docs/optimize.md tells what "simpler" means.
 */
export { type OptimizeOptions, type OptimizedCluster, optimizeCluster } from "../analysis/optimize-cluster.ts";
export { type OptimizeRequest, type OptimizedSources, optimizeSources } from "../analysis/optimize-sources.ts";
export { renderedManifests } from "../analysis/optimized-manifests.ts";
export type { FixedFile } from "../analysis/fix-sources.ts";
export type { CannotWrite } from "../fix/apply-fixes.ts";
export type * from "../answers/optimization.ts";
export { optimizationText } from "../report/optimization-text.ts";
