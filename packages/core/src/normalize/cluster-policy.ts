import type { Assumptions } from "../model/assumptions.ts";
import type { Direction, Peer, Policy, Rule, RuleAction, UnderAssumption } from "../model/policy.ts";
import type { Tier } from "../model/tier.ts";
import { failedClosed } from "../semantics/fail-closed.ts";
import { noNodeLabels } from "../semantics/identity-filter.ts";
import { isOldForm } from "../semantics/old-form.ts";
import { mostRules } from "../semantics/rule-limits.ts";
import { adminTier, baselineTier } from "../semantics/tiers.ts";
import type { ClusterDraft } from "./cluster-draft.ts";
import { checkCount, type ClusterPolicyKind, requireSelectors } from "./cluster-policy-kind.ts";
import { readPeers } from "./cluster-policy-peers.ts";
import { readPorts } from "./cluster-policy-ports.ts";
import { integerField, listField, mappingField, textField, forEachItem } from "./fields.ts";
import type { KindReader } from "./kind-reader.ts";
import type { Metadata } from "./metadata.ts";
import { readMetadata } from "./metadata.ts";
import { nearestName } from "./nearest-name.ts";
import { ObjectCursor } from "./object-cursor.ts";
import { quote } from "./quote.ts";
import type { RawMapping, RawObject } from "./raw-object.ts";
import { emptyMapping } from "./raw-object.ts";
import { readSelector } from "./selector.ts";
import { noLabels } from "./string-map.ts";
import { checkFields } from "./unknown-fields.ts";

const group = "policy.networking.k8s.io";
const admin: ClusterPolicyKind = {
  kind: "AdminNetworkPolicy",
  versions: ["v1alpha1"],
  fields: ["priority", "subject", "ingress", "egress"],
  actions: { Allow: "allow", Deny: "deny", Pass: "pass" },
  most: mostRules.AdminNetworkPolicy,
  portsField: "ports",
};
const baseline: ClusterPolicyKind = {
  ...admin,
  kind: "BaselineAdminNetworkPolicy",
  fields: ["subject", "ingress", "egress"],
  actions: { Allow: "allow", Deny: "deny" },
};
const cluster: ClusterPolicyKind = {
  kind: "ClusterNetworkPolicy",
  versions: ["v1beta1", "v1alpha2"],
  fields: ["tier", "priority", "subject", "ingress", "egress"],
  actions: { Accept: "allow", Deny: "deny", Pass: "pass" },
  most: mostRules.ClusterNetworkPolicy,
  portsField: "protocols",
};

/** AdminNetworkPolicy and BaselineAdminNetworkPolicy of `v1alpha1`, ClusterNetworkPolicy of `v1alpha2` and `v1beta1`. */
export const clusterPolicyReaders: readonly KindReader[] = [admin, baseline, cluster].map((kind) => ({
  kind: kind.kind,
  reads: (apiVersion) => kind.versions.some((version) => apiVersion === `${group}/${version}`),
  read: (object, draft) => readClusterPolicy(kind, object, draft),
}));

/** Whether the kind was written in a version that does not have it. */
export const wrongClusterPolicyReaders: readonly KindReader[] = [admin, baseline, cluster].map((kind) => ({
  kind: kind.kind,
  reads: (apiVersion) => apiVersion.startsWith(`${group}/`),
  read(object, draft) {
    const at = new ObjectCursor(object, draft, true);
    if (readMetadata(at, "subdomain") === undefined) return;
    at.refuse(
      "invalid-policy",
      ["apiVersion"],
      `there is no ${kind.kind} in ${quote(object.apiVersion)}: write ${group}/${kind.versions[0]}`,
    );
    draft.refuse({ ref: at.ref, reasons: at.reasons, origin: object.origin });
  },
}));

const metadataFields = new Set(
  (
    "name generateName namespace labels annotations ownerReferences finalizers managedFields uid resourceVersion generation " +
    "creationTimestamp deletionTimestamp deletionGracePeriodSeconds selfLink"
  ).split(" "),
);

function readClusterPolicy(kind: ClusterPolicyKind, object: RawObject, draft: ClusterDraft): void {
  const at = new ObjectCursor(object, draft, true);
  // "matchExpressions" of the CRDs: lists of a key, an operator and values, each any text.
  at.storesSelectors = true;
  const metadata = readMetadata(at, "subdomain");
  if (metadata === undefined) {
    if (!at.live) draft.refuse({ ref: at.ref, reasons: at.reasons, origin: object.origin });
    return;
  }
  checkFields(at, object.value, { known: new Set(["apiVersion", "kind", "metadata", "spec", "status"]) });
  at.enter("metadata");
  checkFields(at, metadata.raw, { known: metadataFields });
  at.leave();
  if (kind === baseline && metadata.name !== "default")
    at.refuse(
      "invalid-policy",
      ["metadata", "name"],
      `${quote(metadata.name)} is no name for a BaselineAdminNetworkPolicy: there is one, and it is called default`,
    );
  const spec = requiredMapping(at, object.value, "spec", "a subject and rules");
  at.enter("spec");
  const policy = readSpec(at, kind, spec, metadata, draft.nextIndex());
  at.leave();
  if (at.refused || policy === undefined) draft.refuse({ ref: at.ref, reasons: at.reasons, origin: object.origin });
  else draft.putPolicy(policy);
}

