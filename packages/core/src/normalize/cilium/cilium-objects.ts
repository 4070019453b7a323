import { parseCidr } from "../../sets/address-set.ts";
import { unionAll } from "../../sets/interval-set.ts";
import type { ClusterDraft } from "../cluster-draft.ts";
import { forEachItem, mappingField, textField, textListField } from "../fields.ts";
import { readMetadata } from "../metadata.ts";
import { ObjectCursor } from "../object-cursor.ts";
import { type RawObject, emptyMapping } from "../raw-object.ts";

/** Reads a CiliumNode: the addresses and labels of a node. */
export function readNode(object: RawObject, draft: ClusterDraft): void {
  const at = new ObjectCursor(object, draft, false);
  const metadata = readMetadata(at, "subdomain");
  if (metadata === undefined || at.refused) return;
  const addresses: string[] = [];
  const spec = mappingField(at, object.value, "spec") ?? emptyMapping;
  at.enter("spec");
  forEachItem(at, spec, "addresses", (raw) => {
    const ip = textField(at, raw, "ip");
    if (ip !== undefined && (raw["type"] === "InternalIP" || raw["type"] === "ExternalIP")) addresses.push(ip);
  });
  at.leave();
  draft.cilium.nodes.set(metadata.name, { name: metadata.name, labels: metadata.labels, addresses });
}

/** Reads a CiliumCIDRGroup. */
export function readGroup(object: RawObject, draft: ClusterDraft): void {
  const at = new ObjectCursor(object, draft, false);
  const metadata = readMetadata(at, "subdomain");
  if (metadata === undefined || at.refused) return;
  const spec = mappingField(at, object.value, "spec") ?? emptyMapping;
  at.enter("spec");
  const blocks = textListField(at, spec, "externalCIDRs").flatMap((text) => {
    const parsed = parseCidr(text.includes("/") ? text : `${text}/${text.includes(":") ? 128 : 32}`);
    return parsed === undefined || parsed.mapped ? [] : [parsed.addresses];
  });
  at.leave();
  draft.cilium.groups.set(metadata.name, { name: metadata.name, labels: metadata.labels, addresses: unionAll(blocks) });
}
