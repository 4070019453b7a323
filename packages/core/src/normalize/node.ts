import type { ClusterDraft } from "./cluster-draft.ts";
import { forEachItem, mappingField, textField } from "./fields.ts";
import type { KindReader } from "./kind-reader.ts";
import { readMetadata } from "./metadata.ts";
import { notePlatforms, platformOf } from "./facts/platforms.ts";
import { ObjectCursor } from "./object-cursor.ts";
import type { RawObject } from "./raw-object.ts";
import { isList, isMapping } from "./raw-object.ts";

/** Nodes: cluster-wide policies may name them by their labels. */
export const nodeReader: KindReader = {
  kind: "Node",
  isClusterWide: true,
  reads: (apiVersion) => apiVersion === "v1",
  read: readNode,
};

const addressTypes: ReadonlySet<string> = new Set(["InternalIP", "ExternalIP"]);

function readNode(object: RawObject, draft: ClusterDraft): void {
  const at = new ObjectCursor(object, draft, false);
  const metadata = readMetadata(at, "subdomain");
  if (metadata === undefined || at.refused) return;
  const addresses: string[] = [];
  const status = mappingField(at, object.value, "status");
  if (status !== undefined) {
    at.enter("status");
    forEachItem(at, status, "addresses", (raw) => {
      const address = textField(at, raw, "address");
      if (address !== undefined && addressTypes.has(textField(at, raw, "type") ?? "")) addresses.push(address);
    });
    at.leave();
  }
  draft.putNode({ name: metadata.name, labels: metadata.labels, addresses });
  noteFacts(at, object, draft);
  notePlatforms(draft.facts, { object: at.ref, origin: object.origin }, ["metadata", "labels"], metadata.labels);
}

/** "PodCIDR represents the pod IP range assigned to the node"; "providerID: ID of the node assigned by the cloud provider". */
function noteFacts(at: ObjectCursor, { value, origin }: RawObject, { facts }: ClusterDraft): void {
  const { spec } = value;
  if (!isMapping(spec)) return;
  const source = { object: at.ref, origin };
  const { podCIDR, podCIDRs, providerID } = spec;
  if (!isList(podCIDRs)) facts.addCidrs("pods", podCIDR, source, ["spec", "podCIDR"]);
  else for (const [i, cidr] of podCIDRs.entries()) facts.addCidrs("pods", cidr, source, ["spec", "podCIDRs", i]);
  const platform = typeof providerID === "string" ? platformOf(providerID) : undefined;
  if (platform !== undefined) facts.add({ type: "platform", platform }, source, ["spec", "providerID"]);
}
