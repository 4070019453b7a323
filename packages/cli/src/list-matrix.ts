import type { Cluster, ConnectivityOptions } from "@npa/core";
import type { Fold, ReachabilityGraph } from "@npa/core/graph";
import type { Format, Target } from "./output-targets.ts";

/** The formats of `npa list` that show namespaces instead of workloads. */
export const matrixFormatNames = ["matrix", "matrix-csv"] as const;

/** Whether a target is one of them. */
export function isMatrix({ format }: Target): boolean {
  return matrixFormatNames.some((name) => name === format);
}

/** Namespace by namespace: for the eye, alike ones are one row; for a spreadsheet, each is. The graph is loaded only where it is asked for. */
export async function matrixFormats(
  cluster: Cluster,
  options: ConnectivityOptions,
): Promise<Readonly<Record<(typeof matrixFormatNames)[number], Format>>> {
  const { matrixCsv, matrixText, reachabilityGraph } = await import("@npa/core/graph");
  const graph = (fold: Fold): ReachabilityGraph => reachabilityGraph(cluster, { ...options, by: "namespace", fold });
  return { matrix: (text) => matrixText(graph("same"), text), "matrix-csv": () => matrixCsv(graph("none")) };
}
