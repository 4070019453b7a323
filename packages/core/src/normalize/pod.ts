import type { RawValue } from "../parse/document.ts";
import type { ClusterDraft } from "./cluster-draft.ts";
import type { KindReader } from "./kind-reader.ts";
import { readNamespacedMetadata } from "./metadata.ts";
import { ObjectCursor } from "./object-cursor.ts";
import { ownerIn } from "./owner-reference.ts";
import type { PodDraft } from "./pod-owner.ts";
import { readPodSpec } from "./pod-template.ts";
import type { RawMapping, RawObject } from "./raw-object.ts";
import { emptyMapping, isList, isMapping } from "./raw-object.ts";

/** Pod of the core API. */
export const podReader: KindReader = { kind: "Pod", reads: (apiVersion) => apiVersion === "v1", read: readPod };

function readPod(object: RawObject, draft: ClusterDraft): void {
  const at = new ObjectCursor(object, draft, false);
  const metadata = readNamespacedMetadata(at, "subdomain", draft.defaultNamespace);
  if (metadata === undefined) return;
  const template = readPodSpec(at, object.value, metadata.labels, metadata.annotations);
  if (at.refused) return;
  const { name, namespace } = metadata;
  const status = isMapping(object.value["status"]) ? object.value["status"] : emptyMapping;
  const terminated = status["phase"] === "Succeeded" || status["phase"] === "Failed";
  const pod: PodDraft = {
    ref: at.ref,
    namespace,
    name,
    template,
    terminated,
    addresses: addressesIn(status, template.hostNetwork),
    owner: ownerIn(metadata.raw, at),
    origin: object.origin,
  };
  draft.putPod(pod);
}

const noAddresses: readonly string[] = [];

/** The pod's addresses; for a pod on its node's network all that is known of the node's. The status is the server's: oddities are passed over. */
function addressesIn(status: RawMapping, hostNetwork: boolean): readonly string[] {
  const podAddresses = addressList(status["podIPs"], status["podIP"]);
  if (!hostNetwork) return podAddresses;
  const nodeAddresses = addressList(status["hostIPs"], status["hostIP"]);
  return [...new Set([...podAddresses, ...nodeAddresses])];
}

function addressList(all: RawValue | undefined, first: RawValue | undefined): readonly string[] {
  const addresses: string[] = [];
  if (isList(all)) {
    for (const item of all) {
      const address = isMapping(item) ? item["ip"] : undefined;
      if (typeof address === "string" && address !== "") addresses.push(address);
    }
  }
  if (addresses.length > 0) return addresses;
  return typeof first === "string" && first !== "" ? [first] : noAddresses;
}