function requiredMapping(at: ObjectCursor, map: RawMapping, field: string, what: string): RawMapping {
  if (map[field] === undefined || map[field] === null)
    at.refuse("missing-field", [field], `${field} is missing: it says ${what}`);
  return mappingField(at, map, field) ?? emptyMapping;
}

/** Undefined when it cannot be told where the policy stands, or whom it selects: "if the subject is not known, the policy is skipped". */
function readSpec(
  at: ObjectCursor,
  kind: ClusterPolicyKind,
  spec: RawMapping,
  metadata: Metadata,
  index: number,
): Policy | undefined {
  checkFields(at, spec, { known: new Set(kind.fields) });
  const tier = readTier(at, kind, spec);
  const priority = readPriority(at, kind, spec);
  const subject = readSubject(at, kind, spec);
  const unknownSubject = at.undefinedSelectors > 0 ? { unknownSubject: undefinedSelector } : {};
  const rules = { ingress: readRules(at, kind, spec, "ingress"), egress: readRules(at, kind, spec, "egress") };
  if (tier === undefined || subject === undefined) return undefined;
  return {
    ref: at.ref,
    name: metadata.name,
    tier,
    priority,
    subject,
    ...unknownSubject,
    applies: { ingress: rules.ingress.length > 0, egress: rules.egress.length > 0 },
    isolates: { ingress: false, egress: false },
    rules,
    ...(kind === cluster ? refusedByCilium(rules.egress) : {}),
    annotations: metadata.annotations,
    ...(metadata.labels === noLabels ? {} : { labels: metadata.labels }),
    ...createdAt(metadata),
    origin: at.object.origin,
    index,
  };
}

/** What Cilium's agents refuse a policy for as a whole: "not supported since L7 proxy is disabled", "since node selector labels are". */
function refusedByCilium(egress: readonly Rule[]): Pick<Policy, "ifAssumed"> {
  const hasPeer = ({ peers }: Rule, type: Peer["type"]): boolean =>
    peers !== "any" && peers.some((peer) => peer.type === type);
  const has = (type: Peer["type"]): boolean => egress.some((rule) => hasPeer(rule, type));
  const refusal = (is: Partial<Assumptions>, why: string): UnderAssumption => ({
    is: { dataplane: "cilium", ...is },
    instead: "not in force",
    refused: `the agent refuses it: ${why}`,
  });
  const refusals = [
    ...(has("domains")
      ? [refusal({ ciliumL7Proxy: false }, "domainNames need the proxy, which enable-l7-proxy turns off")]
      : []),
    ...(egress.some((rule) => rule.action !== "allow" && hasPeer(rule, "domains"))
      ? [refusal({}, "domainNames are for rules that accept, and a rule with some denies or passes")]
      : []),
    ...(has("nodes")
      ? [refusal({ ciliumNodeLabels: noNodeLabels }, "nodes need enable-node-selector-labels, which is off")]
      : []),
  ];
  return refusals.length === 0 ? {} : { ifAssumed: refusals };
}

function createdAt({ raw }: Metadata): { readonly creationTimestamp?: string } {
  const creationTimestamp = raw["creationTimestamp"];
  return typeof creationTimestamp === "string" ? { creationTimestamp } : {};
}

const tiers: Readonly<Record<string, Tier>> = { Admin: adminTier, Baseline: baselineTier };

function readTier(at: ObjectCursor, kind: ClusterPolicyKind, spec: RawMapping): Tier | undefined {
  if (kind !== cluster) return kind === admin ? adminTier : baselineTier;
  const written = textField(at, spec, "tier");
  const tier = written !== undefined && Object.hasOwn(tiers, written) ? tiers[written] : undefined;
  if (tier === undefined && (written !== undefined || spec["tier"] == null)) {
    const advice = written === undefined ? undefined : nearestName(written, Object.keys(tiers));
    const what = written === undefined ? "tier is missing" : `tier ${quote(written)} is none`;
    at.refuse("invalid-policy", ["tier"], `${what}: write ${advice ?? "Admin or Baseline"}`);
  }
  return tier;
}

