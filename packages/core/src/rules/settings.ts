import type { Labels } from "../model/selector.ts";

/** Where a DNS server listens. */
export interface DnsServer {
  /** Absent: in any namespace. */
  readonly namespace?: string;
  readonly labels: Labels;
  readonly port: number;
}

/** What the rules know beside the cluster. */
export interface RuleSettings {
  /**
   * Pods that serve DNS, if they are in the input. When none is, those with a namespace are assumed to exist, with
   * these labels and unknown others.
   */
  readonly dns: readonly DnsServer[];
}

/** kube-dns or CoreDNS as most clusters have it, CoreDNS by its Helm chart, and OpenShift's DNS. */
export const defaultRuleSettings: RuleSettings = {
  dns: [
    { namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, port: 53 },
    { labels: { "app.kubernetes.io/name": "coredns" }, port: 53 },
    { namespace: "openshift-dns", labels: { "dns.operator.openshift.io/daemonset-dns": "default" }, port: 5353 },
  ],
};
