import { type Direction, type Peer, type PodPeer, type Policy, type PortSpec, type Rule } from "../model/policy.ts";
import { type Selector } from "../model/selector.ts";
import { everything } from "../model/cluster.ts";
import { effectiveRules } from "../semantics/effective-rules.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { intersection } from "../sets/interval-set.ts";
import type { Budget } from "../symbolic/budget.ts";
import { relateSelectors } from "../symbolic/selector-questions.ts";

const stepsPerPair = 20;

/** Whether some rule of one of two policies of a namespace admits traffic that a rule of the other admits too, for a pod that both select. */
export function rulesOverlap(a: Policy, b: Policy, directions: readonly Direction[], budget: Budget): boolean {
  return directions.some((direction) =>
    effectiveRules(a, direction).some((one) =>
      effectiveRules(b, direction).some(
        (other) => portsMeet(one, other) && peersMeet(one, other, a.namespace ?? "", budget),
      ),
    ),
  );
}

function portsMeet({ ports: a }: Rule, { ports: b }: Rule): boolean {
  if (a === "any" || b === "any") return true;
  return a.some((one) => b.some((other) => portMeets(one, other)));
}

/** A named port may be any number: it depends on the destination. */
function portMeets(a: PortSpec, b: PortSpec): boolean {
  if (a.protocol !== b.protocol) return false;
  if (a.type === "named" && b.type === "named") return a.name === b.name;
  return a.type === "named" || b.type === "named" || (a.from <= b.to && b.from <= a.to);
}

function peersMeet({ peers: a }: Rule, { peers: b }: Rule, namespace: string, budget: Budget): boolean {
  if (a === "any" || b === "any") return true;
  return a.some((one) => b.some((other) => peerMeets(one, other, namespace, budget)));
}

function peerMeets(a: Peer, b: Peer, namespace: string, budget: Budget): boolean {
  if (!budget.spend(stepsPerPair)) return false;
  if (a.type === "pods" && b.type === "pods")
    return (
      meets(namespacesOf(a, namespace), namespacesOf(b, namespace), "namespace") &&
      meets(a.podSelector ?? everything, b.podSelector ?? everything, "pod")
    );
  return a.type === "ipBlock" && b.type === "ipBlock" && intersection(a.addresses, b.addresses).length > 0;
}

function meets(a: Selector, b: Selector, of: "pod" | "namespace"): boolean {
  return relateSelectors(a, b, of).relation !== "disjoint";
}

/** "podSelector alone selects the pods in the policy's own namespace". */
function namespacesOf({ namespaceSelector }: PodPeer, namespace: string): Selector {
  if (namespaceSelector !== undefined) return namespaceSelector;
  return { requirements: [{ key: namespaceNameLabel, operator: "In", values: [namespace], from: "matchLabels" }] };
}
