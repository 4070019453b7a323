import type { Assumptions } from "../model/assumptions.ts";
import type { Cluster, ClusterNode } from "../model/cluster.ts";
import type { NetworksPeer, Policy, Rule, Subject } from "../model/policy.ts";
import type { Tier } from "../model/tier.ts";
import { everything } from "../model/cluster.ts";
import { type AddressSet, singleAddresses } from "../sets/address-set.ts";
import { union } from "../sets/interval-set.ts";
import { placeAddresses, type ReservedPlace } from "../sets/reserved-places.ts";
import { ciliumTier } from "./tiers.ts";

/** The places that are the node of the other end. */
export function ownNode({ kubeApiserver }: Pick<Assumptions, "kubeApiserver">): readonly ReservedPlace[] {
  return kubeApiserver === "host" ? ["host", "kube-apiserver[node]"] : ["host"];
}

/** The policies for nodes that are in force. */
export function policiesForNodes({ hostPolicies = [] }: Pick<Cluster, "hostPolicies">): readonly Policy[] {
  return hostPolicies.flatMap(({ policies }) => policies);
}

/** Whether what a pod's own node sends it is let in without a rule. */
export function letsInOwnNode({
  ciliumEnforcement,
  ciliumAllowLocalhost,
}: Pick<Assumptions, "ciliumEnforcement" | "ciliumAllowLocalhost">): boolean {
  return ciliumEnforcement !== "never" && ciliumAllowLocalhost === "always";
}

/** What a relation speaks of beside pods on the network of pods. */
export interface SpokenOf {
  /** Of which places it speaks. */
  readonly has: (place: ReservedPlace) => boolean;
  /** Whether of ends that may be the node of a pod or another: the API server on a node, addresses of nodes, pods on their network. */
  readonly someNode: boolean;
}

/**
 * What Cilium does without a policy, where it makes a difference: "the local host is always allowed to communicate with its
 * endpoints", unless a deny says otherwise; "an endpoint that initializes is isolated"; and what stays on one node passes no
 * policy for nodes.
 */
export function impliedPolicies(
  cluster: Pick<Cluster, "hostPolicies" | "nodes">,
  spoken: SpokenOf,
  assumptions: Assumptions,
): readonly Policy[] {
  if (assumptions.ciliumEnforcement === "never") return [];
  const ofOwnNode = letsInOwnNode(assumptions) ? rulesForOwnNode(cluster, spoken, assumptions) : [];
  return [
    ...(ofOwnNode.length === 0 ? [] : [implied(pods(), ofOwnNode)]),
    ...(spoken.has("init") ? [implied(pods("reserved:init"), [])] : []),
    ...(policiesForNodes(cluster).length === 0 ? [] : withinNodes(cluster)),
  ];
}

/** Of an end that is some node it is not known whether that is the pod's own. */
function rulesForOwnNode(
  { nodes = [] }: Pick<Cluster, "nodes">,
  { has, someNode }: SpokenOf,
  assumptions: Assumptions,
): readonly Rule[] {
  const own = placeAddresses(...ownNode(assumptions).filter(has));
  const some = union(addressesOf(nodes), placeAddresses(...maybeOwnNode(assumptions).filter(has)));
  return [
    ...(own.length === 0 ? [] : [allow(at(own))]),
    ...(someNode ? [{ ...allow({ ...at(some), onNodes: true }), unknown: onOneNode }] : []),
  ];
}

/** What is not known of an end that is some node. */
const onOneNode = "whether both ends are on one node";

/** The places that may be the node of the other end, or another. */
export function maybeOwnNode({ kubeApiserver }: Pick<Assumptions, "kubeApiserver">): readonly ReservedPlace[] {
  return kubeApiserver === "unknown" ? ["kube-apiserver[node]"] : [];
}

/** Asked before all others. */
const withinNodeTier: Tier = {
  name: "within a node",
  order: Number.NEGATIVE_INFINITY,
  decides: "first-match",
  denies: "at-end",
};

/** Whether a pod on the network of a node and another end are on one node is not known, but of what is called its own node. */
function withinNodes({ nodes = [] }: Pick<Cluster, "nodes">): readonly Policy[] {
  const unknown = onOneNode;
  const onNodes: NetworksPeer = { ...at([]), onNodes: true };
  const theirs = addressesOf(nodes);
  const sides = (subject: Subject, rules: readonly Rule[]): Policy => ({
    ...implied(subject, rules),
    tier: withinNodeTier,
    applies: { ingress: true, egress: true },
    rules: { ingress: rules, egress: rules },
  });
  return [
    sides({ podSelector: everything, nodes: everything }, [{ ...allow(onNodes), unknown }]),
    sides({ podSelector: everything, onNodes: true }, [
      allow(at(placeAddresses("host"))),
      { ...allow(at(theirs)), unknown },
    ]),
  ];
}

function addressesOf(nodes: readonly ClusterNode[]): AddressSet {
  return singleAddresses(nodes.flatMap(({ addresses }) => addresses));
}

function at(addresses: AddressSet): NetworksPeer {
  return { type: "networks", cidrs: ["nodes"], addresses, outside: true };
}

function allow(peer: NetworksPeer): Rule {
  return { action: "allow", peers: [peer], ports: "any" };
}

/** Every pod and endpoint of Cilium, or those with a label. */
function pods(...keys: readonly string[]): Subject {
  const requirements = keys.map((key) => ({ key, operator: "Exists", values: [], from: "matchExpressions" }) as const);
  return { namespaceSelector: everything, podSelector: { requirements }, reserved: true };
}

/** For some endpoints: lets something in, or isolates them. */
function implied(subject: Subject, ingress: readonly Rule[]): Policy {
  const isolates = ingress.length === 0;
  return {
    ref: { apiVersion: "cilium.io/v2", kind: "CiliumClusterwideNetworkPolicy", name: "" },
    name: "",
    tier: ciliumTier,
    priority: 0,
    subject,
    applies: { ingress: true, egress: isolates },
    isolates: { ingress: isolates, egress: isolates },
    rules: { ingress, egress: [] },
    annotations: {},
    origin: { locator: { file: "", locate: () => nowhere }, path: [] },
    index: -1,
  };
}

const nowhere = { file: "", line: 1, column: 1, endLine: 1, endColumn: 1, path: "" };
