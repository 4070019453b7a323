import type { Namespace } from "../model/cluster.ts";
import type { Labels } from "../model/selector.ts";
import type { ClusterDraft } from "./cluster-draft.ts";
import type { KindReader } from "./kind-reader.ts";
import { readMetadata } from "./metadata.ts";
import { ObjectCursor } from "./object-cursor.ts";
import { quote } from "./quote.ts";
import type { RawObject } from "./raw-object.ts";
import { newStringMap, noLabels } from "./string-map.ts";

const nameLabel = "kubernetes.io/metadata.name";

/** Namespace of the core API. */
export const namespaceReader: KindReader = {
  kind: "Namespace",
  reads: (apiVersion) => apiVersion === "v1",
  read: readNamespace,
};

function readNamespace(object: RawObject, draft: ClusterDraft): void {
  const at = new ObjectCursor(object, draft, false);
  const metadata = readMetadata(at, "label");
  if (metadata === undefined || at.refused) return;
  const { name, labels, annotations } = metadata;
  const written = labels[nameLabel];
  if (written !== undefined && written !== name) {
    at.warn(
      "suspicious-value",
      ["metadata", "labels", nameLabel],
      `the API server sets this label to ${quote(name)}: remove it`,
    );
  }
  draft.putNamespace({ name, declared: true, labels: withName(labels, name), annotations, origin: object.origin });
}

/** A namespace that the input only mentions. */
export function impliedNamespace(name: string): Namespace {
  return { name, declared: false, labels: withName(noLabels, name), annotations: noLabels };
}

/** "The Kubernetes control plane sets an immutable label kubernetes.io/metadata.name on all namespaces. The value of the label is the namespace name." */
function withName(labels: Labels, name: string): Labels {
  if (labels[nameLabel] === name) return labels;
  return Object.assign(newStringMap(), labels, { [nameLabel]: name });
}
