import { pushAll } from "../../lib/push-all.ts";
import { ciliumVersions } from "../../model/assumptions.ts";
import type { Direction, PodBox, RequiredBox } from "../../model/policy.ts";
import type { Requirement } from "../../model/selector.ts";
import type { RawValue } from "../../parse/document.ts";
import type { NodePath } from "../../source/position.ts";
import type { ClusterDraft } from "../cluster-draft.ts";
import { booleanField, forEachItem, listField, mappingField } from "../fields.ts";
import type { KindReader } from "../kind-reader.ts";
import { readMetadata, readNamespacedMetadata } from "../metadata.ts";
import { ObjectCursor } from "../object-cursor.ts";
import type { RawMapping, RawObject } from "../raw-object.ts";
import { emptyMapping, groupOf, isList, isMapping } from "../raw-object.ts";
import { checkFields } from "../unknown-fields.ts";
import type { CiliumEntry, CiliumPolicyDraft, CiliumRule } from "./cilium-draft.ts";
import { readGroup, readNode } from "./cilium-objects.ts";
import { authenticationOf, withAuthentication } from "./authentication.ts";
import { agentRefusal } from "./agent-refusal.ts";
import { readCiliumPeers } from "./cilium-peers.ts";
import { readGrants } from "./cilium-ports.ts";
import { warnOfPing } from "./ping.ts";
import { readEndpointSelector, readNodeSubject } from "./endpoint-selector.ts";

const isCilium = (apiVersion: string): boolean => groupOf(apiVersion) === "cilium.io";

/** CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy, and the groups of addresses that they name. */
export const ciliumReaders: readonly KindReader[] = [
  { kind: "CiliumNetworkPolicy", reads: isCilium, read: (object, draft) => readPolicy(object, draft, true) },
  {
    kind: "CiliumClusterwideNetworkPolicy",
    reads: isCilium,
    read: (object, draft) => readPolicy(object, draft, false),
  },
  { kind: "CiliumCIDRGroup", isClusterWide: true, reads: isCilium, read: readGroup },
  { kind: "CiliumNode", reads: isCilium, read: readNode },
];

const specFields = new Set(
  "endpointSelector nodeSelector ingress ingressDeny egress egressDeny enableDefaultDeny labels description log".split(
    " ",
  ),
);
const allowFields = "Endpoints CIDR CIDRSet Entities Nodes Groups Requires".split(" ");

function readPolicy(object: RawObject, draft: ClusterDraft, isNamespaced: boolean): void {
  const at = new ObjectCursor(object, draft, true);
  const namespaced = isNamespaced ? readNamespacedMetadata(at, "subdomain", draft.defaultNamespace) : undefined;
  const metadata = isNamespaced ? namespaced : readMetadata(at, "subdomain");
  if (metadata === undefined) {
    if (!at.live) draft.refuse({ ref: at.ref, reasons: at.reasons, origin: object.origin });
    return;
  }
  const namespace = namespaced?.namespace;
  const rules: CiliumRule[] = [];
  const add = (spec: RawMapping): void => pushAll(rules, readRule(at, spec, namespace));
  const spec = mappingField(at, object.value, "spec");
  if (spec !== undefined) {
    at.enter("spec");
    add(spec);
    at.leave();
  }
  forEachItem(at, object.value, "specs", add);
  if (spec === undefined && listField(at, object.value, "specs").length === 0)
    at.refuseByAgent("missing-field", [], "the agent refuses a policy without spec and specs");
  // The API server stores what the agents refuse: in a live cluster, too, that is not in force.
  const refusal = at.live ? agentRefusal(at, object) : undefined;
  const { reasonsOfAgent } = at;
  let until: CiliumPolicyDraft["until"];
  if (at.refused || refusal !== undefined || reasonsOfAgent.length > 0) {
    const reasons = refusal === undefined ? (at.refused ? at.reasons : reasonsOfAgent) : [refusal];
    const isByAgent = refusal !== undefined || reasonsOfAgent.length === reasons.length;
    const untils =
      refusal === undefined && (at.live || reasonsOfAgent.length === at.reasons.length) ? at.acceptedUntil : [];
    until = ciliumVersions.find((version) => untils.includes(version));
    draft.refuse({
      ref: at.ref,
      reasons,
      ...(isByAgent ? { by: "agent" } : {}),
      origin: object.origin,
      ...(until === undefined ? {} : { until }),
    });
    if (until === undefined) return;
  }
  const key = `${object.kind}/${namespace ?? ""}/${metadata.name}`;
  draft.notePolicy(draft.cilium.policies.get(key), { ref: at.ref, origin: object.origin });
  const paths = nodeSelectors(object.value);
  if (paths.length > 0) draft.cilium.hostPolicies.set(key, { ref: at.ref, origin: object.origin, paths });
  draft.cilium.policies.set(key, {
    ref: at.ref,
    name: metadata.name,
    ...(namespace === undefined ? {} : { namespace }),
    rules,
    refusedIf: at.refusedIf,
    ...(until === undefined ? {} : { until }),
    annotations: metadata.annotations,
    labels: metadata.labels,
    origin: object.origin,
    index: draft.nextIndex(),
  });
}

