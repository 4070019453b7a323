import type { Clock } from "./clock.ts";

/** How far a list has come. */
export interface ClusterProgress {
  /** The plural and group, e.g. `pods` or `networkpolicies.networking.k8s.io`. */
  readonly resource: string;
  /** How many objects were read so far. */
  readonly read: number;
  /** How many there are in all, where the server says so. */
  readonly total?: number;
}

/** Which cluster to read, as whom, and how patiently. Everything has a default: the current context, as kubectl has it. */
export interface ClusterOptions {
  /** A kubeconfig file. Default: the files of `KUBECONFIG`, then `~/.kube/config`, then the service account of the pod. */
  readonly kubeconfig?: string;
  /** Default: the current context. */
  readonly context?: string;
  /** Whom to impersonate. */
  readonly as?: string;
  /** Groups to read as, beside the user of `as`. Absent: none. */
  readonly asGroups?: readonly string[];
  /** How long one request may take, in milliseconds; 0 is no limit. Default 60,000. */
  readonly requestTimeoutMs?: number;
  /** Take any certificate of the server, as kubectl's flag of that name. Absent: no. */
  readonly insecureSkipTlsVerify?: boolean;
  /** Objects per request. Default 500, as kubectl. */
  readonly pageSize?: number;
  /** Namespaces to try one by one where RBAC forbids a list of all namespaces; the namespace of the context is tried anyway. */
  readonly namespaces?: readonly string[];
  /** Stops the reading: the promise rejects with a `UsageError`. */
  readonly signal?: AbortSignal;
  /** Called when a part of the cluster has been read. Absent: nobody is told. */
  readonly onProgress?: (progress: ClusterProgress) => void;
  /** Environment variables. Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Time and chance, for tests. */
  readonly clock?: Clock;
}

export const defaultRequestTimeoutMs = 60_000;
export const defaultPageSize = 500;
