import type { AssessSettings } from "../assess/settings.ts";
import type { IgnoreEntry } from "../findings/ignore-entry.ts";
import type { AllowedOpening } from "../model/allowed-opening.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { Platform } from "../model/facts.ts";
import type { Severity } from "../answers/finding.ts";
import type { RuleConfigs } from "./configured-rules.ts";
import type { ClusterCidrs, DnsSettings, PodTier } from "../rules/settings.ts";

/** What a file `npa.config.yaml` says. Data only: nothing in it is executed. What it does not say takes its default. */
export interface Config extends Partial<AssessSettings> {
  /** What `npa diff --fail-on-opened` lets open. */
  readonly allowOpened?: readonly AllowedOpening[];
  /** Answers to what Kubernetes leaves open. */
  readonly assumptions?: Partial<Assumptions>;
  /** Where the addresses of pods, Services and nodes come from. Absent: not known. */
  readonly clusterCidrs?: ClusterCidrs;
  /** The namespace of objects that name none. */
  readonly defaultNamespace?: string;
  /** Where the DNS servers of the cluster are. Absent: as `kube-dns` has them. */
  readonly dns?: DnsSettings;
  /** The addresses that names of DNS resolve to, by name. */
  readonly domains?: Readonly<Record<string, readonly string[]>>;
  /** From this severity on a finding fails the run. */
  readonly failOn?: Severity | "never";
  /** Findings not to be told of, each with a reason. */
  readonly ignore?: readonly IgnoreEntry[];
  /** More findings than this fail the run. */
  readonly maxFindings?: number;
  /** The cloud that the cluster runs on. */
  readonly platform?: Platform;
  /** What is said of rules, by their ids. Absent: all as they are. */
  readonly rules?: RuleConfigs;
  /** The tiers of the application, from the outside in. */
  readonly tiers?: readonly PodTier[];
}