const mostPriority = 1000;

/** "The Baseline policy has no priority": it stands behind all that have one. */
function readPriority(at: ObjectCursor, kind: ClusterPolicyKind, spec: RawMapping): number {
  if (kind === baseline) return Number.POSITIVE_INFINITY;
  const priority = integerField(at, spec, "priority");
  if (priority === undefined) {
    if (spec["priority"] == null)
      at.refuse("missing-field", ["priority"], `priority is missing: write 0 (asked first) to ${mostPriority}`);
    return Number.POSITIVE_INFINITY;
  }
  if (priority < 0 || priority > mostPriority)
    at.refuse("invalid-policy", ["priority"], `priority ${priority} is out of range: write 0 to ${mostPriority}`);
  return priority;
}

/** "Exactly one field must be set." */
function readSubject(at: ObjectCursor, kind: ClusterPolicyKind, spec: RawMapping): Policy["subject"] | undefined {
  const raw = requiredMapping(at, spec, "subject", "which pods the policy selects");
  at.enter("subject");
  checkFields(at, raw, { known: new Set(["namespaces", "pods"]) });
  const namespaces = readSelector(at, raw, "namespaces");
  const pods = readSubjectPods(at, kind, raw);
  if (spec["subject"] != null && (namespaces === undefined) === (pods === undefined))
    at.refuse("invalid-policy", [], "a subject has exactly one of namespaces and pods: write {} to select all");
  at.leave();
  return namespaces === undefined ? pods : { namespaceSelector: namespaces, podSelector: { requirements: [] } };
}

function readSubjectPods(at: ObjectCursor, kind: ClusterPolicyKind, map: RawMapping): Policy["subject"] | undefined {
  const raw = mappingField(at, map, "pods");
  if (raw === undefined) return undefined;
  at.enter("pods");
  checkFields(at, raw, { known: new Set(["namespaceSelector", "podSelector"]) });
  const selected = {
    namespaceSelector: readSelector(at, raw, "namespaceSelector") ?? { requirements: [] },
    podSelector: readSelector(at, raw, "podSelector") ?? { requirements: [] },
  };
  requireSelectors(at, kind, raw);
  at.leave();
  return selected;
}

function readRules(at: ObjectCursor, kind: ClusterPolicyKind, spec: RawMapping, direction: Direction): readonly Rule[] {
  checkCount(at, kind, listField(at, spec, direction), [direction], "rules");
  const rules: Rule[] = [];
  forEachItem(at, spec, direction, (raw) => {
    const rule = readRule(at, kind, raw, direction);
    if (rule !== undefined) rules.push(rule);
  });
  return rules;
}

const mostName = 100;

/** What is not known of a policy that has such a selector. */
const undefinedSelector = "whom an invalid selector matches";

function readRule(at: ObjectCursor, kind: ClusterPolicyKind, raw: RawMapping, direction: Direction): Rule | undefined {
  const peersField = direction === "ingress" ? "from" : "to";
  checkFields(at, raw, { known: new Set(["name", "action", peersField, kind.portsField]) });
  const name = textField(at, raw, "name") ?? "";
  if (name.length > mostName)
    at.refuse(
      "invalid-policy",
      ["name"],
      `the name of a rule has at most ${mostName} characters: it has ${name.length}`,
    );
  const action = readAction(at, kind, raw);
  const undefinedBefore = at.undefinedSelectors;
  const peers = readPeers(at, kind, raw, direction, action);
  const unknown = at.undefinedSelectors > undefinedBefore ? { unknown: undefinedSelector } : {};
  const ports = readPorts(at, kind, raw, peers.known);
  if (action === undefined) return undefined;
  if (peers.isKnown && ports.isKnown) return { action, peers: peers.known, ports: ports.known, ...unknown };
  return failedClosed(action, "api", peers.known.filter(isOldForm));
}

function readAction(at: ObjectCursor, { kind, actions }: ClusterPolicyKind, raw: RawMapping): RuleAction | undefined {
  const written = textField(at, raw, "action");
  const action = written !== undefined && Object.hasOwn(actions, written) ? actions[written] : undefined;
  if (action !== undefined) return action;
  const names = Object.keys(actions);
  if (written !== undefined) {
    const meant = { Allow: "Accept", Accept: "Allow" }[written];
    const advice =
      meant !== undefined && names.includes(meant) ? meant : (nearestName(written, names) ?? names.join(", "));
    at.refuse("invalid-policy", ["action"], `a ${kind} has no action ${quote(written)}: write ${advice}`);
  } else if (raw["action"] == null) {
    at.refuse("missing-field", ["action"], `action is missing: write ${names.join(", ")}`);
  }
  return undefined;
}
