import { parseCidr } from "../../sets/address-set.ts";
import type { RawValue } from "../../parse/document.ts";
import type { NodePath } from "../../source/position.ts";
import type { ClusterDraft } from "../cluster-draft.ts";
import type { KindReader } from "../kind-reader.ts";
import { refOf } from "../not-evaluated.ts";
import type { RawMapping, RawObject } from "../raw-object.ts";
import { emptyMapping, groupOf, isList, isMapping } from "../raw-object.ts";
import type { FactSource } from "./facts-draft.ts";
import { noteCalicoVersion } from "./agent-versions.ts";
import { managedClusterReaders } from "./managed-clusters.ts";

/** Takes note of what an object tells of the cluster. */
export type ReadFacts = (object: RawMapping, source: FactSource, draft: ClusterDraft) => void;

/** "networking.podSubnet, serviceSubnet", which may list two; "controlPlaneEndpoint: a stable IP address or DNS name [...] and port". */
export function kubeadmFacts(
  { networking, controlPlaneEndpoint }: RawMapping,
  source: FactSource,
  path: NodePath,
  { facts }: ClusterDraft,
): void {
  const { podSubnet, serviceSubnet } = isMapping(networking) ? networking : emptyMapping;
  facts.addCidrs("pods", podSubnet, source, path);
  facts.addCidrs("services", serviceSubnet, source, path);
  const endpoint = /^(?:\[([\da-f:.]+)\]|([\d.]+))(?::(\d+))?$/i.exec(
    typeof controlPlaneEndpoint === "string" ? controlPlaneEndpoint : "",
  );
  const address = endpoint?.[1] ?? endpoint?.[2];
  if (address !== undefined)
    facts.add({ type: "api-server", address, port: Number(endpoint?.[3] ?? 6443) }, source, path);
}

/** "clusterCIDR: the CIDR range of the pods in the cluster"; of two families it lists both. */
export function kubeProxyFacts(
  { clusterCIDR }: RawMapping,
  source: FactSource,
  path: NodePath,
  draft: ClusterDraft,
): void {
  draft.facts.addCidrs("pods", clusterCIDR, source, path);
}

/** "cidr: IP range to use for this pool"; a disabled pool, or one for tunnels or load balancers, is not for pods. */
function ipPool({ spec }: RawMapping, source: FactSource, { facts }: ClusterDraft): void {
  facts.add({ type: "plugin", name: "Calico", enforces: "not proven" }, source, ["kind"]);
  if (!isMapping(spec)) return;
  const { cidr, disabled, allowedUses } = spec;
  const isForPods = !isList(allowedUses) || allowedUses.length === 0 || allowedUses.includes("Workload");
  if (disabled !== true && isForPods) facts.addCidrs("pods", cidr, source, ["spec", "cidr"]);
}

/**
 * "defaultEndpointToHostAction: what happens to traffic that goes from a workload endpoint to the host itself, after the
 * endpoint's egress policy", "failsafeInboundHostPorts: ports that Felix will allow to host endpoints irrespective of
 * policy". Only `default` counts for every node, and what its environment says is stronger still.
 */
function felixConfiguration({ spec }: RawMapping, source: FactSource, { facts }: ClusterDraft): void {
  facts.add({ type: "plugin", name: "Calico", enforces: "not proven" }, source, ["kind"]);
  if (!isMapping(spec) || source.object.name !== "default") return;
  const action = spec["defaultEndpointToHostAction"];
  if (typeof action === "string" && /^(?:drop|accept|return)$/i.test(action)) {
    const value = `${action.charAt(0).toUpperCase()}${action.slice(1).toLowerCase()}`;
    const setting = "defaultEndpointToHostAction";
    facts.add({ type: "felix", setting, value }, source, ["spec", setting]);
  }
  for (const setting of ["failsafeInboundHostPorts", "failsafeOutboundHostPorts"] as const) {
    const ports = spec[setting];
    if (isList(ports)) facts.add({ type: "felix", setting, value: failsafePorts(ports) }, source, ["spec", setting]);
  }
}

const mostPorts = 20;

function failsafePorts(ports: readonly RawValue[]): string {
  const texts = ports.slice(0, mostPorts).flatMap((each) => {
    if (!isMapping(each) || typeof each["port"] !== "number") return [];
    const { protocol, port, net } = each;
    const isPlain = typeof protocol === "string" && /^\w{1,10}$/.test(protocol);
    const of = typeof net === "string" && parseCidr(net) !== undefined ? ` of ${net}` : "";
    return [`${isPlain ? protocol.toLowerCase() : "tcp"} ${port}${of}`];
  });
  return texts.length === 0 ? "none" : texts.join(", ");
}

/** "calicoVersion: the version of Calico that the cluster is running"; "variant", where it is not Calico. */
function clusterInformation({ spec }: RawMapping, source: FactSource, draft: ClusterDraft): void {
  draft.facts.add({ type: "plugin", name: "Calico", enforces: "not proven" }, source, ["kind"]);
  if (isMapping(spec) && (spec["variant"] === undefined || spec["variant"] === "Calico"))
    noteCalicoVersion(spec["calicoVersion"], draft);
}

