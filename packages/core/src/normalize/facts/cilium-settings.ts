import { type Assumptions, assumptionValues } from "../../model/assumptions.ts";
import type { CiliumConfigKey } from "./cilium-config.ts";
import { parseSource } from "../../parse/parse-source.ts";
import type { RawValue } from "../../parse/document.ts";
import { allNodeLabels, isIdentityFilter, isNodeFilter, noNodeLabels } from "../../semantics/identity-filter.ts";
import { isLabelValue } from "../../semantics/names.ts";
import type { NodePath } from "../../source/position.ts";
import { directoryOf } from "../../lib/file-path.ts";
import type { ClusterDraft, FileFacts } from "../cluster-draft.ts";
import { refOf } from "../not-evaluated.ts";
import { emptyMapping, isList, isMapping, type RawMapping, type RawObject } from "../raw-object.ts";
import { noteCiliumVersion } from "./agent-versions.ts";
import { referencedChart } from "./chart-sources.ts";
import type { FactSource } from "./facts-draft.ts";

/** What is read of `cilium-config`, or of values of the chart by the keys that it writes. */
export type CiliumSettings = Readonly<Partial<Record<CiliumConfigKey, RawValue>>>;

/** Where settings stand, and whether there are others that the input does not show. */
interface SettingsPlace {
  readonly at: (key: CiliumConfigKey) => NodePath;
  readonly hasOthers?: boolean;
}

/** What `cilium-config` tells, by its keys. What it does not have is as Cilium has it by default. */
export function ciliumSettings(
  data: CiliumSettings,
  source: FactSource,
  draft: ClusterDraft,
  { at, hasOthers = false }: SettingsPlace,
): void {
  const { facts } = draft;
  facts.add({ type: "plugin", name: "Cilium", enforces: "not proven" }, source, ["metadata", "name"]);
  noteUnread(data, source, draft);
  const firewall = data["enable-host-firewall"];
  if (firewall !== undefined || !hasOthers) {
    const enabled = isOn(firewall);
    const path = firewall === undefined ? ["metadata", "name"] : at("enable-host-firewall");
    facts.add({ type: "host-firewall", enabled }, source, path);
    facts.assumed.ciliumHostFirewall = enabled;
  }
  // "tofqdns-dns-reject-response-code: DNS response code for rejecting DNS requests, available options are '[nameError refused]'".
  if (data["tofqdns-dns-reject-response-code"] === "nameError")
    facts.add({ type: "refused-look-up", answer: "nameError" }, source, at("tofqdns-dns-reject-response-code"));
  if (isOff(data["enable-l7-proxy"])) facts.assumed.ciliumL7Proxy = false;
  if (isOff(data["enable-icmp-rules"])) facts.assumed.ciliumIcmpRules = false;
  if (isOn(data["enable-extended-ip-protocols"])) facts.assumed.ciliumExtendedProtocols = true;
  const authentication = authenticationOf(data, hasOthers);
  if (authentication !== undefined) facts.assumed.ciliumAuthentication = authentication;
  if (isOff(data["enable-non-default-deny-policies"])) facts.assumed.ciliumNonDefaultDeny = false;
  if (isOff(data["enable-k8s-networkpolicy"])) facts.assumed.ciliumNetworkPolicies = false;
  // "Support must be enabled by setting the --enable-k8s-cluster-network-policy flag to true."
  const clusterWide = data["enable-k8s-cluster-network-policy"];
  if ((clusterWide !== undefined || !hasOthers) && !isOn(clusterWide))
    facts.assumed.ciliumClusterNetworkPolicies = false;
  const ownCluster = data["policy-default-local-cluster"];
  if (isOn(ownCluster) || isOff(ownCluster)) facts.assumed.ciliumDefaultCluster = isOn(ownCluster) ? "own" : "any";
  // "labels: list of label prefixes used to determine identity of an endpoint".
  const labels = wordsOf(data["labels"]).join(" ");
  if (labels !== "" && isIdentityFilter(labels)) facts.assumed.ciliumIdentityLabels = labels;
  // "node-labels: list of label prefixes used to determine identity of a node", as long as the feature is on.
  const ofNodes = nodeLabelsOf(data);
  if (ofNodes !== noNodeLabels) facts.assumed.ciliumNodeLabels = isNodeFilter(ofNodes) ? ofNodes : allNodeLabels;
  const name = data["cluster-name"];
  if (typeof name === "string" && name !== "" && isLabelValue(name)) facts.assumed.ciliumClusterName = name;
  // "auto: defaults to policy except when running in Kubernetes, where it defaults to always."
  if (lowerCase(data["allow-localhost"]) === "policy") facts.assumed.ciliumAllowLocalhost = "policy";
  const { ipam = "cluster-pool", "enable-policy": enforcement, "policy-cidr-match-mode": matched } = data;
  // "policy-audit-mode: enable policy audit (non-drop) mode": what policies do not allow is logged, and passes.
  const isAudited = isOn(data["policy-audit-mode"]);
  const found = isAudited
    ? "never"
    : assumptionValues.ciliumEnforcement.find((value) => value === lowerCase(enforcement));
  if (found !== undefined) facts.assumed.ciliumEnforcement = found;
  // "The entities that can be selected by CIDR policy. Supported values: 'nodes', 'pods'".
  if (wordsOf(matched).includes("nodes")) facts.assumed.ciliumCidrMatchMode = "nodes";
  if (wordsOf(matched).includes("pods")) facts.assumed.ipBlockMatchesPods = true;
  // "cluster-pool-ipv4-cidr: IPv4 CIDR range that Pods get their addresses from", where the operator allocates them.
  const allocates = typeof ipam === "string" && ipam.startsWith("cluster-pool");
  for (const family of allocates ? (["4", "6"] as const) : []) {
    if (isOff(data[`enable-ipv${family}`])) continue;
    const key = `cluster-pool-ipv${family}-cidr` as const;
    facts.addCidrs("pods", wordsOf(data[key]).join(","), source, at(key));
  }
}

