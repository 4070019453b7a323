import { pushAll } from "../../lib/push-all.ts";
import { parseAddress } from "../../sets/address.ts";
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
import { quote } from "../quote.ts";
import type { RawMapping, RawObject } from "../raw-object.ts";
import { emptyMapping, isMapping } from "../raw-object.ts";
import { readOrder } from "./calico-policy.ts";
import { isCalico } from "../../semantics/calico/calico-group.ts";

const namespaceLabel = "projectcalico.org/namespace";

/** The objects that policies of Calico speak of. */
export const calicoObjectReaders: readonly KindReader[] = [
  { kind: "Tier", isClusterWide: true, reads: isCalico, read: readTier },
  { kind: "NetworkSet", reads: isCalico, read: readNetworkSet },
  { kind: "GlobalNetworkSet", reads: isCalico, read: readNetworkSet },
  { kind: "HostEndpoint", isClusterWide: true, reads: isCalico, read: readHostEndpoint },
  { kind: "ServiceAccount", reads: (apiVersion) => apiVersion === "v1", read: readServiceAccount },
  { kind: "EndpointSlice", reads: (apiVersion) => apiVersion === "discovery.k8s.io/v1", read: readEndpointSlice },
];

function readTier(object: RawObject, draft: ClusterDraft): void {
  const at = calicoCursor(object, draft);
  const metadata = readMetadata(at, "calico-tier");
  if (metadata === undefined) return;
  const { name } = metadata;
  const spec = mappingField(at, object.value, "spec") ?? emptyMapping;
  at.enter("spec");
  const order = readOrder(at, spec);
  const action = textField(at, spec, "defaultAction");
  if (action !== undefined && action !== "Pass" && action !== "Deny")
    at.refuse("wrong-type", ["defaultAction"], `defaultAction ${quote(action)} is none: write Pass or Deny`);
  checkBuiltIn(at, name, order, action);
  at.leave();
  if (!at.refused) draft.calico.tiers.set(name, { name, order, passes: action === "Pass" });
}

/** The tiers that Calico makes itself are always what they are. */
const builtIn: Readonly<Record<string, readonly [order: number, defaultAction: string]>> = {
  default: [1_000_000, "Deny"],
  "kube-admin": [1000, "Pass"],
  "kube-baseline": [10_000_000, "Pass"],
};

function checkBuiltIn(at: ObjectCursor, name: string, order: number, action: string | undefined): void {
  const fixed = Object.hasOwn(builtIn, name) ? builtIn[name] : undefined;
  if (fixed === undefined) return;
  const [fixedOrder, fixedAction] = fixed;
  if (order !== Number.POSITIVE_INFINITY && order !== fixedOrder)
    at.refuse("wrong-type", ["order"], `the tier ${name} has the order ${fixedOrder}, which cannot be changed`);
  if (action !== undefined && action !== fixedAction)
    at.refuse(
      "wrong-type",
      ["defaultAction"],
      `the tier ${name} has the default action ${fixedAction}, which cannot be changed`,
    );
}

/** NetworkSet and GlobalNetworkSet: addresses with labels. */
function readNetworkSet(object: RawObject, draft: ClusterDraft): void {
  const at = calicoCursor(object, draft);
  const namespaced =
    object.kind === "NetworkSet" ? readNamespacedMetadata(at, "calico", draft.defaultNamespace) : undefined;
  const metadata = namespaced ?? readMetadata(at, "calico");
  if (metadata === undefined) return;
  if (Object.hasOwn(metadata.labels, namespaceLabel))
    at.refuse(
      "invalid-name",
      ["metadata", "labels", namespaceLabel],
      `Calico itself sets ${namespaceLabel}: leave it out`,
    );
  if (at.refused) return;
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
  if (metadata === undefined) return;
  const spec = mappingField(at, object.value, "spec") ?? emptyMapping;
  at.enter("spec");
  if ((textField(at, spec, "node") ?? "") === "")
    at.refuse("missing-field", ["node"], "a HostEndpoint needs spec.node");
  const nets = readExpectedIps(at, spec);
  const profiles = textListField(at, spec, "profiles");
  forEachItem(at, spec, "ports", () => undefined);
  at.leave();
  if (at.refused) return;
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

/** "Interfaces and addresses identify the endpoint": without them it is refused. */
function readExpectedIps(at: ObjectCursor, spec: RawMapping): readonly string[] {
  const texts = textListField(at, spec, "expectedIPs");
  for (const [index, text] of texts.entries())
    if (parseAddress(text) === undefined)
      at.refuse("wrong-type", ["expectedIPs", index], `${quote(text)} is no address`);
  if (texts.length === 0 && (textField(at, spec, "interfaceName") ?? "") === "")
    at.refuse("missing-field", [], "a HostEndpoint needs interfaceName or expectedIPs");
  return texts;
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
