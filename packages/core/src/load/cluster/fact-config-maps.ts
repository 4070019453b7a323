import { ciliumConfigKeys } from "../../read/cilium-config.ts";
import type { RawValue } from "../../parse/document.ts";
import type { ApiClient } from "./api-client.ts";
import { ApiFault, statusOf } from "./api-fault.ts";
import { bareMapping } from "./bare-mapping.ts";
import type { ClusterKind } from "./cluster-kinds.ts";
import { missingConfigMaps } from "./missing-list.ts";
import { datedMetadata } from "./object-shapes.ts";
import { fields, keys, type Projector } from "./projection.ts";
import { fieldsOf, textOf } from "./raw-fields.ts";
import { isOwnFailure, type KindRead } from "./read-kind.ts";

/** ConfigMaps of what runs the network of a cluster. Each is asked for by its name; no list of them is ever read. */
export const factConfigMaps: readonly string[] = [
  "cilium-config",
  "kube-proxy",
  "kube-flannel-cfg",
  "canal-config",
  "kubeadm-config",
];

/** Where they are. */
export const factNamespace = "kube-system";

/** Where flannel's own manifest puts its ConfigMap. Most clusters have no such namespace, so that a refusal says nothing. */
const flannelAlone = { namespace: "kube-flannel", name: "kube-flannel-cfg" };

/** What is read of their data: addresses, which plugin there is, and what it enforces. */
const wantedKeys: ReadonlySet<string> = new Set([
  ...ciliumConfigKeys,
  "config.conf",
  "net-conf.json",
  "cni-conf.json",
  "ClusterConfiguration",
]);

/** ConfigMaps as a kind that serves findings. */
export const configMapKind: ClusterKind = {
  group: "",
  version: "v1",
  kind: "ConfigMap",
  resource: "configmaps",
  namespaced: true,
  shape: fields({ metadata: datedMetadata, data: keys((key) => wantedKeys.has(key)) }),
  withoutIt: "the network plugin and the addresses of the cluster may be known in part only",
  presence: "facts",
};

const forbidden = Symbol("forbidden");

/** Reads those of the ConfigMaps that are there. Throws an `ApiFault` for what must not be passed over. */
export async function readConfigMaps(client: Pick<ApiClient, "get">, projector: Projector): Promise<KindRead> {
  const places = [...factConfigMaps.map((name) => ({ namespace: factNamespace, name })), flannelAlone];
  const read = await Promise.all(places.map((place) => readConfigMap(client, projector, place)));
  const objects = read.flatMap((object) => (object === undefined || object === forbidden ? [] : [object]));
  const refused = factConfigMaps.filter((_, i) => read[i] === forbidden);
  if (refused.length === 0) return { kind: configMapKind, objects };
  return { kind: configMapKind, objects, forbidden: missingConfigMaps(configMapKind, factNamespace, refused) };
}

/** Undefined where there is none: most clusters have few of them. */
async function readConfigMap(
  client: Pick<ApiClient, "get">,
  projector: Projector,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<RawValue | typeof forbidden | undefined> {
  try {
    const found = await client.get(`/api/v1/namespaces/${namespace}/configmaps/${name}`);
    if (textOf(fieldsOf(found["metadata"])["name"]) !== name) return undefined;
    const value = bareMapping();
    value["apiVersion"] = "v1";
    value["kind"] = configMapKind.kind;
    return Object.assign(value, projector.project(found, configMapKind.shape));
  } catch (error) {
    if (statusOf(error) === 403) return forbidden;
    if (!(error instanceof ApiFault) || !isOwnFailure(error)) throw error;
    return undefined;
  }
}
