import { parseSource } from "../../parse/parse-source.ts";
import type { RawValue } from "../../parse/document.ts";
import type { ClusterDraft } from "../cluster-draft.ts";
import type { KindReader } from "../kind-reader.ts";
import { refOf } from "../not-evaluated.ts";
import type { RawMapping, RawObject } from "../raw-object.ts";
import { emptyMapping, isList, isMapping } from "../raw-object.ts";
import { ciliumSettings } from "./cilium-settings.ts";
import type { FactSource } from "./facts-draft.ts";
import { kubeadmFacts, kubeProxyFacts } from "./cluster-configurations.ts";

/** ConfigMaps by name, and what they tell. */
const known: Readonly<Record<string, (data: RawMapping, source: FactSource, draft: ClusterDraft) => void>> = {
  "cilium-config": (data, source, draft) => ciliumSettings(data, source, draft, { at: (key) => ["data", key] }),
  "kube-flannel-cfg": flannelConfig,
  "canal-config": flannelConfig,
  "kube-proxy": (data, source, draft) =>
    kubeProxyFacts(embedded(data["config.conf"]), source, ["data", "config.conf"], draft),
  "kubeadm-config": (data, source, draft) =>
    kubeadmFacts(embedded(data["ClusterConfiguration"]), source, ["data", "ClusterConfiguration"], draft),
};

const worthReading =
  /\b(?:cilium-config|kube-flannel-cfg|canal-config|kube-proxy|kubeadm-config|cni-conf\.json|[\w-]+\.conflist|\d\d-[\w-]+\.conf)\b/;

/** Whether a text may be a ConfigMap that tells of the cluster: the others, which are most, are not parsed. */
export function mayTellOfCluster(text: string): boolean {
  return worthReading.test(text);
}

/** ConfigMaps of what runs the network of a cluster. */
export const configMapReader: KindReader = {
  kind: "ConfigMap",
  reads: (apiVersion) => apiVersion === "v1",
  read: readConfigMap,
};

function readConfigMap(object: RawObject, draft: ClusterDraft): void {
  const { data } = object.value;
  if (!isMapping(data)) return;
  const source = { object: refOf(object), origin: object.origin };
  const read = Object.hasOwn(known, source.object.name) ? known[source.object.name] : undefined;
  read?.(data, source, draft);
  for (const [key, text] of Object.entries(data))
    if (key === "cni-conf.json" || /\.conflist$|^\d\d-.*\.conf$/.test(key))
      cniConfiguration(embedded(text), source, key, draft);
}

/** A text in YAML or JSON within a ConfigMap; empty where it is none. */
function embedded(text: RawValue | undefined): RawMapping {
  if (typeof text !== "string") return emptyMapping;
  const { documents } = parseSource({ name: "", text }, { wants: () => true }, () => undefined);
  const value = documents[0]?.value;
  return isMapping(value) ? value : emptyMapping;
}

/** "Network: IPv4 network in CIDR format to use for the entire flannel network". */
function flannelConfig(data: RawMapping, source: FactSource, { facts }: ClusterDraft): void {
  const path = ["data", "net-conf.json"];
  const network = embedded(data["net-conf.json"]);
  if (network["EnableIPv4"] !== false) facts.addCidrs("pods", network["Network"], source, path);
  if (network["EnableIPv6"] === true) facts.addCidrs("pods", network["IPv6Network"], source, path);
}

/** Plugins of a CNI configuration that attach pods to a network and know nothing of policies. */
const attachOnly: Readonly<Record<string, string>> = { flannel: "flannel", bridge: "the bridge plugin" };

function cniConfiguration(configuration: RawMapping, source: FactSource, key: string, { facts }: ClusterDraft): void {
  const { plugins } = configuration;
  const types = (isList(plugins) ? plugins : [configuration]).flatMap((plugin) =>
    isMapping(plugin) && typeof plugin["type"] === "string" ? [plugin["type"]] : [],
  );
  const [first] = types;
  if (first === undefined) return;
  const name = Object.hasOwn(attachOnly, first) ? attachOnly[first] : undefined;
  const path = ["data", key];
  if (name !== undefined) facts.add({ type: "plugin", name, enforces: "no" }, source, path);
  else
    facts.add({ type: "plugin", name: `the plugin of type ${shortName(first)}`, enforces: "not proven" }, source, path);
}

function shortName(text: string): string {
  return text.replaceAll(/[^\w.-]/g, "_").slice(0, 50);
}
