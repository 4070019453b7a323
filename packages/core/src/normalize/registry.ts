import { apiServerCallReaders, mayConvert } from "./api-server-calls.ts";
import { clusterPolicyReaders, wrongClusterPolicyReaders } from "./cluster-policy.ts";
import { calicoObjectReaders } from "./calico/calico-objects.ts";
import { calicoPolicyReaders } from "./calico/calico-policy.ts";
import { mayHoldPolicy } from "./embedded-policy.ts";
import { mayHoldTemplate } from "./generic-workload.ts";
import { chartSourceReaders } from "./facts/chart-sources.ts";
import { ciliumReaders } from "./cilium/cilium-policy.ts";
import { clusterConfigurationReaders } from "./facts/cluster-configurations.ts";
import { configMapReader, mayTellOfCluster } from "./facts/config-maps.ts";
import { gatewayRouteReaders } from "./gateway-route.ts";
import { gatewayReaders } from "./gateway.ts";
import { endpointsReader } from "./endpoints.ts";
import { isClusterWideName } from "./in-namespace.ts";
import { ingressReader } from "./ingress.ts";
import { foreignPolicyReader, isNetworkPolicyKind, mayBeForeignPolicy } from "./foreign-policy.ts";
import { isListKind } from "./expand-lists.ts";
import type { KindReader } from "./kind-reader.ts";
import { monitorReaders } from "./monitor.ts";
import { namespaceReader } from "./namespace.ts";
import { networkPolicyReader } from "./network-policy.ts";
import { nodeReader } from "./node.ts";
import { notEvaluatedReaders } from "./not-evaluated.ts";
import { notFollowedReaders } from "./not-followed.ts";
import { openshiftRouteReader } from "./openshift-route.ts";
import { profileReader } from "./calico/profiles.ts";
import { stagedPolicyReaders } from "./calico/staged-policies.ts";
import { podReader } from "./pod.ts";
import { templateKind } from "./openshift-template.ts";
import { groupOf, type RawObject } from "./raw-object.ts";
import { roleBindingReaders } from "./role-binding.ts";
import { serviceReader } from "./service.ts";
import { workloadReaders } from "./workload.ts";

/** Every reader. Of two that read an object the first does. */
const readers: readonly KindReader[] = [
  namespaceReader,
  podReader,
  ...workloadReaders,
  serviceReader,
  ingressReader,
  openshiftRouteReader,
  ...monitorReaders,
  ...apiServerCallReaders,
  ...gatewayRouteReaders,
  ...gatewayReaders,
  endpointsReader,
  networkPolicyReader,
  ...clusterPolicyReaders,
  ...wrongClusterPolicyReaders,
  nodeReader,
  ...roleBindingReaders,
  ...calicoPolicyReaders,
  ...stagedPolicyReaders,
  ...ciliumReaders,
  ...calicoObjectReaders,
  profileReader,
  configMapReader,
  ...clusterConfigurationReaders,
  ...notEvaluatedReaders,
  ...notFollowedReaders,
  ...chartSourceReaders,
];

const readersByKind = new Map<string, KindReader[]>();
for (const reader of readers) {
  const sameKind = readersByKind.get(reader.kind);
  if (sameKind === undefined) readersByKind.set(reader.kind, [reader]);
  else sameKind.push(reader);
}

/**
 * Whether the reader cares for documents of this kind: lists, the kinds that are evaluated, the kinds that are only named,
 * and whatever has a pod template or holds a policy. The parser asks, and leaves the others unread.
 */
export function isKindRead(kind: string, text = ""): boolean {
  if (kind === configMapReader.kind) return mayTellOfCluster(text);
  if (kind === "CustomResourceDefinition") return mayConvert(text);
  if (kind === templateKind || isListKind(kind) || readersByKind.has(kind)) return true;
  return mayBeForeignPolicy(kind) || mayHoldTemplate(kind, text) || mayHoldPolicy(kind, text);
}

/** Whether npa reads objects of a kind as policies, in some API. */
export function isPolicyKind(kind: string): boolean {
  return hasReader(kind) && (kind.endsWith("Policy") || policyKinds.includes(kind));
}

/** Kinds of policies that are not called so. */
export const policyKinds: readonly string[] = readers.flatMap(({ kind, isPolicy }) => (isPolicy === true ? kind : []));

/** Whether objects of a kind are outside namespaces. */
export function isClusterWideKind(kind: string): boolean {
  return (
    isClusterWideName(kind) || readersByKind.get(kind)?.some(({ isClusterWide }) => isClusterWide === true) === true
  );
}

/** The reader of a kind of an API, or undefined when npa does not read it. */
export function readerFor(kind: string, apiVersion: string): KindReader | undefined {
  const known = readersByKind.get(kind)?.find((reader) => reader.reads(apiVersion));
  return known ?? foreignPolicyReader(kind, apiVersion);
}

/** The same for all objects that an API server keeps in one place: kinds that several of its APIs serve are one. */
export function familyOf({ kind, apiVersion }: RawObject): KindReader | string {
  return readersByKind.get(kind)?.find((reader) => reader.reads(apiVersion)) ?? `${kind}.${groupOf(apiVersion)}`;
}

/** Whether npa reads objects of a kind in some API. */
export function hasReader(kind: string): boolean {
  return readersByKind.has(kind) || isNetworkPolicyKind(kind);
}
