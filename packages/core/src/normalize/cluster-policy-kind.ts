import type { RuleAction } from "../model/policy.ts";
import type { RawValue } from "../parse/document.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import type { RawMapping } from "./raw-object.ts";

/** What the cluster-wide kinds of policy.networking.k8s.io differ in. */
export interface ClusterPolicyKind {
  readonly kind: "AdminNetworkPolicy" | "BaselineAdminNetworkPolicy" | "ClusterNetworkPolicy";
  /** The versions that have it; they do not differ in it. The newest first. */
  readonly versions: readonly [string, ...string[]];
  /** Fields of `spec`. */
  readonly fields: readonly string[];
  readonly actions: Readonly<Record<string, RuleAction>>;
  /** The most rules of a direction, peers of a rule and ports of a rule that the API server takes. */
  readonly most: number;
  readonly portsField: "ports" | "protocols";
}

/** Whether the CRDs of a kind are those of v1alpha1, which check less. */
export function isOfV1alpha1({ versions }: ClusterPolicyKind): boolean {
  return versions.includes("v1alpha1");
}

/** v1alpha1 requires both selectors of `pods`, later versions the podSelector. */
export function requireSelectors(at: ObjectCursor, kind: ClusterPolicyKind, raw: RawMapping): void {
  for (const field of isOfV1alpha1(kind) ? ["namespaceSelector", "podSelector"] : ["podSelector"])
    if (raw[field] === undefined || raw[field] === null)
      at.refuse("missing-field", [field], `${field} is missing: write {} to select all`);
}

/** Refuses a list with more entries than the API server takes. */
export function checkCount(
  at: ObjectCursor,
  { kind, most }: ClusterPolicyKind,
  items: readonly RawValue[],
  steps: readonly string[],
  what: string,
): void {
  if (items.length > most)
    at.refuse("invalid-policy", steps, `${items.length} ${what}: a ${kind} has at most ${most} here`);
}
