import type { Direction, Policy } from "../model/policy.ts";
import type { Selector } from "../model/selector.ts";
import { networkPolicyTier } from "../semantics/tiers.ts";
import type { ClusterDraft } from "./cluster-draft.ts";
import { mappingField, textListField } from "./fields.ts";
import type { KindReader } from "./kind-reader.ts";
import type { NamespacedMetadata } from "./metadata.ts";
import { readNamespacedMetadata } from "./metadata.ts";
import { nearestName } from "./nearest-name.ts";
import { readRules } from "./network-policy-rules.ts";
import { ObjectCursor } from "./object-cursor.ts";
import { quote } from "./quote.ts";
import type { RawValue } from "../parse/document.ts";
import type { RawMapping, RawObject } from "./raw-object.ts";
import { emptyMapping, groupOf, isList } from "./raw-object.ts";
import { readSelector } from "./selector.ts";
import { noLabels } from "./string-map.ts";
import type { FieldSet } from "./unknown-fields.ts";
import { checkFields } from "./unknown-fields.ts";

const objectFields: FieldSet = {
  known: new Set(["apiVersion", "kind", "metadata", "spec", "status"]),
  consequence: (map) =>
    map["spec"] == null ? "Without spec the policy denies all ingress to every pod of its namespace." : undefined,
};
const metadataFields: FieldSet = {
  known: new Set(
    (
      "name generateName namespace labels annotations ownerReferences finalizers managedFields uid resourceVersion generation " +
      "creationTimestamp deletionTimestamp deletionGracePeriodSeconds selfLink clusterName initializers"
    ).split(" "),
  ),
};
const specFields: FieldSet = {
  known: new Set(["podSelector", "policyTypes", "ingress", "egress"]),
  // "An empty podSelector matches all pods in this namespace"; the field is optional.
  consequence: (map) =>
    map["podSelector"] == null
      ? "Without podSelector the policy selects every pod of its namespace."
      : isIngressOnly(map)
        ? "Without it and policyTypes the policy denies all ingress to the pods that it selects."
        : undefined,
  meantBy: directionOf,
};

/** Whether a spec says nothing of any direction, so that the defaults isolate ingress. */
function isIngressOnly(map: RawMapping): boolean {
  return ["ingress", "egress", "policyTypes"].every((key) => map[key] == null);
}

/** The direction that a list of rules speaks of: those of ingress have `from`, those of egress `to`. */
function directionOf(value: RawValue | undefined): string | undefined {
  if (!isList(value)) return undefined;
  const has = (key: string): boolean =>
    value.some((rule) => typeof rule === "object" && rule !== null && !Array.isArray(rule) && Object.hasOwn(rule, key));
  const [from, to] = [has("from"), has("to")];
  return from === to ? undefined : from ? "ingress" : "egress";
}
const policyTypeNames = ["Ingress", "Egress"];

/** NetworkPolicy of `networking.k8s.io/v1`, and of `extensions/v1beta1`, which had the same fields. */
export const networkPolicyReader: KindReader = {
  kind: "NetworkPolicy",
  // Any other version of these groups, or a group of no domain, is a mistake that must not pass in silence.
  reads: (apiVersion) => {
    const group = groupOf(apiVersion);
    return group === "networking.k8s.io" || !group.includes(".");
  },
  read: readNetworkPolicy,
};

function readNetworkPolicy(object: RawObject, draft: ClusterDraft): void {
  const at = new ObjectCursor(object, draft, true);
  const metadata = readNamespacedMetadata(at, "subdomain", draft.defaultNamespace);
  if (metadata === undefined) {
    if (!at.live) draft.refuse({ ref: at.ref, reasons: at.reasons, origin: object.origin });
    return;
  }
  checkVersion(at);
  checkFields(at, object.value, objectFields);
  at.enter("metadata");
  checkFields(at, metadata.raw, metadataFields);
  at.leave();
  const spec = mappingField(at, object.value, "spec") ?? emptyMapping;
  at.enter("spec");
  const policy = readNetworkPolicySpec(at, spec, metadata, draft);
  at.leave();
  if (at.refused) refusePolicy(at, policy, draft);
  else draft.putPolicy(policy);
}

function refusePolicy(at: ObjectCursor, policy: Policy, draft: ClusterDraft): void {
  const { ref, namespace, origin, subject } = policy;
  draft.refuse({
    ref,
    reasons: at.reasons,
    ...(namespace === undefined ? {} : { namespace }),
    ...(subjectWasRead(at) ? { podSelector: subject.podSelector } : {}),
    origin,
  });
}

