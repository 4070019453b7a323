/**
 * The named answers to what Kubernetes leaves open or differs between CNIs (see docs/semantics.md).
 * Every answer that rests on one says so.
 */
export interface Assumptions {
  /** Whether an ipBlock also matches pods whose address it covers. Default false: the docs say ipBlocks are for cluster-external addresses. Where Cilium enforces, the same of all its blocks (`pods` in `policy-cidr-match-mode`). */
  readonly ipBlockMatchesPods: boolean;
  /** Whether selectors match hostNetwork pods. Default false: their traffic carries the node's address. */
  readonly hostNetworkPodsSelected: boolean;
  /** Whether Succeeded and Failed pods are left out (`ignore`) or treated as running (`keep`). */
  readonly terminatedPods: "ignore" | "keep";
  /** Whether a pod that reaches itself through a Service counts as allowed. Stated in the report; lists never show a pod to itself. */
  readonly hairpinThroughService: "allow" | "policy";
  /** Whether named ports of restartable init containers count. Default true. */
  readonly sidecarNamedPorts: boolean;
  /** Whether labels of a namespace that the input does not define are unknown, or absent (a closed world, as other tools have it). */
  readonly unknownNamespaceLabels: "unknown" | "absent";
  /** Traffic between a pod and its own node: always allowed by Kubernetes; stated, never listed. */
  readonly nodeLocalTraffic: "allowed";
  /** In proofs only: whether the labels of known namespaces are facts (`fixed`) or may change (`free`). */
  readonly namespaceLabels: "free" | "fixed";
  /** Whether a NetworkPolicy that selects a pod for one direction is final in that direction only. */
  readonly npTierFinal: "per-direction" | "per-pod";
  /** Which of two policies of equal priority is asked first: unknown, so that either may win, or by name. */
  readonly equalPriority: "unknown" | "name";
  /** How AdminNetworkPolicies in the form of v0.1.1 are read: as written, without the fields that later versions drop, or not known which. */
  readonly anpOldForm: "v0.1.1" | "pruned" | "unknown";
  /**
   * What serves Ingress, Route and Gateway objects: pods of these labels, as `app=nginx in edge`. `unknown`: those that the
   * input has by the name of a controller that is widely used, else a pod of unknown labels.
   */
  readonly ingressController: string;
  /**
   * What enforces the policies: the kinds of another data plane are not in force, and those of Kubernetes mean what it makes of
   * them. `unknown`: what the input tells; where it tells nothing, as the API of Kubernetes promises.
   */
  readonly dataplane: "unknown" | "kubernetes" | "cilium" | "calico";
  /** Where Cilium enforces: which endpoints it isolates (`enable-policy`): those that a policy selects, all, or none. */
  readonly ciliumEnforcement: "default" | "always" | "never";
  /** Where Cilium enforces: whether CIDRs match addresses of nodes and pods, too (`policy-cidr-match-mode`). */
  readonly ciliumCidrMatchMode: "none" | "nodes";
  /** Where Cilium enforces: whether its host firewall is on (`enable-host-firewall`), without which policies for nodes are not in force. */
  readonly ciliumHostFirewall: boolean;
  /** Where Cilium enforces: whether what a pod's own node sends it is let in whatever isolates the pod (`allow-localhost`), or needs a rule. */
  readonly ciliumAllowLocalhost: "always" | "policy";
  /** Whether a rule of Cilium for ICMP of type 0 matches that type, as written, or every type, as some versions have it. */
  readonly ciliumIcmpTypeZero: "one" | "all";
  /** Whether Services and groups that policies of Cilium name and the input does not have exist all the same, or not. */
  readonly ciliumMissingObjects: "unknown" | "absent";
  /** Where Cilium enforces: whether it has a proxy (`enable-l7-proxy`), without which policies with `http` or `dns` rules are refused, and names of DNS are never learnt. */
  readonly ciliumL7Proxy: boolean;
  /** Where Cilium enforces: whether rules for ICMP are accepted (`enable-icmp-rules`): without it a policy that has some is refused. */
  readonly ciliumIcmpRules: boolean;
  /** Where Cilium enforces, whether a port may be left out (`enable-extended-ip-protocols`): without it a policy that does so is refused. */
  readonly ciliumExtendedProtocols: boolean;
  /**
   * Where Cilium enforces, whether its agents authenticate (`mesh-auth-enabled`), without which nothing passes that must be: they do,
   * they do not, or as the version has it by default: not since 1.19.
   */
  readonly ciliumAuthentication: "enabled" | "disabled" | "version";
  /** Where Cilium enforces: whether `enableDefaultDeny` is heard (`enable-non-default-deny-policies`): without it every policy isolates. */
  readonly ciliumNonDefaultDeny: boolean;
  /** Where Cilium enforces: whether it reads NetworkPolicies (`enable-k8s-networkpolicy`). */
  readonly ciliumNetworkPolicies: boolean;
  /** Where Cilium enforces: whether it reads ClusterNetworkPolicies (`enable-k8s-cluster-network-policy`, off where Cilium is not told). */
  readonly ciliumClusterNetworkPolicies: boolean;
  /** Where Cilium enforces: which labels of pods are in their identities, as its option `labels` says; `default`: as it has them without it. */
  readonly ciliumIdentityLabels: string;
  /**
   * Where Cilium enforces: which labels of nodes are in their identities, so that `fromNodes` and `toNodes` may ask for them
   * (`enable-node-selector-labels`): none, which is why the agents refuse such policies, all, or those that its option
   * `node-labels` names.
   */
  readonly ciliumNodeLabels: string;
  /** What Cilium calls the cluster whose policies are read (`cluster-name`): in a mesh, selectors name clusters. */
  readonly ciliumClusterName: string;
  /**
   * Whose pods a selector means that names no cluster of a mesh (`policy-default-local-cluster`): those of the `own` one, of `any`,
   * or as the version has it by default: of the own one since 1.19.
   */
  readonly ciliumDefaultCluster: "version" | "own" | "any";
  /** The version of Cilium, whose reading of some fields has changed. */
  readonly ciliumVersion: (typeof ciliumVersions)[number];
  /**
   * Where the API server is, for policies of Cilium that name it: its addresses, as `203.0.113.7,203.0.113.8`; on the pod's own
   * node (`host`), on another (`remote-node`), or not known: on a node or outside.
   */
  readonly kubeApiserver: string;
  /** The version of Calico, which decides which cluster-wide policies of Kubernetes it reads; `unknown`: as though it read each kind. */
  readonly calicoVersion: "unknown" | (typeof calicoVersions)[number];
  /** Where Calico enforces: which of two policies of a tier and of equal order is asked first: unknown, or by name. */
  readonly calicoTies: "unknown" | "name";
  /** What becomes of Calico's policies of a tier that the input does not have: they are in force in a tier behind all others, or not. */
  readonly calicoMissingTier: "last" | "ignore";
  /** What a policy of crd.projectcalico.org/v1 without `types` is about, as stored: both directions, or those that the API server of v3 would write. */
  readonly calicoCrdV1Types: "both" | "defaulted";
  /** Whether a rule of Calico that names ports of the client matches: not known, or as if it named none. */
  readonly calicoSourcePorts: "unknown" | "any";
  /** Whether a rule of Calico with `http` is enforced: not known, or its `http` is ignored, as without an application layer. */
  readonly appLayerPolicy: "unknown" | "ignored";
}

