import type { Basis } from "../answers/basis.ts";
import type {
  IngressControllerEndpoint,
  IpBlockEndpoint,
  ReservedEndpoint,
  WorkloadEndpoint,
} from "../answers/endpoint.ts";
import type { Ports } from "../answers/ports.ts";
import type { apiVersion } from "../answers/api-version.ts";

/** Something per direction. */
export interface ByDirection<T> {
  /** What is so of traffic to the pods. */
  readonly ingress: T;
  /** What is so of traffic from the pods. */
  readonly egress: T;
}

/** What a picture or a query wants to know of pods. */
export interface Isolation {
  /** Whether policies isolate the pods; of a folded node, all of them. */
  readonly isolated: ByDirection<boolean>;
  /** The policies that isolate the pods: names, sorted, the first 100. */
  readonly policies: ByDirection<readonly string[]>;
  /** How many policies isolate it, by direction. */
  readonly policyCounts: ByDirection<number>;
}

/** Where a node stands in a graph that was explored from a starting point. */
export interface Reached {
  /** The fewest hops from the starting point; 0 is the starting point itself. */
  readonly hops?: number;
}

/** The namespaces for which one is drawn: they hold workloads of the same names, and may change places. */
export interface AlikeNamespaces {
  /** How many namespaces are alike. */
  readonly namespaceCount: number;
  /** The first 100 names, sorted; the first is the one that is drawn. */
  readonly namespaces: readonly string[];
}

/** What a node has in a graph where one namespace is drawn for several. */
export interface InAlikeNamespaces {
  /** What else of the node speaks of the namespace that is drawn. */
  readonly alike?: AlikeNamespaces;
}

/** Pods of one workload that policies treat alike. */
export interface WorkloadNode extends WorkloadEndpoint, Isolation, Reached, InAlikeNamespaces {}

/** External addresses that policies treat alike; in a folded graph perhaps many of them, as `external`. */
export interface IpBlockNode extends IpBlockEndpoint, Reached {}

/** What Cilium knows by a reserved identity, where a policy names it. */
export interface ReservedNode extends ReservedEndpoint, Reached {}

/** The ingress controller, where Ingress, Route or Gateway objects make it an endpoint. */
export interface IngressControllerNode extends IngressControllerEndpoint, Reached {}

/** What folded nodes have in common: they stand for many endpoints. */
interface FoldedPods extends Isolation, Reached {
  /** Workloads, those that are split counted by part. */
  readonly endpoints: number;
  readonly pods: number;
  /** How many of the endpoints are isolated. */
  readonly isolatedEndpoints: ByDirection<number>;
  /** In an explored graph, how many of the endpoints were reached or are the starting point. */
  readonly reachedEndpoints?: number;
}

/** The pods of one namespace. */
export interface NamespaceNode extends FoldedPods {
  /** `namespace/NAME`. */
  readonly id: string;
  /** Tells it from other nodes. */
  readonly type: "namespace";
  /** The name of the namespace. */
  readonly namespace: string;
}

/** Workloads of one namespace that may change places: each reaches, and is reached by, the same others on the same ports. */
export interface WorkloadGroupNode extends FoldedPods, InAlikeNamespaces {
  /** `workloads[shop/api-0[Deployment],+29]`: the first, and how many more. */
  readonly id: string;
  /** Tells it from other nodes. */
  readonly type: "workloads";
  /** The namespace of all of them. */
  readonly namespace: string;
  /** The ids of the first 100, sorted. */
  readonly workloads: readonly string[];
}

/**
 * The pods of namespaces that may change places, or of all that are isolated to the same extent, which is what is drawn
 * when even namespaces are too many.
 */
export interface NamespaceGroupNode extends FoldedPods {
  /**
   * `namespaces[team-0000,+29]`: alike, the first and how many more. `namespaces[ingress=all,egress=some]`: all, some or
   * none of the workloads are isolated.
   */
  readonly id: string;
  /** Tells it from other nodes. */
  readonly type: "namespaces";
  /** How many namespaces the node stands for. */
  readonly namespaceCount: number;
  /** The first 100 names, sorted. */
  readonly namespaces: readonly string[];
}

/** A node, as the attributes of the graphology graph and in JSON. */
export type GraphNode =
  | WorkloadNode
  | IpBlockNode
  | ReservedNode
  | IngressControllerNode
  | WorkloadGroupNode
  | NamespaceNode
  | NamespaceGroupNode;

/** What the source may send to the target. Of folded nodes: what some endpoint of the one may send to some of the other. */
export interface GraphEdge extends Ports {
  /** The id of the node that sends. */
  readonly source: string;
  /** The id of the node that is asked. */
  readonly target: string;
  /** The ports in short: `TCP 80,443; UDP 53`, or `All`, and `(some requests)` where that is so. Very many are cut. */
  readonly text: string;
  /**
   * Where one node or namespace is drawn for several alike and the edge stays among them: what may be sent within each of
   * them, and from each to every other. Both are absent where they are the same, or where nothing is folded.
   */
  readonly within?: Ports;
  /** Where a node stands for several alike and the edge stays among them: what each may send every other. Absent: the same as within each. */
  readonly between?: Ports;
  /** The pairs of endpoints that this edge stands for: 1 unless folded. */
  readonly connections: number;
  /** How many of these connections are on all ports. */
  readonly onAllPorts: number;
  /** On some of the ports of some connection only some requests pass: a list tells which. Absent: nowhere. */
  readonly limited?: true;
  /** Ordered pairs of different pods; absent where one end is not pods of the input. */
  readonly podPairs?: number;
}

/** What a node stands for, before alike ones are put together: an endpoint, a namespace, or all namespaces isolated to the same extent. */
export type GraphLevel = "workload" | "namespace" | "isolation";

/** How a graph was made. */
export interface GraphFacts {
  /** What a node stands for. */
  readonly by: GraphLevel;
  /** Whether nodes stand for several endpoints, asked for or because the graph was too big. */
  readonly folded: boolean;
  /** Edges that certainly exist, or also those that hang on facts the input does not give. */
  readonly bound: "certain" | "possible";
  /** The starting points, as endpoint ids, when only what they reach was explored. */
  readonly from?: readonly string[];
  /** How far it was explored; absent means to the end. */
  readonly hops?: number;
  /** What a reader must know: that the graph was folded, that connections are missing. */
  readonly note?: string;
}

/** The answer of `npa graph -o json`. */
export interface ReachabilityGraph extends Basis, GraphFacts {
  /** The version of the answer's shape: a reader of another one should not read it. */
  readonly apiVersion: typeof apiVersion;
  /** Which answer it is. */
  readonly kind: "ReachabilityGraph";
  /** Sorted by id. */
  readonly nodes: readonly GraphNode[];
  /** Sorted by source, then target. */
  readonly edges: readonly GraphEdge[];
}
