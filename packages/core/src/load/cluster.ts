export type { Clock } from "./cluster/clock.ts";
export type { ClusterOptions, ClusterProgress } from "./cluster/cluster-options.ts";
export { type ClusterRead, loadCluster } from "./cluster/load-cluster.ts";
export type { MissingPermission } from "./cluster/missing-list.ts";
export { snapshotFiles, snapshotStream } from "./snapshot.ts";