/** The versions of Cilium whose reading is known, ascending. */
export const ciliumVersions = ["1.16", "1.17", "1.18", "1.19", "1.20"] as const;

/** Whether a version of Cilium comes before another. */
export function isCiliumBefore(version: (typeof ciliumVersions)[number], other: typeof version): boolean {
  return ciliumVersions.indexOf(version) < ciliumVersions.indexOf(other);
}

/** The versions of Calico that differ in the kinds that they read, ascending; the first stands for those before it as well. */
export const calicoVersions = ["3.28", "3.29", "3.30", "3.31", "3.32"] as const;

/** The versions after one, each as an assumption; none where there is no such. */
export function afterCilium(version?: Assumptions["ciliumVersion"]): readonly Pick<Assumptions, "ciliumVersion">[] {
  if (version === undefined) return [];
  return ciliumVersions.slice(ciliumVersions.indexOf(version) + 1).map((ciliumVersion) => ({ ciliumVersion }));
}

/** The versions before one, each as an assumption. */
export function beforeCilium(version: Assumptions["ciliumVersion"]): readonly Pick<Assumptions, "ciliumVersion">[] {
  return ciliumVersions.slice(0, ciliumVersions.indexOf(version)).map((ciliumVersion) => ({ ciliumVersion }));
}

