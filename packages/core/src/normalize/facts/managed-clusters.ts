import type { RawValue } from "../../parse/document.ts";
import type { PluginFact } from "../../model/facts.ts";
import type { NodePath } from "../../source/position.ts";
import { type RawMapping, emptyMapping, isList, isMapping } from "../raw-object.ts";
import type { ReadFacts } from "./cluster-configurations.ts";

/** Clusters of clouds as objects of Cluster API, Config Connector, Azure Service Operator and Crossplane: what they say of the plugin. */
export const managedClusterReaders: readonly (readonly [kind: string, groups: readonly string[], read: ReadFacts])[] = [
  ["AzureManagedControlPlane", ["infrastructure.cluster.x-k8s.io"], azure([])],
  ["ManagedCluster", ["containerservice.azure.com"], azure(["networkProfile"])],
  ["KubernetesCluster", ["containerservice.azure.upbound.io"], azure(["forProvider", "networkProfile"])],
  ["ContainerCluster", ["container.cnrm.cloud.google.com"], google([])],
  ["Cluster", ["container.gcp.upbound.io"], google(["forProvider"])],
  ["InitConfiguration", ["kubeadm.k8s.io"], kubelet],
  ["JoinConfiguration", ["kubeadm.k8s.io"], kubelet],
];

/** AKS: "networkPlugin: azure, kubenet, none" and "networkPolicy: azure, calico, cilium"; without the second nothing enforces. */
function azure(path: readonly string[]): ReadFacts {
  return ({ spec }, source, { facts }) => {
    const profile = mappingAt(spec, path);
    const { networkPlugin: plugin, networkPolicy: policy, networkDataplane: dataplane } = profile;
    if (plugin !== "kubenet" && plugin !== "azure") return;
    const isEnforced = (typeof policy === "string" && policy !== "none") || dataplane === "cilium";
    const name = plugin === "kubenet" ? "kubenet" : "the Azure CNI";
    const fact: PluginFact = {
      type: "plugin",
      name: isEnforced ? name : `${name} without a network policy engine`,
      enforces: isEnforced ? "not proven" : "no",
    };
    facts.add(fact, source, ["spec", ...path, "networkPlugin"]);
  };
}

/** GKE: "networkPolicy.enabled", or "datapathProvider: ADVANCED_DATAPATH", which is Cilium. A cluster of Autopilot has the latter. */
function google(path: readonly string[]): ReadFacts {
  return ({ spec }, source, { facts }) => {
    const cluster = mappingAt(spec, path);
    const isEnforced =
      cluster["datapathProvider"] === "ADVANCED_DATAPATH" ||
      cluster["enableAutopilot"] === true ||
      mappingAt(cluster, ["networkPolicy"])["enabled"] === true;
    const fact: PluginFact = {
      type: "plugin",
      name: isEnforced ? "that of GKE" : "that of GKE without network policy enforcement",
      enforces: isEnforced ? "not proven" : "no",
    };
    facts.add(fact, source, ["spec", ...path]);
  };
}

/** The kubelet's flag `--network-plugin=kubenet`, as a mapping or as a list of names and values. */
function kubelet(
  { nodeRegistration }: RawMapping,
  source: Parameters<ReadFacts>[1],
  { facts }: Parameters<ReadFacts>[2],
): void {
  const args = isMapping(nodeRegistration) ? nodeRegistration["kubeletExtraArgs"] : undefined;
  const isKubenet = isList(args)
    ? args.some((arg) => isMapping(arg) && arg["name"] === "network-plugin" && arg["value"] === "kubenet")
    : isMapping(args) && args["network-plugin"] === "kubenet";
  const path: NodePath = ["nodeRegistration", "kubeletExtraArgs"];
  if (isKubenet) facts.add({ type: "plugin", name: "kubenet", enforces: "no" }, source, path);
}

/** A mapping in another one; in lists of one, as Crossplane writes blocks, the one. */
function mappingAt(value: unknown, path: readonly string[]): RawMapping {
  let at = value as RawValue | undefined;
  for (const step of path) {
    at = isMapping(at) ? at[step] : undefined;
    if (isList(at)) [at] = at;
  }
  return isMapping(at) ? at : emptyMapping;
}
