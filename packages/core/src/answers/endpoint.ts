/** Pods of one workload that policies treat alike. */
export interface WorkloadEndpoint {
  /** `namespace/name[Kind]`, with the labels that tell its parts apart in braces when the workload is split. */
  readonly id: string;
  /** Tells it from other endpoints. */
  readonly type: "workload";
  /** The namespace of its pods. */
  readonly namespace: string;
  /** The name of the workload, which other endpoints of it share. */
  readonly name: string;
  /** The kind of the owner of the pods, as `Deployment`. */
  readonly workloadKind: string;
  /** How many pods it has, or is to have. */
  readonly pods: number;
  /** True for pods on their node's network: never isolated, matched by no selector. */
  readonly hostNetwork?: boolean;
}

/** Addresses outside the cluster that all policies treat alike, as inclusive `first-last` ranges. */
export interface IpBlockEndpoint {
  /** What connections name it by: its addresses. */
  readonly id: string;
  /** Tells it from other endpoints. */
  readonly type: "ipBlock";
  /** In order, IPv4 before IPv6; no two of them touch. */
  readonly ranges: readonly string[];
}

/** Whatever serves the Ingress, Route and Gateway objects of the input: a pod of unknown labels in an unknown namespace. */
export interface IngressControllerEndpoint {
  /** What connections name it by. */
  readonly id: "ingress-controller";
  /** Tells it from other endpoints. */
  readonly type: "ingress-controller";
}

/** What Cilium knows by a reserved identity: the node of the other end, other nodes, its own endpoints, the API server. */
export interface ReservedEndpoint {
  /** `reserved:host`; in brackets where the API server is, if that makes a difference: `reserved:kube-apiserver[node]`. */
  readonly id: string;
  /** Tells it from other endpoints. */
  readonly type: "reserved";
}

/** An end of a connection. */
export type Endpoint = WorkloadEndpoint | IpBlockEndpoint | ReservedEndpoint | IngressControllerEndpoint;
