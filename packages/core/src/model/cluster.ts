import type { Release } from "./release.ts";
import type { Diagnostic, ObjectRef } from "../diagnostics/diagnostic.ts";
import type { NodePath, Origin } from "../source/position.ts";
import type { ClusterFact } from "./facts.ts";
import type { AddressGroup } from "./calico.ts";
import type { ControllerLabel } from "./controller-labels.ts";
import type { Assumptions } from "./assumptions.ts";
import type { Direction, Policy, Protocol } from "./policy.ts";
import type { FileBuild } from "./file-build.ts";
import type { OverwrittenPolicy } from "./overwritten-policy.ts";
import type { RefusedPolicy } from "./refused-policy.ts";
import type { Gateway, IngressRoute, ReferenceGrant } from "./routes.ts";
import type { ScrapeDeclaration } from "./scrapes.ts";
import type { Labels, Selector } from "./selector.ts";
import type { WrittenSuppression } from "./suppression.ts";
import type { InputSummary } from "./input-summary.ts";

/** A namespace. `declared: false` when only objects in it are in the input: then no label but `kubernetes.io/metadata.name` is known. */
export interface Namespace {
  /** `metadata.name`. */
  readonly name: string;
  /** Whether the input has the Namespace object. */
  readonly declared: boolean;
  /** Always holds `kubernetes.io/metadata.name`. */
  readonly labels: Labels;
  /** `metadata.annotations`; empty where it is not declared. */
  readonly annotations: Labels;
  /** The Namespace object; absent when it is not declared. */
  readonly origin?: Origin;
}

/** A port that a container declares. Only declared names matter to policies; a numeric port needs no declaration. */
export interface ContainerPort {
  /** The name by which policies and Services may ask for it. Absent: it has none. */
  readonly name?: string;
  /** `TCP` where none is written. */
  readonly protocol: Protocol;
  /** The number that it listens on, from 1 to 65535. */
  readonly port: number;
  /** Declared by a restartable init container (a native sidecar): counts under the assumption `sidecarNamedPorts`. */
  readonly sidecar: boolean;
}

/** Pods that no policy can tell apart by what is known of them. */
export interface PodGroup {
  /** All labels of the pods that the input tells. */
  readonly labels: Labels;
  /** Labels that the controller adds to the pods of a template, of values that the template does not tell. Absent: none. */
  readonly controllerLabels?: readonly ControllerLabel[];
  /** The beginning of the keys of labels of which the input tells no more than `labels` does. Absent: all are known. */
  readonly unknownLabels?: string;
  /** The ports that the containers declare, which is where names of ports come from. */
  readonly ports: readonly ContainerPort[];
  /** Those of init containers that end before the pod serves, which Calico's port names mean, too. Absent: none. */
  readonly initPorts?: readonly ContainerPort[];
  /** How many pods: live pods counted, otherwise the replicas asked for (1 where it is not said, 0 possible). */
  readonly pods: number;
  /** They use the network of their node, with its addresses. */
  readonly hostNetwork: boolean;
  /** Succeeded or Failed. */
  readonly terminated: boolean;
  /**
   * The addresses of each pod whose addresses are known (`status.podIPs`), one entry per pod: a pod without is not in it,
   * so it may be shorter than `pods`. For hostNetwork pods an entry holds the addresses of the node.
   */
  readonly addresses: readonly (readonly string[])[];
  /** The names of the pods that are there, which an owner's pods have beside its own. Absent: none is known. */
  readonly podNames?: readonly string[];
  /** `spec.dnsPolicy` as written. Absent: `ClusterFirst`. */
  readonly dnsPolicy?: string;
  /** `ndots` of `spec.dnsConfig.options`. Absent: 5, as the kubelet has it. */
  readonly ndots?: number;
  /** Absent: `default`. */
  readonly serviceAccount?: string;
  /** Whether a token for the API server is mounted. Absent: nothing says so, and it is. */
  readonly mountsToken?: boolean;
  /** A binding gives their service account a role: they use the API server. Absent: none is known. */
  readonly hasRole?: true;
  /** Those of the pods, not of their owner. */
  readonly annotations: Labels;
  /** The Pod, or the workload whose template makes the pods. */
  readonly origin: Origin;
  /** Path from `origin` to the pod's metadata and spec: `[]` for a Pod, `["spec", "template"]` for most workloads. */
  readonly templatePath: readonly (string | number)[];
}