/** "Mutual authentication handler is disabled as no port is configured": then nobody is authenticated either. Undefined: not told. */
function authenticationOf(data: CiliumSettings, hasOthers: boolean): Assumptions["ciliumAuthentication"] | undefined {
  const isTold = data["mesh-auth-enabled"];
  const port = data["mesh-auth-mutual-listener-port"];
  if (isOff(isTold) || Number(port) === 0 || (port === undefined && !hasOthers)) return "disabled";
  if (isOn(isTold)) return "enabled";
  return hasOthers ? undefined : "version";
}

/** Settings that change what policies mean, and are not taken into account. */
function noteUnread(data: CiliumSettings, { object, origin }: FactSource, draft: ClusterDraft): void {
  const reasons = [
    ...(isIdentityFilter(wordsOf(data["labels"]).join(" ")) ? [] : ["its labels are no filter that npa can read"]),
    ...(isNodeFilter(nodeLabelsOf(data)) ? [] : ["its node-labels are no filter that npa can read"]),
  ];
  for (const reason of reasons) draft.putNotEvaluated({ ref: object, reason, origin, mayChange: {} });
}

/** What the identities of nodes have of their labels. */
function nodeLabelsOf(data: CiliumSettings): string {
  const isOn = data["enable-node-selector-labels"] === "true" || data["enable-node-selector-labels"] === true;
  return isOn ? wordsOf(data["node-labels"]).join(" ") || allNodeLabels : noNodeLabels;
}

/** Agents read switches as Go reads truth values. */
function isOff(value: RawValue | undefined): boolean {
  return value === false || (typeof value === "string" && /^(?:0|f|F|false|False|FALSE)$/.test(value));
}

function isOn(value: RawValue | undefined): boolean {
  return value === true || (typeof value === "string" && /^(?:1|t|T|true|True|TRUE)$/.test(value));
}

/** They do not know the case of modes. */
function lowerCase(value: RawValue | undefined): unknown {
  return typeof value === "string" ? value.toLowerCase() : value;
}

/** The words of a text, or of a list of texts. */
function wordsOf(value: RawValue | undefined): readonly string[] {
  const texts = isList(value) ? value : [value];
  return texts.flatMap((text) => (typeof text === "string" ? text.split(/[\s,]+/) : [])).filter((word) => word !== "");
}

/** The chart that an object installs, its values, and where these stand. */
interface Chart {
  readonly name: unknown;
  /** Its version, as it is written. */
  readonly version: unknown;
  readonly values: RawMapping;
  readonly path: NodePath;
  readonly hasOthers: boolean;
}

/** Takes note of Cilium's settings where an object has its Helm chart installed: by Flux, by Argo CD, or in K3s and RKE2. */
export function noteCiliumChart(object: RawObject, draft: ClusterDraft): void {
  if (isMapping(within(object.value, "spec")["chartRef"])) draft.referring.push(object);
  else noteChart(chartOf(object, draft), { object: refOf(object), origin: object.origin }, draft);
}

/** The same of charts that are named by another object, once all are read. */
export function noteReferencedCharts(draft: ClusterDraft): void {
  for (const object of draft.referring)
    noteChart(chartOf(object, draft), { object: refOf(object), origin: object.origin }, draft);
}

