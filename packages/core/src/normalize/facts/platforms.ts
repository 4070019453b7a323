import type { Namespace, Service, Workload } from "../../model/cluster.ts";
import type { Platform } from "../../model/facts.ts";
import type { Labels } from "../../model/selector.ts";
import type { NodePath } from "../../source/position.ts";
import type { FactSource, FactsDraft } from "./facts-draft.ts";

/** Keys of labels and annotations by which a cloud, or its controllers, know what is theirs. */
const keysOf: readonly (readonly [Exclude<Platform, "other">, RegExp])[] = [
  [
    "aws",
    /^(?:[\w.-]+\.)?(?:eks\.amazonaws\.com|k8s\.aws|eksctl\.io)\/|aws-load-balancer|^alb\.ingress\.kubernetes\.io\//,
  ],
  ["azure", /^(?:[\w.-]+\.)?(?:kubernetes\.azure\.com|azure\.workload\.identity)\/|azure-load-balancer/],
  ["google", /^(?:cloud\.google\.com|iam\.gke\.io|networking\.gke\.io)\//],
  ["alibaba", /(?:^|\.)(?:alibabacloud|aliyun)\.com\b|alibaba-cloud-loadbalancer/],
];

/** Most keys of labels have none of these letters, and one look is enough for them. */
const mayNamePlatform = /[./]|-load-?balancer/;

/** Providers of nodes that are no clouds: machines of one's own, which nobody gives credentials. */
const ownHardware = new Set(["k0s", "k3s", "kind", "metal3", "minikube", "proxmox", "rke2", "talos", "vsphere"]);

/** "providerID: ID of the node assigned by the cloud provider in the format <ProviderName>://<ProviderSpecificNodeID>". */
export function platformOf(providerId: string): Platform | undefined {
  const provider = /^([a-z0-9-]+):\/\//.exec(providerId)?.[1];
  if (provider === "aws" || provider === "azure") return provider;
  if (provider === "gce") return "google";
  if (provider === "alicloud" || /^[a-z]+-[a-z0-9-]+\.i-/.test(providerId)) return "alibaba";
  return provider === undefined || ownHardware.has(provider) ? undefined : "other";
}

/** Takes note of the clouds that labels or annotations of an object name. */
export function notePlatforms(facts: FactsDraft, source: FactSource, path: NodePath, labels: Labels): void {
  for (const key of Object.keys(labels))
    if (mayNamePlatform.test(key))
      for (const [platform, pattern] of keysOf)
        if (pattern.test(key)) facts.add({ type: "platform", platform }, source, [...path, key]);
}

/** Takes note of the clouds that namespaces, Services and pods name. */
export function notePlatformsOf(
  facts: FactsDraft,
  namespaces: Iterable<Namespace>,
  services: readonly Service[],
  workloads: readonly Workload[],
): void {
  for (const { name, labels, annotations, origin } of namespaces) {
    if (origin === undefined) continue;
    const source = { object: { apiVersion: "v1", kind: "Namespace", name }, origin };
    notePlatforms(facts, source, ["metadata", "labels"], labels);
    notePlatforms(facts, source, ["metadata", "annotations"], annotations);
  }
  for (const { namespace, name, annotations, origin } of services)
    notePlatforms(
      facts,
      { object: { apiVersion: "v1", kind: "Service", namespace, name }, origin },
      ["metadata", "annotations"],
      annotations,
    );
  for (const { ref, groups } of workloads) {
    for (const { labels, annotations, origin, templatePath } of groups) {
      const source = { object: ref, origin };
      notePlatforms(facts, source, [...templatePath, "metadata", "labels"], labels);
      notePlatforms(facts, source, [...templatePath, "metadata", "annotations"], annotations);
    }
  }
}
