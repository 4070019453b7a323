import type { Platform } from "../model/facts.ts";
import type { Labels } from "../model/selector.ts";

/** Where a DNS server listens. */
export interface DnsServer {
  /** Absent: in any namespace. */
  readonly namespace?: string;
  /** The labels of the pods that answer. */
  readonly labels: Labels;
  /** The number that its pods listen on. */
  readonly port: number;
}

/** What the rules know beside the cluster. */
export interface RuleSettings {
  /**
   * Pods that serve DNS, if they are in the input. When none is, those with a namespace are assumed to exist, with
   * these labels and unknown others.
   */
  readonly dns: readonly DnsServer[];
  /** The address of NodeLocal DNSCache, where the cluster has it. */
  readonly nodeLocalDns?: string;
  /** The CIDRs of the cluster, where known. */
  readonly clusterCidrs?: ClusterCidrs;
  /** The cloud that the cluster runs on, where it is said. */
  readonly platform?: Platform;
  /** The tiers of the application, from the outside in. */
  readonly tiers?: readonly PodTier[];
  /** Options of rules that were set, by rule and name; each rule declares its own. */
  readonly options?: Readonly<Record<string, RuleOptions>>;
}

/** Pods that stand at one depth of an application: they may speak to each other and to the next tier, and to no other. */
export interface PodTier {
  /** What messages call it. */
  readonly name: string;
  /** Absent: in any namespace. */
  readonly namespace?: string;
  /** What the namespaces of its pods are labelled. Absent: any. */
  readonly namespaceLabels?: Labels;
  /** Absent: all pods. */
  readonly labels?: Labels;
}

/** Where the addresses of a cluster come from, as CIDRs. */
export interface ClusterCidrs {
  /** Absent: not known. */
  readonly pods?: readonly string[];
  /** Absent: not known. */
  readonly services?: readonly string[];
  /** Absent: not known. */
  readonly nodes?: readonly string[];
}

/** Values of a rule's options, by name. */
export type RuleOptions = Readonly<Record<string, RuleOptionValue>>;

/** A number, a list of numbers or a list of texts. */
export type RuleOptionValue = number | readonly number[] | readonly string[];

/** Pods that serve DNS. */
export type DnsSelector = Omit<DnsServer, "port"> & Partial<Pick<DnsServer, "port">>;

/** Where a configuration says DNS is served. */
export interface DnsSettings {
  /** Selects the pods that serve DNS; without a namespace, in any. Default: those that most clusters have. */
  readonly selectors?: readonly DnsSelector[];
  /** Where those listen that have no port of their own, or all that most clusters have. Default: 53. */
  readonly ports?: readonly number[];
  /** The address of NodeLocal DNSCache. */
  readonly nodeLocalAddress?: string;
}

/** kube-dns or CoreDNS as most clusters have it, CoreDNS by its Helm chart, and OpenShift's DNS. */
export const defaultRuleSettings: RuleSettings = {
  dns: [
    { namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, port: 53 },
    { labels: { "app.kubernetes.io/name": "coredns" }, port: 53 },
    { namespace: "openshift-dns", labels: { "dns.operator.openshift.io/daemonset-dns": "default" }, port: 5353 },
  ],
};

/** The settings that DNS as configured makes; what is not configured takes its default. */
export function dnsSettings({ selectors, ports, nodeLocalAddress }: DnsSettings): RuleSettings {
  const presets = defaultRuleSettings.dns.map(({ port, ...server }) =>
    ports === undefined ? { ...server, port } : server,
  );
  return {
    dns: (selectors ?? presets).flatMap((selector: DnsSelector) =>
      selector.port === undefined
        ? (ports ?? [53]).map((port) => ({ ...selector, port }))
        : [{ ...selector, port: selector.port }],
    ),
    ...(nodeLocalAddress === undefined ? {} : { nodeLocalDns: nodeLocalAddress }),
  };
}

/** The value of an option that is a number: what was set, else the default that the rule declares. */
export function numberOption({ options = {} }: RuleSettings, rule: string, name: string, preset: number): number {
  const set = Object.hasOwn(options, rule) ? options[rule]?.[name] : undefined;
  return typeof set === "number" ? set : preset;
}

/** The value of an option that is a list of numbers: what was set, else the default that the rule declares. */
export function numbersOption(
  { options = {} }: RuleSettings,
  rule: string,
  name: string,
  preset: readonly number[],
): readonly number[] {
  const set = Object.hasOwn(options, rule) ? options[rule]?.[name] : undefined;
  return Array.isArray(set) ? set.filter((item) => typeof item === "number") : preset;
}