/** The pods of one owner (a Deployment, a bare Pod, ...): the unit in which answers are given. */
export interface Workload {
  /** `namespace/name[Kind]`, unique in the cluster. */
  readonly id: string;
  /** The namespace of its pods. */
  readonly namespace: string;
  /** `metadata.name` of the owner. */
  readonly name: string;
  /** The kind of the owner, as `Deployment`; `Pod` where nothing owns the pod. */
  readonly kind: string;
  /** The object, as the input names it. */
  readonly ref: ObjectRef;
  /** Has or may have two pods: everything but a bare Pod. Then traffic from the workload to itself is listed. */
  readonly mayHaveTwoPods: boolean;
  /** At least one; several when the owner's pods differ. */
  readonly groups: readonly PodGroup[];
  /** Of the owner itself, which no selector of pods sees. Absent: none. */
  readonly labels?: Labels;
  /** Where the object is written. */
  readonly origin: Origin;
}

/** The id of the workload that an object is. */
export function workloadId({ kind, namespace = "", name }: ObjectRef): string {
  return `${namespace}/${name}[${kind}]`;
}

/** A port of a Service. `targetPort` is a number or a port name; it defaults to `port`. */
export interface ServicePort {
  /** Absent: it has none, as a single port may. */
  readonly name?: string;
  /** `TCP` where none is written. */
  readonly protocol: Protocol;
  /** The number at which clients ask the Service. */
  readonly port: number;
  /** The number or the name of the port of the pods. */
  readonly targetPort: number | string;
  /** The port of every node that leads here. Absent: none is written. */
  readonly nodePort?: number;
}

/** Where a Service without a selector leads to, as its EndpointSlices or Endpoints say. */
export interface ServiceEndpoints {
  /** Addresses of IPv4 or IPv6, as written. */
  readonly addresses: readonly string[];
  /** `name` is that of the Service's port. */
  readonly ports: readonly { readonly name?: string; readonly protocol: Protocol; readonly port: number }[];
}

/** A Service. `selector` is absent when it has none (Endpoints are managed by hand) or for ExternalName. */
export interface Service {
  /** The namespace that the pods which it selects are in, too. */
  readonly namespace: string;
  /** `metadata.name`, by which routes and webhooks ask for it. */
  readonly name: string;
  /** `ClusterIP` where none is written. */
  readonly type: string;
  /** `clusterIP` is `None`: clients get the addresses of the pods. */
  readonly headless: boolean;
  /** The addresses that it has, where they are written. Absent: none is known. */
  readonly clusterIPs?: readonly string[];
  /** `loadBalancerSourceRanges`, as written: the blocks that clients of a load balancer may come from. Absent: all. */
  readonly sourceRanges?: readonly string[];
  /** Absent: `Cluster`, so that the address of a client may be lost. */
  readonly externalTrafficPolicy?: string;
  /** Of the Service itself, by which monitors and policies of Cilium find it. Absent: none. */
  readonly labels?: Labels;
  /** The labels that its pods have. Absent: it selects none. */
  readonly selector?: Labels;
  /** Of a Service without a selector. Absent: none are in the input. */
  readonly endpoints?: readonly ServiceEndpoints[];
  /** The DNS name that a Service of type ExternalName stands for. */
  readonly externalName?: string;
  /** In written order; empty where it has none. */
  readonly ports: readonly ServicePort[];
  /** `metadata.annotations`; empty where it has none. */
  readonly annotations: Labels;
  /** Where the object is written. */
  readonly origin: Origin;
}

/** A Service that an object has the API server call: a webhook, or an API that it aggregates. */
export interface ApiServerCall {
  readonly ref: ObjectRef;
  readonly service: { readonly namespace: string; readonly name: string; readonly port: number };
  /** What is asked of the API server goes on without an answer. */
  readonly mayFail: boolean;
  readonly origin: Origin;
  /** From the object to the reference. */
  readonly path: readonly (string | number)[];
}

/** An object that changes what the network allows, of a kind that npa does not evaluate yet. */
export interface NotEvaluatedObject {
  /** The object, as the input names it. */
  readonly ref: ObjectRef;
  /** Why it is not evaluated, as the end of a sentence about it. */
  readonly reason: string;
  /** Of a kind (`ref.name` is `*`) that RBAC does not let npa list everywhere: the namespaces whose objects were read. */
  readonly readNamespaces?: readonly string[];
  /** Where the object is written. Absent: no document of the input has it. */
  readonly origin?: Origin;
  /** What it may change, in its namespace or, where it has none, everywhere. Absent: whatever its kind may. */
  readonly mayChange?: UnknownEffect;
}

