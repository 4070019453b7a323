import type { NotEvaluatedObject } from "../../model/cluster.ts";
import type { ClusterDraft } from "../cluster-draft.ts";
import { booleanField, listField, mappingField, textField, textListField, wrongType } from "../fields.ts";
import { calicoCrdV1, isCalico } from "../../semantics/calico/calico-group.ts";
import type { KindReader } from "../kind-reader.ts";
import { type Metadata, readMetadata, readNamespacedMetadata } from "../metadata.ts";
import { isDnsSubdomain } from "../../semantics/names.ts";
import { ObjectCursor } from "../object-cursor.ts";
import { quote } from "../quote.ts";
import type { RawMapping, RawObject } from "../raw-object.ts";
import { emptyMapping } from "../raw-object.ts";
import { checkFields } from "../unknown-fields.ts";
import type { CalicoPolicyDraft } from "./calico-draft.ts";
import { readCalicoRules } from "./calico-rule.ts";
import { readCalicoSelector } from "./entity-rule.ts";

const specFields = "order tier ingress egress selector types serviceAccountSelector performanceHints";
const globalFields = "namespaceSelector doNotTrack preDNAT applyOnForward";
const fieldsOf = {
  namespaced: new Set(specFields.split(" ")),
  global: new Set([...specFields.split(" "), ...globalFields.split(" ")]),
};

/** NetworkPolicy and GlobalNetworkPolicy of Calico. */
export const calicoPolicyReaders: readonly KindReader[] = (["NetworkPolicy", "GlobalNetworkPolicy"] as const).map(
  (kind) => ({ kind, reads: isCalico, read: (object, draft) => readCalicoPolicy(kind, object, draft) }),
);

function readCalicoPolicy(kind: "NetworkPolicy" | "GlobalNetworkPolicy", object: RawObject, draft: ClusterDraft): void {
  const at = new ObjectCursor(object, draft, true);
  draft.calico.isInUse = true;
  const namespaced =
    kind === "NetworkPolicy" ? readNamespacedMetadata(at, "calico-policy", draft.defaultNamespace) : undefined;
  const metadata = kind === "NetworkPolicy" ? namespaced : readMetadata(at, "calico-policy");
  if (metadata === undefined) {
    if (!at.live) draft.refuse({ ref: at.ref, reasons: at.reasons, origin: object.origin });
    return;
  }
  const spec = mappingField(at, object.value, "spec") ?? emptyMapping;
  at.enter("spec");
  const policy = readCalicoSpec(at, spec, metadata, namespaced?.namespace, draft.nextIndex());
  at.leave();
  if (at.refused) return draft.refuse({ ref: at.ref, reasons: at.reasons, origin: object.origin });
  const key = policyKey(policy);
  draft.notePolicy(draft.calico.policies.get(key), policy);
  draft.calico.policies.set(key, policy);
  if (policy.applyOnForward === true) draft.putNotEvaluated(onForward(policy));
}

/** "applyOnForward: the rules apply to forwarded traffic, too", on its way through a host endpoint to or from a pod: the pod's own policies are asked all the same. */
function onForward({ ref, origin, onlyHosts }: CalicoPolicyDraft): NotEvaluatedObject {
  const what = onlyHosts === undefined ? "applyOnForward" : `${onlyHosts}: it selects host endpoints only`;
  const reason = `what it denies at host endpoints of traffic from and to pods is not evaluated (${what})`;
  return { ref, origin, reason, mayChange: {} };
}

/** An object that is served in both groups is one; in one of them its name may have its tier before it. */
export function policyKey({ ref, namespace = "", name, tier }: CalicoPolicyDraft): string {
  const own = name.startsWith(`${tier}.`) ? name.slice(tier.length + 1) : name;
  return `${ref.kind}/${namespace}/${tier}/${own}`;
}

/** The spec of a policy of Calico. */
export function readCalicoSpec(
  at: ObjectCursor,
  spec: RawMapping,
  metadata: Metadata,
  namespace: string | undefined,
  index: number,
): CalicoPolicyDraft {
  const isGlobal = namespace === undefined;
  checkFields(at, spec, { known: fieldsOf[isGlobal ? "global" : "namespaced"] });
  const rules = { ingress: readCalicoRules(at, spec, "ingress"), egress: readCalicoRules(at, spec, "egress") };
  const policyTypes = readTypes(at, spec);
  const selectors = {
    selector: readCalicoSelector(at, spec, "selector"),
    namespaceSelector: isGlobal ? readCalicoSelector(at, spec, "namespaceSelector") : undefined,
    serviceAccountSelector: readCalicoSelector(at, spec, "serviceAccountSelector"),
  };
  const ofHosts = isGlobal ? readHostFields(at, spec, policyTypes) : {};
  checkHints(at, spec);
  const { selector, namespaceSelector, serviceAccountSelector } = selectors;
  const creationTimestamp = metadata.raw["creationTimestamp"];
  return {
    ref: at.ref,
    name: metadata.name,
    ...(namespace === undefined ? {} : { namespace }),
    tier: readTierName(at, spec),
    order: readOrder(at, spec),
    ...(selector === undefined ? {} : { selector }),
    ...(namespaceSelector === undefined ? {} : { namespaceSelector }),
    ...(serviceAccountSelector === undefined ? {} : { serviceAccountSelector }),
    ...effectiveTypes(at.object.apiVersion, policyTypes, rules),
    ...(policyTypes.length === 0 ? {} : { policyTypes }),
    rules,
    ...ofHosts,
    annotations: metadata.annotations,
    labels: metadata.labels,
    ...(typeof creationTimestamp === "string" ? { creationTimestamp } : {}),
    origin: at.object.origin,
    index,
  };
}