/** Where rules select nodes. */
function nodeSelectors({ spec, specs }: RawMapping): readonly NodePath[] {
  const rules: readonly (readonly [NodePath, RawValue | undefined])[] = [
    [["spec"], spec],
    ...(isList(specs) ? specs.map((rule, i) => [["specs", i], rule] as const) : []),
  ];
  return rules.flatMap(([path, rule]) =>
    isMapping(rule) && isMapping(rule["nodeSelector"]) ? [[...path, "nodeSelector"]] : [],
  );
}

const sections = ["ingress", "ingressDeny", "egress", "egressDeny"] as const;

/** One rule, of pods or of nodes. */
function readRule(at: ObjectCursor, spec: RawMapping, namespace: string | undefined): readonly CiliumRule[] {
  checkFields(at, spec, { known: specFields });
  warnOfPing(at, spec);
  const endpoints = mappingField(at, spec, "endpointSelector");
  const nodes = mappingField(at, spec, "nodeSelector");
  if ((endpoints === undefined) === (nodes === undefined))
    at.refuse("invalid-policy", [], "the CRD refuses a rule without exactly one of endpointSelector and nodeSelector");
  if (nodes !== undefined && namespace !== undefined)
    at.refuseByAgent(
      "invalid-policy",
      ["nodeSelector"],
      "the agent refuses nodeSelector in a CiliumNetworkPolicy: it is for CiliumClusterwideNetworkPolicies",
    );
  if (!sections.some((name) => isList(spec[name])))
    at.refuse("missing-field", [], "the CRD refuses a rule without ingress, ingressDeny, egress and egressDeny");
  else if (!sections.some((name) => listField(at, spec, name).length > 0))
    at.refuseByAgent(
      "missing-field",
      [],
      "the agent refuses a rule in which ingress, ingressDeny, egress and egressDeny are all empty: a default deny is `ingress: [{}]`, and `egress: [{}]`",
    );
  const entries = {
    ingress: readEntries(at, spec, "ingress", namespace, nodes !== undefined),
    egress: readEntries(at, spec, "egress", namespace, nodes !== undefined),
  };
  const isHost = endpoints === undefined;
  const selector = endpoints ?? nodes;
  if (selector === undefined) return [];
  at.enter(isHost ? "nodeSelector" : "endpointSelector");
  const subject = isHost
    ? { pods: { podSelector: readNodeSubject(at, selector) } }
    : readEndpointSelector(at, selector, namespace, true);
  at.leave();
  const applies = { ingress: entries.ingress.length > 0, egress: entries.egress.length > 0 };
  const defaultDeny = mappingField(at, spec, "enableDefaultDeny") ?? emptyMapping;
  const isolates = (direction: Direction): boolean => {
    const isAsked = booleanField(at, defaultDeny, direction);
    if (isAsked === true && !applies[direction]) warnOfIdle(at, direction);
    return applies[direction] && isAsked !== false;
  };
  const requires = {
    ingress: readRequires(at, spec, "ingress", namespace),
    egress: readRequires(at, spec, "egress", namespace),
  };
  return [
    {
      subject,
      isHost,
      applies,
      isolates: { ingress: isolates("ingress"), egress: isolates("egress") },
      entries,
      requires,
    },
  ];
}

/** "Additional label requirements": asked of all pods that rules name. */
function readRequires(
  at: ObjectCursor,
  spec: RawMapping,
  direction: Direction,
  namespace: string | undefined,
): readonly RequiredBox[] {
  const found: RequiredBox[] = [];
  for (const action of ["allow", "deny"] as const)
    forEachItem(at, spec, action === "deny" ? `${direction}Deny` : direction, (entry) =>
      forEachItem(at, entry, requiresOf(direction), (raw) =>
        found.push({ ...ofPods(readEndpointSelector(at, raw, namespace, false).pods, spec), action }),
      ),
    );
  return found;
}

