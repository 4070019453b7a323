import type { ClusterKind } from "./cluster-kinds.ts";
import {
  apiServiceShape,
  clusterInformationShape,
  endpointSliceShape,
  felixShape,
  networkShape,
  nodeShape,
  profileShape,
  webhooksShape,
} from "./object-shapes.ts";
import type { Shape } from "./projection.ts";

function fact(
  group: string,
  version: string,
  kind: string,
  resource: string,
  shape: Shape,
  withoutIt: string,
): ClusterKind {
  return { kind, group, version, resource, namespaced: false, shape, withoutIt, presence: "facts" };
}

const webhooks = "whether policies block webhooks is unknown";
const felix = "what Calico's agent does with what pods send to their own node is unknown";
const profiles = "labels that host endpoints inherit are unknown";
const version =
  "the version of Calico, on which hangs which cluster-wide policies of Kubernetes are in force, is known from its agent's image only";
const ranges = "the addresses of the cluster may be known in part only";

/** Those that every cluster has, and on which no connection hangs: what they tell of the cluster serves findings. */
export const factKinds: readonly ClusterKind[] = [
  fact("", "v1", "Node", "nodes", nodeShape, "the addresses of nodes and the cloud are unknown"),
  {
    ...fact(
      "discovery.k8s.io",
      "v1",
      "EndpointSlice",
      "endpointslices",
      endpointSliceShape,
      "what is behind Services without selectors, as the API server's, is unknown",
    ),
    namespaced: true,
    // Of a Service with a selector its pods tell more, and those are most.
    labelSelector: "endpointslice.kubernetes.io/managed-by!=endpointslice-controller.k8s.io",
  },
  fact(
    "admissionregistration.k8s.io",
    "v1",
    "ValidatingWebhookConfiguration",
    "validatingwebhookconfigurations",
    webhooksShape,
    webhooks,
  ),
  fact(
    "admissionregistration.k8s.io",
    "v1",
    "MutatingWebhookConfiguration",
    "mutatingwebhookconfigurations",
    webhooksShape,
    webhooks,
  ),
  fact(
    "apiregistration.k8s.io",
    "v1",
    "APIService",
    "apiservices",
    apiServiceShape,
    "whether policies block aggregated APIs is unknown",
  ),
];

/** The same of what something must have installed. */
export const installedFactKinds: readonly ClusterKind[] = [
  fact("crd.projectcalico.org", "v1", "IPPool", "ippools", networkShape, ranges),
  fact("projectcalico.org", "v3", "IPPool", "ippools", networkShape, ranges),
  fact("crd.projectcalico.org", "v1", "FelixConfiguration", "felixconfigurations", felixShape, felix),
  fact("projectcalico.org", "v3", "FelixConfiguration", "felixconfigurations", felixShape, felix),
  fact("crd.projectcalico.org", "v1", "ClusterInformation", "clusterinformations", clusterInformationShape, version),
  fact("projectcalico.org", "v3", "ClusterInformation", "clusterinformations", clusterInformationShape, version),
  fact("projectcalico.org", "v3", "Profile", "profiles", profileShape, profiles),
  fact("networking.k8s.io", "v1", "ServiceCIDR", "servicecidrs", networkShape, ranges),
  fact("config.openshift.io", "v1", "Network", "networks", networkShape, ranges),
];