/** The same of charts that kustomizations have rendered. */
export function noteKustomizedCharts({ charts }: Pick<FileFacts, "charts">, draft: ClusterDraft): void {
  for (const { file, ...chart } of charts) {
    const place = { file, line: 1, column: 1, endLine: 1, endColumn: 1, path: "" };
    const name = directoryOf(file);
    const object = { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", name };
    const origin = { locator: { file, locate: () => place }, path: [] };
    noteChart({ ...chart, path: [] }, { object, origin }, draft);
  }
}

function noteChart(chart: Chart | undefined, source: FactSource, draft: ClusterDraft): void {
  if (chart === undefined || !/^(?:rke2-)?cilium$/.test(String(chart.name))) return;
  noteCiliumVersion(String(chart.version), draft);
  ciliumSettings(settingsOf(chart.values), source, draft, {
    at: () => chart.path,
    hasOthers: chart.hasOthers,
  });
}

function chartOf(object: RawObject, draft: ClusterDraft): Chart | undefined {
  const spec = within(object.value, "spec");
  switch (object.kind) {
    case "HelmRelease": {
      const reference = spec["chartRef"];
      const { chart: name, version } = isMapping(reference)
        ? referencedChart(reference, object, draft)
        : within(within(spec, "chart"), "spec");
      const hasOthers = isList(spec["valuesFrom"]);
      return { name, version, values: within(spec, "values"), path: ["spec", "values"], hasOthers };
    }
    case "HelmChart": {
      const { chart: name, version } = spec;
      const values = mappingIn(spec["valuesContent"]);
      return { name, version, values, path: ["spec", "valuesContent"], hasOthers: false };
    }
    case "Application": {
      // "sources: of several a chart is one, and files of values are in another".
      const several = isList(spec["sources"]) ? spec["sources"].filter(isMapping) : [];
      const source = several.find(({ chart }) => chart !== undefined) ?? within(spec, "source");
      const helm = within(source, "helm");
      const values = { ...mappingIn(helm["values"]), ...within(helm, "valuesObject") };
      const hasOthers = isList(helm["valueFiles"]) || isList(helm["parameters"]);
      const { chart: name, targetRevision: version } = source;
      return { name, version, values, path: ["spec", "source", "helm"], hasOthers };
    }
    default:
      return undefined;
  }
}

/** The values of the chart by the keys of `cilium-config` that it writes. */
function settingsOf(values: RawMapping): CiliumSettings {
  const operator = within(within(values, "ipam"), "operator");
  const authentication = within(values, "authentication");
  const mutual = within(authentication, "mutual");
  const isMutual = within(mutual, "spire")["enabled"] === true;
  const written: Partial<Record<CiliumConfigKey, RawValue | undefined>> = {
    "enable-policy": values["policyEnforcementMode"],
    "policy-audit-mode": values["policyAuditMode"],
    "policy-cidr-match-mode": values["policyCIDRMatchMode"],
    "enable-host-firewall": within(values, "hostFirewall")["enabled"],
    ipam: within(values, "ipam")["mode"],
    "enable-ipv4": within(values, "ipv4")["enabled"],
    "enable-ipv6": within(values, "ipv6")["enabled"],
    "cluster-name": within(values, "cluster")["name"],
    "enable-node-selector-labels": values["nodeSelectorLabels"],
    "node-labels": values["nodeLabels"],
    labels: values["labels"],
    "enable-l7-proxy": values["l7Proxy"],
    "tofqdns-dns-reject-response-code": within(values, "dnsProxy")["dnsRejectResponseCode"],
    "mesh-auth-enabled": authentication["enabled"],
    "mesh-auth-mutual-listener-port": isMutual ? (mutual["port"] ?? 4250) : undefined,
    "enable-non-default-deny-policies": values["enableNonDefaultDenyPolicies"],
    "enable-k8s-networkpolicy": within(values, "k8sNetworkPolicy")["enabled"],
    "enable-k8s-cluster-network-policy": within(values, "k8sClusterNetworkPolicy")["enabled"],
    "policy-default-local-cluster": within(values, "clustermesh")["policyDefaultLocalCluster"],
    "cluster-pool-ipv4-cidr": operator["clusterPoolIPv4PodCIDRList"],
    "cluster-pool-ipv6-cidr": operator["clusterPoolIPv6PodCIDRList"],
  };
  const known = Object.entries(written).filter(([, value]) => value !== undefined && value !== null);
  return { ...(Object.fromEntries(known) as RawMapping), ...within(values, "extraConfig") };
}

function within(value: RawMapping, key: string): RawMapping {
  const inner = value[key];
  return isMapping(inner) ? inner : emptyMapping;
}

/** A text in YAML; empty where it is none. */
function mappingIn(text: RawValue | undefined): RawMapping {
  if (typeof text !== "string") return emptyMapping;
  const { documents } = parseSource({ name: "", text }, { wants: () => true }, () => undefined);
  const value = documents[0]?.value;
  return isMapping(value) ? value : emptyMapping;
}