/** "Only endpoints that have a namespace label", also where a cluster-wide policy names none, unless it is for pods that start. */
function ofPods({ namespaceSelector, ...box }: PodBox, { endpointSelector }: RawMapping): PodBox {
  const { requirements = [] } = namespaceSelector ?? {};
  const isFree = requirements.length > 0 || JSON.stringify(endpointSelector ?? {}).includes("reserved:init");
  return { ...box, namespaceSelector: isFree ? { requirements } : { requirements: [hasNamespace] } };
}

const hasNamespace: Requirement = {
  key: "kubernetes.io/metadata.name",
  operator: "Exists",
  values: [],
  from: "matchExpressions",
};

function requiresOf(direction: Direction): string {
  return direction === "ingress" ? "fromRequires" : "toRequires";
}

function readEntries(
  at: ObjectCursor,
  spec: RawMapping,
  direction: Direction,
  namespace: string | undefined,
  isHost: boolean,
): readonly CiliumEntry[] {
  const entries: CiliumEntry[] = [];
  for (const [field, isDeny] of [
    [direction, false],
    [`${direction}Deny`, true],
  ] as const) {
    const count = listField(at, spec, field).length;
    forEachItem(at, spec, field, (raw) => {
      warnOfEmpty(at, raw, field, count);
      const entry = readEntry(at, withoutUnknown(at, raw, direction, isDeny), direction, namespace, isDeny, isHost);
      entries.push(...withAuthentication(entry));
    });
  }
  return entries;
}

/** Whether pods are isolated is asked of the entries alone: where there are none, `enableDefaultDeny` is never looked at. */
function warnOfIdle(at: ObjectCursor, direction: Direction): void {
  at.warn(
    "matches-nothing",
    ["enableDefaultDeny", direction],
    `enableDefaultDeny isolates nothing for ${direction}, as the rule has no entry of ${direction} or ${direction}Deny: a default deny is \`${direction}: [{}]\``,
  );
}

/** "An empty rule matches nothing": alone it is how a default deny is written, else somebody meant everything. */
function warnOfEmpty(at: ObjectCursor, raw: RawMapping, field: string, count: number): void {
  const isEmpty = Object.values(raw).every((value) => value === null);
  if (!isEmpty || (count === 1 && !/allow|open|permit/i.test(at.ref.name))) return;
  at.warn(
    "matches-nothing",
    [],
    `an empty entry of ${field} matches nothing in Cilium, as against a NetworkPolicy: for everybody write ${field.startsWith("ingress") ? "fromEntities" : "toEntities"}: [all]`,
  );
}

/** "Deny entries have no toFQDNs, no L7 rules": such fields are dropped, and the deny is wider than it looks. */
function withoutUnknown(at: ObjectCursor, raw: RawMapping, direction: Direction, isDeny: boolean): RawMapping {
  const to = direction === "ingress" ? "from" : "to";
  const known = new Set([
    ...allowFields.map((name) => `${to}${name}`),
    "toPorts",
    "icmps",
    ...(direction === "egress" ? ["toServices"] : []),
    ...(direction === "egress" && !isDeny ? ["toFQDNs"] : []),
    ...(isDeny ? [] : ["authentication"]),
  ]);
  const consequence = (): string => "What is left may match more than was meant.";
  checkFields(at, raw, { known, consequence });
  return Object.fromEntries(Object.entries(raw).filter(([key]) => known.has(key)));
}

function readEntry(
  at: ObjectCursor,
  raw: RawMapping,
  direction: Direction,
  namespace: string | undefined,
  isDeny: boolean,
  isHost: boolean,
): CiliumEntry {
  const requires = requiresOf(direction);
  if (listField(at, raw, requires).length > 0)
    at.refuseByAgent(
      "invalid-policy",
      [requires],
      `the agent refuses ${requires}: it is gone since Cilium 1.19`,
      "1.18",
    );
  const peers = readCiliumPeers(at, raw, direction, namespace);
  const grants = readGrants(at, raw, { isDeny, isEgress: direction === "egress", isHost });
  const action = isDeny ? "deny" : "allow";
  const path = at.here;
  // "An empty rule matches nothing": the opposite of Kubernetes.
  const isEmpty =
    peers === "any" && grants.every(({ ports }) => ports === "any") && listField(at, raw, "icmps").length === 0;
  const authentication = authenticationOf(at, raw);
  const asked = authentication === undefined ? {} : { authentication };
  return { action, path, peers: isEmpty ? [] : peers, ...asked, grants };
}