/** What something that is not evaluated may change. */
export interface UnknownEffect {
  /** It changes the labels of pods, or what policies select them by. */
  readonly relabels?: true;
  /** It may make pods that the input does not show. */
  readonly pods?: true;
  /** It may allow what the policies that are evaluated deny, as seen from the pods. */
  readonly allows?: readonly Direction[];
  /** It may deny what they allow. */
  readonly denies?: readonly Direction[];
}

/** A node: what policies can say of it. */
export interface ClusterNode {
  readonly name: string;
  readonly labels: Labels;
  /** Those of type InternalIP and ExternalIP. */
  readonly addresses: readonly string[];
}

/**
 * A policy of Cilium that selects nodes, and where it does. Its rules that do so are policies of their own: they decide what
 * nodes send and receive, and nothing about pods, so that they are not among those of the cluster.
 */
export interface HostPolicy {
  readonly ref: ObjectRef;
  readonly origin: Origin;
  readonly paths: readonly NodePath[];
  readonly policies: readonly Policy[];
}

/** The cluster as it would be if its staged policies of Calico were in force. */
export interface StagedState {
  /** The staged policies, in input order: none of them is in force. */
  readonly objects: readonly Pick<Policy, "ref" | "origin">[];
  readonly workloads: readonly Workload[];
  readonly policies: readonly Policy[];
}

/**
 * Everything that is known of a cluster: read-only, sorted, every object with the place it was written.
 * `live` tells that it came from an API server: then everything stored is in force.
 */
export interface Cluster {
  /** It came from an API server, not from files. */
  readonly live: boolean;
  /** By name, sorted; also those that only appear as the namespace of an object. */
  readonly namespaces: ReadonlyMap<string, Namespace>;
  /** Sorted by id. Terminated pods are kept here and left out by the engine. */
  readonly workloads: readonly Workload[];
  /** By namespace and name. */
  readonly services: readonly Service[];
  /** What lets traffic in from outside: Ingresses, Routes and routes of the Gateway API, by namespace and name. */
  readonly routes: readonly IngressRoute[];
  /** By namespace and name. Absent: none. */
  readonly gateways?: readonly Gateway[];
  /** By namespace and name. Absent: none. */
  readonly referenceGrants?: readonly ReferenceGrant[];
  /** What monitors declare to scrape, by namespace and name. Absent: nothing. */
  readonly scrapes?: readonly ScrapeDeclaration[];
  /** What the API server is told to call, in input order. Absent: nothing. */
  readonly apiServerCalls?: readonly ApiServerCall[];
  /** By name, sorted. Absent: none are known. */
  readonly nodes?: readonly ClusterNode[];
  /** Network sets and host endpoints of Calico, which its selectors find, in input order. Absent: none. */
  readonly addressGroups?: readonly AddressGroup[];
  /** What objects tell of the cluster itself, in input order, each once. Absent: nothing. */
  readonly facts?: readonly ClusterFact[];
  /** Answers to what Kubernetes leaves open that the input itself gives: which network plugin enforces it. Absent: none. */
  readonly assumed?: Partial<Assumptions>;
  /** In force, sorted by namespace, then name. */
  readonly policies: readonly Policy[];
  /** Policies that the API server would refuse, by namespace and name: none of them is in force. */
  readonly refusedPolicies: readonly RefusedPolicy[];
  /** Policies whose place a later one of the same kind, namespace and name has taken, in input order. Absent: none. */
  readonly overwrittenPolicies?: readonly OverwrittenPolicy[];
  /** By file, for those of policies that a kustomization builds. Absent: there are none. */
  readonly builds?: ReadonlyMap<string, FileBuild>;
  /** What brings pods that the input does not show into a namespace that it names, in input order. Absent: there is none. */
  readonly releases?: readonly Release[];
  /** In input order. Absent: there are none. */
  readonly hostPolicies?: readonly HostPolicy[];
  /** What the staged policies of Calico would change. Absent: there are none. */
  readonly staged?: StagedState;
  /** What could change an answer and is not evaluated, by kind, namespace and name. */
  readonly notEvaluated: readonly NotEvaluatedObject[];
  /** How many files and documents were read. */
  readonly inputs: InputSummary;
  /** What was wrong with the input. The rest is read all the same. */
  readonly problems: readonly Diagnostic[];
  /** Comments and annotations that ask not to be told of findings, in input order. Absent: none. */
  readonly suppressions?: readonly WrittenSuppression[];
}

/** Selects nothing less than everything. */
export const everything: Selector = { requirements: [] };
