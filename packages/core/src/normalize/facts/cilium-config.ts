/**
 * The keys of the ConfigMap `cilium-config` that tell what policies mean, and where pods have their addresses. What is read of
 * them and what is asked of a live cluster is this list.
 */
export const ciliumConfigKeys = [
  "allow-localhost",
  "cluster-name",
  "cluster-pool-ipv4-cidr",
  "cluster-pool-ipv6-cidr",
  "enable-extended-ip-protocols",
  "enable-host-firewall",
  "enable-icmp-rules",
  "enable-ipv4",
  "enable-ipv6",
  "enable-k8s-cluster-network-policy",
  "enable-k8s-networkpolicy",
  "enable-l7-proxy",
  "enable-node-selector-labels",
  "enable-non-default-deny-policies",
  "enable-policy",
  "ipam",
  "labels",
  "mesh-auth-enabled",
  "mesh-auth-mutual-listener-port",
  "node-labels",
  "policy-audit-mode",
  "policy-cidr-match-mode",
  "policy-default-local-cluster",
  "tofqdns-dns-reject-response-code",
] as const;

/** One of them. */
export type CiliumConfigKey = (typeof ciliumConfigKeys)[number];