/** The documented defaults. */
export const defaultAssumptions: Assumptions = {
  ipBlockMatchesPods: false,
  hostNetworkPodsSelected: false,
  terminatedPods: "ignore",
  hairpinThroughService: "allow",
  sidecarNamedPorts: true,
  unknownNamespaceLabels: "unknown",
  nodeLocalTraffic: "allowed",
  namespaceLabels: "free",
  npTierFinal: "per-direction",
  equalPriority: "unknown",
  anpOldForm: "v0.1.1",
  ingressController: "unknown",
  dataplane: "unknown",
  ciliumEnforcement: "default",
  ciliumCidrMatchMode: "none",
  ciliumHostFirewall: true,
  ciliumAllowLocalhost: "always",
  ciliumIcmpTypeZero: "one",
  ciliumMissingObjects: "unknown",
  ciliumL7Proxy: true,
  ciliumIcmpRules: true,
  ciliumExtendedProtocols: false,
  ciliumAuthentication: "enabled",
  ciliumNonDefaultDeny: true,
  ciliumNetworkPolicies: true,
  ciliumClusterNetworkPolicies: true,
  ciliumIdentityLabels: "default",
  ciliumNodeLabels: "off",
  ciliumClusterName: "default",
  ciliumDefaultCluster: "version",
  ciliumVersion: "1.20",
  kubeApiserver: "unknown",
  calicoVersion: "unknown",
  calicoTies: "unknown",
  calicoMissingTier: "last",
  calicoCrdV1Types: "both",
  calicoSourcePorts: "unknown",
  appLayerPolicy: "unknown",
};

/** The values that each assumption can take; `ingressController` takes the labels of pods as well, `kubeApiserver` addresses, `ciliumClusterName` names, and `ciliumIdentityLabels` and `ciliumNodeLabels` filters. */
export const assumptionValues: { readonly [K in keyof Assumptions]: readonly Assumptions[K][] } = {
  ipBlockMatchesPods: [true, false],
  hostNetworkPodsSelected: [true, false],
  terminatedPods: ["ignore", "keep"],
  hairpinThroughService: ["allow", "policy"],
  sidecarNamedPorts: [true, false],
  unknownNamespaceLabels: ["unknown", "absent"],
  nodeLocalTraffic: ["allowed"],
  namespaceLabels: ["free", "fixed"],
  npTierFinal: ["per-direction", "per-pod"],
  equalPriority: ["unknown", "name"],
  anpOldForm: ["v0.1.1", "pruned", "unknown"],
  ingressController: ["unknown"],
  dataplane: ["unknown", "kubernetes", "cilium", "calico"],
  ciliumEnforcement: ["default", "always", "never"],
  ciliumCidrMatchMode: ["none", "nodes"],
  ciliumHostFirewall: [true, false],
  ciliumAllowLocalhost: ["always", "policy"],
  ciliumIcmpTypeZero: ["one", "all"],
  ciliumMissingObjects: ["unknown", "absent"],
  ciliumL7Proxy: [true, false],
  ciliumIcmpRules: [true, false],
  ciliumExtendedProtocols: [false, true],
  ciliumAuthentication: ["enabled", "disabled", "version"],
  ciliumNonDefaultDeny: [true, false],
  ciliumNetworkPolicies: [true, false],
  ciliumClusterNetworkPolicies: [true, false],
  ciliumIdentityLabels: ["default"],
  ciliumNodeLabels: ["off", "all"],
  ciliumClusterName: ["default"],
  ciliumDefaultCluster: ["version", "own", "any"],
  ciliumVersion: ciliumVersions,
  kubeApiserver: ["unknown", "host", "remote-node"],
  calicoVersion: ["unknown", ...calicoVersions],
  calicoTies: ["unknown", "name"],
  calicoMissingTier: ["last", "ignore"],
  calicoCrdV1Types: ["both", "defaulted"],
  calicoSourcePorts: ["unknown", "any"],
  appLayerPolicy: ["unknown", "ignored"],
};