/** "Policies with lower order are applied first. If the order is omitted, it may be considered to be infinite." */
export function readOrder(at: ObjectCursor, spec: RawMapping): number {
  const order = spec["order"];
  if (typeof order === "number" && !Number.isNaN(order)) return order;
  if (order !== undefined && order !== null) wrongType(at, ["order"], "a number", order);
  return Number.POSITIVE_INFINITY;
}

function readTierName(at: ObjectCursor, spec: RawMapping): string {
  const tier = textField(at, spec, "tier") || "default";
  if (!isDnsSubdomain(tier))
    at.refuse(
      "invalid-policy",
      ["tier"],
      `${quote(tier)} cannot be the name of a tier: write lower case letters, digits and '-'`,
    );
  return tier;
}

const onlyHint = "AssumeNeededOnEveryNode";

function checkHints(at: ObjectCursor, spec: RawMapping): void {
  for (const [index, hint] of textListField(at, spec, "performanceHints").entries())
    if (hint !== onlyHint)
      at.refuse(
        "invalid-policy",
        ["performanceHints", index],
        `performanceHints has ${quote(hint)}: write ${onlyHint}`,
      );
}

const typeNames: ReadonlySet<string> = new Set(["Ingress", "Egress"]);

function readTypes(at: ObjectCursor, spec: RawMapping): readonly string[] {
  const types = textListField(at, spec, "types");
  for (const [index, type] of types.entries()) {
    if (!typeNames.has(type))
      at.refuse("invalid-policy", ["types", index], `types has ${quote(type)}: write Ingress or Egress`);
    else if (types.indexOf(type) !== index) at.refuse("invalid-policy", ["types", index], `types has ${type} twice`);
  }
  return types;
}

/**
 * "If types is not given: Ingress if there are no egress rules (also when there are no rules at all), Egress if there are
 * egress rules and no ingress rules, both if there are both." The API server of v3 writes that down; what is stored
 * directly in crd.projectcalico.org stays without types, and then both are meant.
 */
function effectiveTypes(
  apiVersion: string,
  types: readonly string[],
  rules: CalicoPolicyDraft["rules"],
): Pick<CalicoPolicyDraft, "types" | "defaultedTypes"> {
  if (types.length > 0) return { types: { ingress: types.includes("Ingress"), egress: types.includes("Egress") } };
  const egress = rules.egress.length > 0;
  const defaulted = { ingress: rules.ingress.length > 0 || !egress, egress };
  if (apiVersion !== calicoCrdV1) return { types: defaulted };
  const isSame = defaulted.ingress && defaulted.egress;
  return { types: { ingress: true, egress: true }, ...(isSame ? {} : { defaultedTypes: defaulted }) };
}

/** "doNotTrack and preDNAT apply to host endpoints only, need applyOnForward, and exclude each other; preDNAT has no egress." */
function readHostFields(
  at: ObjectCursor,
  spec: RawMapping,
  types: readonly string[],
): Pick<CalicoPolicyDraft, "onlyHosts" | "applyOnForward"> {
  const [doNotTrack, preDNAT, applyOnForward] = ["doNotTrack", "preDNAT", "applyOnForward"].map((field) =>
    booleanField(at, spec, field),
  );
  if (doNotTrack === true && preDNAT === true)
    at.refuse("invalid-policy", ["preDNAT"], "doNotTrack and preDNAT exclude each other");
  if ((doNotTrack === true || preDNAT === true) && applyOnForward !== true)
    at.refuse("invalid-policy", ["applyOnForward"], "doNotTrack and preDNAT need applyOnForward: true");
  if (preDNAT === true && (types.includes("Egress") || listField(at, spec, "egress").length > 0))
    at.refuse("invalid-policy", ["preDNAT"], "preDNAT is about ingress only: leave out egress");
  const onlyHosts = doNotTrack === true ? "doNotTrack" : preDNAT === true ? "preDNAT" : undefined;
  return {
    ...(onlyHosts === undefined ? {} : { onlyHosts }),
    ...(applyOnForward === true ? { applyOnForward } : {}),
  };
}
