import { pushAll } from "../../lib/push-all.ts";
import { singleAddresses } from "../../sets/address-set.ts";
import { unionAll } from "../../sets/interval-set.ts";
import type { ClusterDraft } from "../cluster-draft.ts";
import { forEachItem, listField, mappingField, textField, textListField } from "../fields.ts";
import { readCidr } from "../ip-block.ts";
import { isApiServerService } from "../facts/api-server.ts";
import { notePlatforms } from "../facts/platforms.ts";
import type { KindReader } from "../kind-reader.ts";
import { readMetadata, readNamespacedMetadata } from "../metadata.ts";
import { ObjectCursor } from "../object-cursor.ts";
import type { RawObject } from "../raw-object.ts";
import { emptyMapping, isMapping } from "../raw-object.ts";
import { readOrder } from "./calico-policy.ts";
import { isCalico } from "../../semantics/calico/calico-group.ts";

/** The objects that policies of Calico speak of. */
export const calicoObjectReaders: readonly KindReader[] = [
  { kind: "Tier", reads: isCalico, read: readTier },
  { kind: "NetworkSet", reads: isCalico, read: readNetworkSet },
  { kind: "GlobalNetworkSet", reads: isCalico, read: readNetworkSet },
  { kind: "HostEndpoint", reads: isCalico, read: readHostEndpoint },
  { kind: "ServiceAccount", reads: (apiVersion) => apiVersion === "v1", read: readServiceAccount },
  { kind: "EndpointSlice", reads: (apiVersion) => apiVersion === "discovery.k8s.io/v1", read: readEndpointSlice },
];

function readTier(object: RawObject, draft: ClusterDraft): void {
  const at = calicoCursor(object, draft);
  const metadata = readMetadata(at, "calico");
  if (metadata === undefined || at.refused) return;
  const spec = mappingField(at, object.value, "spec") ?? emptyMapping;
  at.enter("spec");
  const { name } = metadata;
  draft.calico.tiers.set(name, {
    name,
    order: readOrder(at, spec),
    passes: textField(at, spec, "defaultAction") === "Pass",
  });
  at.leave();
}

/** NetworkSet and GlobalNetworkSet: addresses with labels. */
function readNetworkSet(object: RawObject, draft: ClusterDraft): void {
  const at = calicoCursor(object, draft);
  const namespaced =
    object.kind === "NetworkSet" ? readNamespacedMetadata(at, "calico", draft.defaultNamespace) : undefined;
  const metadata = namespaced ?? readMetadata(at, "calico");
  if (metadata === undefined || at.refused) return;
  const spec = mappingField(at, object.value, "spec") ?? emptyMapping;
  at.enter("spec");
  const nets = textListField(at, spec, "nets");
  const domains = textListField(at, spec, "allowedEgressDomains");
  const blocks = nets.flatMap((text, index) => {
    const block = readCidr(at, ["nets", index], text.includes("/") ? text : `${text}/${text.includes(":") ? 128 : 32}`);
    return block === undefined || block.mapped ? [] : [block.addresses];
  });
  at.leave();
  const namespace = namespaced?.namespace;
  draft.calico.groups.set(`${object.kind}/${namespace ?? ""}/${metadata.name}`, {
    ref: at.ref,
    origin: object.origin,
    ...(namespace === undefined ? {} : { namespace }),
    labels: metadata.labels,
    nets,
    ...(domains.length === 0 ? {} : { domains }),
    addresses: unionAll(blocks),
  });
}

/** "expectedIPs: the IP addresses that are expected on the interface": what selectors find the host by. */
function readHostEndpoint(object: RawObject, draft: ClusterDraft): void {
  const at = calicoCursor(object, draft);
  const metadata = readMetadata(at, "calico");
  if (metadata === undefined || at.refused) return;
  const spec = mappingField(at, object.value, "spec") ?? emptyMapping;
  at.enter("spec");
  const nets = textListField(at, spec, "expectedIPs");
  const profiles = textListField(at, spec, "profiles");
  at.leave();
  const { ref } = at;
  const { labels } = metadata;
  draft.calico.groups.set(`HostEndpoint//${metadata.name}`, {
    ref,
    labels,
    nets,
    addresses: singleAddresses(nets),
    origin: object.origin,
    ...(profiles.length === 0 ? {} : { profiles }),
  });
}

/** A cursor over an object of Calico, which is then in use. */
export function calicoCursor(object: RawObject, draft: ClusterDraft): ObjectCursor {
  draft.calico.isInUse = true;
  return new ObjectCursor(object, draft, false);
}

function readServiceAccount(object: RawObject, draft: ClusterDraft): void {
  const at = new ObjectCursor(object, draft, false);
  const metadata = readNamespacedMetadata(at, "calico", draft.defaultNamespace);
  if (metadata !== undefined && !at.refused)
    draft.calico.serviceAccounts.set(`${metadata.namespace}/${metadata.name}`, metadata.labels);
  if (metadata === undefined) return;
  const source = { object: at.ref, origin: object.origin };
  notePlatforms(draft.facts, source, ["metadata", "annotations"], metadata.annotations);
  if (object.value["automountServiceAccountToken"] === false)
    draft.facts.accountsWithoutToken.add(`${metadata.namespace}/${metadata.name}`);
}

function readEndpointSlice(object: RawObject, draft: ClusterDraft): void {
  const at = new ObjectCursor(object, draft, false);
  const metadata = readNamespacedMetadata(at, "calico", draft.defaultNamespace);
  const service = metadata?.labels["kubernetes.io/service-name"];
  if (metadata === undefined || service === undefined || at.refused) return;
  const addresses: string[] = [];
  forEachItem(at, object.value, "endpoints", (raw) => pushAll(addresses, textListField(at, raw, "addresses")));
  const ports = listField(at, object.value, "ports").flatMap((item) => {
    if (!isMapping(item)) return [];
    const { port, protocol = "TCP", name } = item;
    const isKnown = protocol === "TCP" || protocol === "UDP" || protocol === "SCTP";
    const named = typeof name === "string" && name !== "" ? { name } : {};
    return typeof port === "number" && isKnown ? [{ ...named, port, protocol } as const] : [];
  });
  if (isApiServerService(metadata.namespace, service))
    for (const address of addresses)
      for (const { port } of ports)
        draft.facts.add({ type: "api-server", address, port }, { object: at.ref, origin: object.origin }, [
          "endpoints",
        ]);
  draft.calico.slices.push({ namespace: metadata.namespace, service, addresses, ports });
}
