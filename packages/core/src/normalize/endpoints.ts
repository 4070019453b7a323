import type { Service, ServiceEndpoints } from "../model/cluster.ts";
import type { SliceDraft } from "./calico/calico-draft.ts";
import type { ClusterDraft } from "./cluster-draft.ts";
import { forEachItem, textField } from "./fields.ts";
import type { KindReader } from "./kind-reader.ts";
import { readNamespacedMetadata } from "./metadata.ts";
import { ObjectCursor } from "./object-cursor.ts";
import type { RawObject } from "./raw-object.ts";

/** Endpoints, which have the name of their Service: the older form of EndpointSlices. */
export const endpointsReader: KindReader = {
  kind: "Endpoints",
  reads: (apiVersion) => apiVersion === "v1",
  read: readEndpoints,
};

function readEndpoints(object: RawObject, draft: ClusterDraft): void {
  const at = new ObjectCursor(object, draft, false);
  const metadata = readNamespacedMetadata(at, "subdomain", draft.defaultNamespace);
  if (metadata === undefined || at.refused) return;
  const { namespace, name: service } = metadata;
  at.tolerant = true;
  forEachItem(at, object.value, "subsets", (subset) => {
    const addresses: string[] = [];
    const ports: SliceDraft["ports"][number][] = [];
    for (const field of ["addresses", "notReadyAddresses"])
      forEachItem(at, subset, field, (raw) => {
        const ip = textField(at, raw, "ip");
        if (ip !== undefined) addresses.push(ip);
      });
    forEachItem(at, subset, "ports", ({ name, port, protocol = "TCP" }) => {
      const isKnown = protocol === "TCP" || protocol === "UDP" || protocol === "SCTP";
      const named = typeof name === "string" && name !== "" ? { name } : {};
      if (typeof port === "number" && isKnown) ports.push({ ...named, protocol, port });
    });
    draft.endpoints.push({ namespace, service, addresses, ports });
  });
}

/** Services without a selector with what their endpoints say: EndpointSlices where there are any, else Endpoints. */
export function withEndpoints(
  services: readonly Service[],
  { slices, endpoints }: { readonly slices: readonly SliceDraft[]; readonly endpoints: readonly SliceDraft[] },
): readonly Service[] {
  if (slices.length + endpoints.length === 0) return services;
  return services.map((service) => {
    if (service.selector !== undefined || service.type === "ExternalName") return service;
    const isOf = (slice: SliceDraft): boolean =>
      slice.namespace === service.namespace && slice.service === service.name;
    const own = slices.some(isOf) ? slices.filter(isOf) : endpoints.filter(isOf);
    if (own.length === 0) return service;
    return { ...service, endpoints: own.map(({ addresses, ports }): ServiceEndpoints => ({ addresses, ports })) };
  });
}
