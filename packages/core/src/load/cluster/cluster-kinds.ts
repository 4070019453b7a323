import {
  ciliumPolicyShape,
  cronJobShape,
  daemonSetShape,
  gatewayRouteShape,
  gatewayShape,
  ingressShape,
  isolationShape,
  nameShape,
  namespaceShape,
  openshiftRouteShape,
  podShape,
  policyShape,
  serviceShape,
  workloadShape,
} from "./object-shapes.ts";
import { installedFactKinds } from "./fact-kinds.ts";
import { podMakerKinds } from "./pod-maker-kinds.ts";
import type { Shape } from "./projection.ts";

/** A kind that is read from a cluster. */
export interface ClusterKind {
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  /** The plural in paths and RBAC rules. */
  readonly resource: string;
  readonly namespaced: boolean;
  /** Only objects whose labels this selector matches, as `kubectl -l` has it. Absent: all. */
  readonly labelSelector?: string;
  /** What is kept of an object. */
  readonly shape: Shape;
  /** What is unknown when its objects cannot be listed, as a sentence without a full stop. */
  readonly withoutIt: string;
  /**
   * `built-in`: every cluster serves it. `installed`: only where something brought it, and it is evaluated.
   * `named-only`: the same, and it is not evaluated, so that it suffices to know whether there are any.
   * `facts`: no connection hangs on it. Without it findings are missing, and no answer is less sure.
   */
  readonly presence: "built-in" | "installed" | "named-only" | "facts";
}

type Served = Omit<ClusterKind, "labelSelector" | "withoutIt" | "shape" | "presence" | "namespaced">;

function builtIn(served: Served, shape: Shape, withoutIt: string): ClusterKind {
  return { ...served, namespaced: served.resource !== "namespaces", shape, withoutIt, presence: "built-in" };
}

const names = "pods of that kind get the name of what made them, and those scaled to zero are missing";
const routes = "what the ingress controller reaches may be incomplete";

const workloads = [
  ["apps", "ReplicaSet", "replicasets", "pods of Deployments get the name of their ReplicaSet"],
  ["apps", "Deployment", "deployments", names],
  ["apps", "StatefulSet", "statefulsets", names],
  ["apps", "DaemonSet", "daemonsets", names],
  ["batch", "Job", "jobs", "pods of CronJobs get the name of their Job"],
  ["batch", "CronJob", "cronjobs", names],
  ["", "ReplicationController", "replicationcontrollers", names],
] as const;

const shapesOfWorkloads: Readonly<Record<string, Shape>> = { CronJob: cronJobShape, DaemonSet: daemonSetShape };

/** Those that every cluster has, in the order in which they are read. Namespaces come first: others may be read one by one in them. */
export const builtInKinds: readonly ClusterKind[] = [
  builtIn(
    { kind: "Namespace", group: "", version: "v1", resource: "namespaces" },
    namespaceShape,
    "the labels of namespaces are unknown, so that what a namespaceSelector matches is uncertain",
  ),
  builtIn(
    { kind: "NetworkPolicy", group: "networking.k8s.io", version: "v1", resource: "networkpolicies" },
    policyShape,
    "the policies are unknown, and what is called allowed may be denied by one of them",
  ),
  builtIn(
    { kind: "Pod", group: "", version: "v1", resource: "pods" },
    podShape,
    "pods are known from the templates of workloads only, and those without a workload are missing",
  ),
  ...workloads.map(([group, kind, resource, withoutIt]) => {
    const shape = shapesOfWorkloads[kind] ?? workloadShape;
    return builtIn({ kind, group, version: "v1", resource }, shape, withoutIt);
  }),
  builtIn(
    { kind: "Service", group: "", version: "v1", resource: "services" },
    serviceShape,
    "what Services select, and so what the ingress controller reaches, is unknown",
  ),
  builtIn({ kind: "Ingress", group: "networking.k8s.io", version: "v1", resource: "ingresses" }, ingressShape, routes),
];

function installed(group: string, kind: string, resource: string, shape: Shape): ClusterKind {
  const withoutIt = shape === nameShape ? "they may change the answer" : routes;
  const presence = shape === nameShape ? "named-only" : "installed";
  return { kind, group, version: "v1", resource, namespaced: true, shape, withoutIt, presence };
}

function clusterWide(kind: ClusterKind): ClusterKind {
  return { ...kind, namespaced: false };
}

const policies = "policy.networking.k8s.io";
const unreadAdmin = "what is called allowed may be denied by one of them, and what is called denied allowed";
const unreadBaseline = "what is called allowed may be denied by one of them";

function clusterPolicy(version: string, kind: string, resource: string, withoutIt: string): ClusterKind {
  const shape = policyShape;
  return { kind, group: policies, version, resource, namespaced: false, shape, withoutIt, presence: "installed" };
}

/** Of another project's policies, read down to the last field. */
function evaluated(group: string, kind: string, resource: string, shape: Shape): ClusterKind {
  return {
    kind,
    group,
    version: "v1",
    resource,
    namespaced: true,
    shape,
    withoutIt: unreadAdmin,
    presence: "installed",
  };
}

/** What keeps pods from each other without being a policy. */
function isolating(group: string, kind: string, resource: string): ClusterKind {
  return { ...installed(group, kind, resource, isolationShape), withoutIt: unreadBaseline };
}