/** Whether nothing was wrong with the subject itself, so that it can be said whom the refused policy leaves open. */
function subjectWasRead(at: ObjectCursor): boolean {
  return !at.reasons.some((reason) => reason.startsWith("spec.podSelector") || reason.startsWith("spec: "));
}

function checkVersion(at: ObjectCursor): void {
  const { apiVersion } = at.object;
  if (apiVersion === "networking.k8s.io/v1") return;
  if (apiVersion === "extensions/v1beta1") {
    at.warn(
      "suspicious-value",
      ["apiVersion"],
      "extensions/v1beta1 is deprecated and was removed in Kubernetes 1.16: write networking.k8s.io/v1",
    );
  } else {
    at.refuse(
      "invalid-policy",
      ["apiVersion"],
      `there is no NetworkPolicy in ${quote(apiVersion)}: write networking.k8s.io/v1`,
    );
  }
}

/** What a spec says of whom, the same for all policies that have it. */
export type NetworkPolicySpec = Pick<Policy, "subject" | "applies" | "isolates" | "rules" | "policyTypes">;

/** The spec of a NetworkPolicy of Kubernetes. One that was read without a complaint is not read again: policies share it. */
export function readNetworkPolicySpec(
  at: ObjectCursor,
  spec: RawMapping,
  metadata: NamespacedMetadata,
  draft: Pick<ClusterDraft, "nextIndex">,
): Policy {
  const said = at.read.specs.of(at, spec, () => readSpec(at, spec));
  const { subject, applies, isolates, rules, policyTypes } = said;
  const creationTimestamp = metadata.raw["creationTimestamp"];
  return {
    ref: at.ref,
    name: metadata.name,
    namespace: metadata.namespace,
    tier: networkPolicyTier,
    priority: 0,
    subject,
    applies,
    isolates,
    rules,
    annotations: metadata.annotations,
    origin: at.object.origin,
    index: draft.nextIndex(),
    // Also where there are none: what is asked of policies is compiled for one form of them.
    labels: metadata.labels === noLabels ? undefined : metadata.labels,
    policyTypes,
    creationTimestamp: typeof creationTimestamp === "string" ? creationTimestamp : undefined,
  };
}

function readSpec(at: ObjectCursor, spec: RawMapping): NetworkPolicySpec {
  checkFields(at, spec, specFields);
  const podSelector: Selector = readSelector(at, spec, "podSelector") ?? { requirements: [] };
  const rules = { ingress: readRules(at, spec, "ingress"), egress: readRules(at, spec, "egress") };
  const policyTypes = readPolicyTypes(at, spec);
  const types = effectivePolicyTypes(policyTypes, spec);
  return {
    subject: { podSelector },
    applies: types,
    isolates: types,
    rules,
    ...(policyTypes.length > 0 ? { policyTypes } : undefined),
  };
}

/**
 * "If this field is not specified, it will default based on the existence of ingress or egress rules; policies that contain an
 * egress section are assumed to affect egress, and all policies (whether or not they contain an ingress section) are assumed to
 * affect ingress." SetDefaults_NetworkPolicy asks `len(egress) > 0`, so an empty list is no egress section.
 */
function effectivePolicyTypes(policyTypes: readonly string[], spec: RawMapping): Readonly<Record<Direction, boolean>> {
  if (policyTypes.length > 0)
    return { ingress: policyTypes.includes("Ingress"), egress: policyTypes.includes("Egress") };
  const egress = spec["egress"];
  return { ingress: true, egress: isList(egress) && egress.length > 0 };
}

function readPolicyTypes(at: ObjectCursor, spec: RawMapping): readonly string[] {
  const types = textListField(at, spec, "policyTypes");
  if (types.length > policyTypeNames.length) {
    at.refuse(
      "invalid-policy",
      ["policyTypes"],
      `policyTypes has ${types.length} entries: write at most two, Ingress and Egress`,
    );
    return types;
  }
  for (const [index, type] of types.entries()) {
    if (policyTypeNames.includes(type)) continue;
    const advice = nearestName(type, policyTypeNames) ?? "Ingress or Egress";
    at.refuse("invalid-policy", ["policyTypes", index], `policyTypes has ${quote(type)}: write ${advice}`);
  }
  return types;
}
