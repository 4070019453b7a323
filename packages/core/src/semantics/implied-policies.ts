import type { Assumptions } from "../model/assumptions.ts";
import type { Policy, Rule } from "../model/policy.ts";
import type { Selector } from "../model/selector.ts";
import { placeAddresses, type ReservedPlace } from "../sets/reserved-places.ts";
import { ciliumTier } from "./tiers.ts";

/** The places that are the node of the other end. */
export function ownNode({ kubeApiserver }: Pick<Assumptions, "kubeApiserver">): readonly ReservedPlace[] {
  return kubeApiserver === "host" ? ["host", "kube-apiserver[node]"] : ["host"];
}

/**
 * What Cilium does without a policy, where it makes a difference: "the local host is always allowed to communicate with its
 * endpoints", unless a deny says otherwise, and "an endpoint that initializes is isolated". `has`: of which places one speaks.
 */
export function impliedPolicies(has: (place: ReservedPlace) => boolean, assumptions: Assumptions): readonly Policy[] {
  if (assumptions.ciliumEnforcement === "never") return [];
  const own = placeAddresses(...ownNode(assumptions).filter(has));
  const fromNode: Rule = {
    action: "allow",
    peers: [{ type: "networks", cidrs: ["host"], addresses: own, outside: true }],
    ports: "any",
  };
  return [
    ...(own.length === 0 ? [] : [implied([], fromNode)]),
    ...(has("init")
      ? [implied([{ key: "reserved:init", operator: "Exists", values: [], from: "matchExpressions" }])]
      : []),
  ];
}

/** For some endpoints: lets something in, or isolates them. */
function implied(requirements: Selector["requirements"], ...ingress: readonly Rule[]): Policy {
  const isolates = ingress.length === 0;
  return {
    ref: { apiVersion: "cilium.io/v2", kind: "CiliumClusterwideNetworkPolicy", name: "" },
    name: "",
    tier: ciliumTier,
    priority: 0,
    subject: { namespaceSelector: { requirements: [] }, podSelector: { requirements }, reserved: true },
    applies: { ingress: true, egress: isolates },
    isolates: { ingress: isolates, egress: isolates },
    rules: { ingress, egress: [] },
    annotations: {},
    origin: { locator: { file: "", locate: () => nowhere }, path: [] },
    index: -1,
  };
}

const nowhere = { file: "", line: 1, column: 1, endLine: 1, endColumn: 1, path: "" };