/** "calicoNetwork.ipPools: [...] IP pools to create if none exist". */
function installation({ spec, status }: RawMapping, source: FactSource, draft: ClusterDraft): void {
  const { facts } = draft;
  facts.add({ type: "plugin", name: "Calico", enforces: "not proven" }, source, ["kind"]);
  // "status.variant: the most recently observed installed variant - one of Calico or TigeraSecureEnterprise".
  if (isMapping(status) && status["variant"] === "Calico") noteCalicoVersion(status["calicoVersion"], draft);
  const network = isMapping(spec) ? spec["calicoNetwork"] : undefined;
  const pools = isMapping(network) ? network["ipPools"] : undefined;
  for (const [i, pool] of (isList(pools) ? pools : []).entries())
    if (isMapping(pool)) facts.addCidrs("pods", pool["cidr"], source, ["spec", "calicoNetwork", "ipPools", i, "cidr"]);
}

/** "cidrs: the IP blocks in CIDR notation from which to assign service cluster IPs". */
function serviceCidr({ spec }: RawMapping, source: FactSource, { facts }: ClusterDraft): void {
  const cidrs = isMapping(spec) ? spec["cidrs"] : undefined;
  for (const [i, cidr] of (isList(cidrs) ? cidrs : []).entries())
    facts.addCidrs("services", cidr, source, ["spec", "cidrs", i]);
}

/** OpenShift: "clusterNetwork: IP address pool to use for pod IPs", "serviceNetwork: IP address pool for services". */
function openshiftNetwork({ spec }: RawMapping, source: FactSource, { facts }: ClusterDraft): void {
  if (!isMapping(spec)) return;
  const { clusterNetwork, serviceNetwork, networkType } = spec;
  for (const [i, entry] of (isList(clusterNetwork) ? clusterNetwork : []).entries())
    if (isMapping(entry)) facts.addCidrs("pods", entry["cidr"], source, ["spec", "clusterNetwork", i, "cidr"]);
  for (const [i, cidr] of (isList(serviceNetwork) ? serviceNetwork : []).entries())
    facts.addCidrs("services", cidr, source, ["spec", "serviceNetwork", i]);
  if (typeof networkType === "string")
    facts.add({ type: "plugin", name: "that of OpenShift", enforces: "not proven" }, source, ["spec", "networkType"]);
}

/** kind: "networking.podSubnet, serviceSubnet"; its own plugin enforces policies in some versions only. */
function kindCluster({ networking }: RawMapping, source: FactSource, { facts }: ClusterDraft): void {
  const { podSubnet, serviceSubnet } = isMapping(networking) ? networking : emptyMapping;
  facts.addCidrs("pods", podSubnet, source, ["networking", "podSubnet"]);
  facts.addCidrs("services", serviceSubnet, source, ["networking", "serviceSubnet"]);
}

/** kops: "networking" has the name of the plugin as its one key. */
function kopsCluster({ spec }: RawMapping, source: FactSource, { facts }: ClusterDraft): void {
  if (!isMapping(spec)) return;
  const { networking, podCIDR, serviceClusterIPRange } = spec;
  facts.addCidrs("pods", podCIDR, source, ["spec", "podCIDR"]);
  facts.addCidrs("services", serviceClusterIPRange, source, ["spec", "serviceClusterIPRange"]);
  for (const key of isMapping(networking) ? Object.keys(networking) : []) {
    const name = key === "kubenet" || key === "flannel" ? key : undefined;
    const fact = {
      type: "plugin",
      name: name ?? "that of kops",
      enforces: name === undefined ? "not proven" : "no",
    } as const;
    facts.add(fact, source, ["spec", "networking"]);
  }
}

const readersOf: readonly (readonly [kind: string, groups: readonly string[], read: ReadFacts])[] = [
  ["IPPool", ["crd.projectcalico.org", "projectcalico.org"], ipPool],
  ["FelixConfiguration", ["crd.projectcalico.org", "projectcalico.org"], felixConfiguration],
  ["ClusterInformation", ["crd.projectcalico.org", "projectcalico.org"], clusterInformation],
  ["Installation", ["operator.tigera.io"], installation],
  ["ServiceCIDR", ["networking.k8s.io"], serviceCidr],
  ["Network", ["config.openshift.io", "operator.openshift.io"], openshiftNetwork],
  [
    "ClusterConfiguration",
    ["kubeadm.k8s.io"],
    (object, source, draft) => kubeadmFacts(object, source, ["networking"], draft),
  ],
  [
    "KubeProxyConfiguration",
    ["kubeproxy.config.k8s.io"],
    (object, source, draft) => kubeProxyFacts(object, source, ["clusterCIDR"], draft),
  ],
  ["Cluster", ["kind.x-k8s.io"], kindCluster],
  ["Cluster", ["kops.k8s.io"], kopsCluster],
  ...managedClusterReaders,
];

/** Of these, kinds outside namespaces, which their names do not say. */
const clusterWide = new Set(["IPPool", "FelixConfiguration", "Installation", "ServiceCIDR", "Network"]);

/** Objects by which clusters and their networks are made. What is wrong with them is for others to say. */
export const clusterConfigurationReaders: readonly KindReader[] = readersOf.map(([kind, groups, read]) => ({
  kind,
  ...(clusterWide.has(kind) ? { isClusterWide: true as const } : {}),
  reads: (apiVersion) => groups.includes(groupOf(apiVersion)),
  read: (object: RawObject, draft: ClusterDraft) =>
    read(object.value, { object: refOf(object), origin: object.origin }, draft),
}));