/** Never in force: no answer but that of `--what-if staged` hangs on it. */
function staged(group: string, kind: string, resource: string): ClusterKind {
  const withoutIt = "what --what-if staged tells of lacks them";
  return { ...evaluated(group, kind, resource, policyShape), withoutIt, presence: "facts" };
}

/** Calico's policies, and what they speak of. */
function calicoKinds(group: string): readonly ClusterKind[] {
  const kinds = [
    evaluated(group, "NetworkPolicy", "networkpolicies", policyShape),
    clusterWide(evaluated(group, "GlobalNetworkPolicy", "globalnetworkpolicies", policyShape)),
    clusterWide(evaluated(group, "Tier", "tiers", policyShape)),
    evaluated(group, "NetworkSet", "networksets", policyShape),
    clusterWide(evaluated(group, "GlobalNetworkSet", "globalnetworksets", policyShape)),
    clusterWide(evaluated(group, "HostEndpoint", "hostendpoints", policyShape)),
    staged(group, "StagedNetworkPolicy", "stagednetworkpolicies"),
    clusterWide(staged(group, "StagedGlobalNetworkPolicy", "stagedglobalnetworkpolicies")),
    staged(group, "StagedKubernetesNetworkPolicy", "stagedkubernetesnetworkpolicies"),
  ];
  return group === "projectcalico.org" ? kinds.map((kind) => ({ ...kind, version: "v3" })) : kinds;
}

/** Those that something must have installed; discovery tells whether, and in which version. */
export const installedKinds: readonly ClusterKind[] = [
  installed("route.openshift.io", "Route", "routes", openshiftRouteShape),
  installed("gateway.networking.k8s.io", "HTTPRoute", "httproutes", gatewayRouteShape),
  installed("gateway.networking.k8s.io", "GRPCRoute", "grpcroutes", gatewayRouteShape),
  installed("gateway.networking.k8s.io", "TLSRoute", "tlsroutes", gatewayRouteShape),
  installed("gateway.networking.k8s.io", "TCPRoute", "tcproutes", gatewayRouteShape),
  installed("gateway.networking.k8s.io", "UDPRoute", "udproutes", gatewayRouteShape),
  installed("gateway.networking.k8s.io", "Gateway", "gateways", gatewayShape),
  installed("gateway.networking.k8s.io", "ReferenceGrant", "referencegrants", policyShape),
  clusterPolicy("v1alpha1", "AdminNetworkPolicy", "adminnetworkpolicies", unreadAdmin),
  clusterPolicy("v1alpha1", "BaselineAdminNetworkPolicy", "baselineadminnetworkpolicies", unreadBaseline),
  clusterPolicy("v1alpha2", "ClusterNetworkPolicy", "clusternetworkpolicies", unreadAdmin),
  evaluated("cilium.io", "CiliumNetworkPolicy", "ciliumnetworkpolicies", ciliumPolicyShape),
  clusterWide(
    evaluated("cilium.io", "CiliumClusterwideNetworkPolicy", "ciliumclusterwidenetworkpolicies", ciliumPolicyShape),
  ),
  clusterWide(evaluated("cilium.io", "CiliumCIDRGroup", "ciliumcidrgroups", policyShape)),
  ...calicoKinds("crd.projectcalico.org"),
  ...calicoKinds("projectcalico.org"),
  installed("crd.antrea.io", "NetworkPolicy", "networkpolicies", nameShape),
  clusterWide(installed("crd.antrea.io", "ClusterNetworkPolicy", "clusternetworkpolicies", nameShape)),
  installed("security.istio.io", "AuthorizationPolicy", "authorizationpolicies", nameShape),
  installed("k8s.cni.cncf.io", "MultiNetworkPolicy", "multi-networkpolicies", nameShape),
  installed("k8s.ovn.org", "EgressFirewall", "egressfirewalls", nameShape),
  installed("network.openshift.io", "EgressNetworkPolicy", "egressnetworkpolicies", nameShape),
  isolating("k8s.ovn.org", "UserDefinedNetwork", "userdefinednetworks"),
  clusterWide(isolating("k8s.ovn.org", "ClusterUserDefinedNetwork", "clusteruserdefinednetworks")),
  isolating("security.istio.io", "PeerAuthentication", "peerauthentications"),
  ...podMakerKinds,
  ...installedFactKinds,
];

/** Calico serves its objects in a second group too, where its own API server is installed: the first group suffices. */
export const groupsServedTwice: Readonly<Record<string, string>> = { "projectcalico.org": "crd.projectcalico.org" };

/** `pods`, or `networkpolicies.networking.k8s.io` outside the core group: how kubectl and RBAC messages name a resource. */
export function resourceName({ group, resource }: Pick<ClusterKind, "group" | "resource">): string {
  return group === "" ? resource : `${resource}.${group}`;
}

/** The apiVersion of an object of this kind. */
export function apiVersionOf({ group, version }: Pick<ClusterKind, "group" | "version">): string {
  return group === "" ? version : `${group}/${version}`;
}

/** The path of its list: of one namespace, or of all. */
export function listPath(kind: ClusterKind, namespace?: string): string {
  const root = kind.group === "" ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  const within = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${within}/${kind.resource}`;
}
