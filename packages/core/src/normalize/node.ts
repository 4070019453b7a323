import type { ClusterDraft } from "./cluster-draft.ts";
import { forEachItem, mappingField, textField } from "./fields.ts";
import type { KindReader } from "./kind-reader.ts";
import { readMetadata } from "./metadata.ts";
import { ObjectCursor } from "./object-cursor.ts";
import type { RawObject } from "./raw-object.ts";

/** Nodes: cluster-wide policies may name them by their labels. */
export const nodeReader: KindReader = {
  kind: "Node",
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
}
