import type { EntityRule, SelectorTree } from "../../model/calico.ts";
import type { Policy } from "../../model/policy.ts";
import { type AddressSet, allAddresses } from "../../sets/address-set.ts";
import { difference } from "../../sets/interval-set.ts";
import { and, not, ofNamespace, ownNamespace, serviceAccountTree } from "./selector-trees.ts";

/**
 * What the selectors of one end of a rule ask for: nothing; one endpoint or set that the tree selects; or that nothing
 * which the tree selects is there.
 */
export type Scope =
  | { readonly type: "any" }
  | { readonly type: "member"; readonly tree: SelectorTree }
  | { readonly type: "no-member"; readonly tree: SelectorTree };

/**
 * "If namespaceSelector is not given, a namespaced policy's selectors apply to its own namespace; a global one's to all."
 * A `notSelector` beside others narrows them; alone in a global policy it means all but what it selects, the outside too.
 */
export function scopeOf(policy: Pick<Policy, "namespace">, entity: EntityRule): Scope {
  const { selector, notSelector, namespaceSelector, serviceAccounts } = entity;
  const isPlain = selector === undefined && namespaceSelector === undefined && serviceAccounts === undefined;
  if (isPlain && notSelector === undefined) return { type: "any" };
  if (isPlain && notSelector !== undefined && policy.namespace === undefined)
    return { type: "no-member", tree: notSelector.tree };
  const tree = and(
    ...(selector === undefined ? [] : [selector.tree]),
    ...(serviceAccounts === undefined ? [] : [serviceAccountTree(serviceAccounts)]),
    ...(namespaceSelector === undefined ? [ownNamespace(policy)] : [ofNamespace(namespaceSelector.tree)]),
    ...(notSelector === undefined ? [] : [not(notSelector.tree)]),
  );
  return { type: "member", tree };
}

/** The addresses that an end may have; undefined: any. */
export function withinOf({ nets, notNets }: EntityRule): AddressSet | undefined {
  if (nets === undefined && notNets === undefined) return undefined;
  return difference(nets ?? allAddresses, notNets ?? []);
}
