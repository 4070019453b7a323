import type { Service } from "../../model/cluster.ts";
import type { Peer } from "../../model/policy.ts";
import type { Labels, Requirement, Selector } from "../../model/selector.ts";
import { type AddressSet, allAddresses } from "../../sets/address-set.ts";
import { difference, intersection, unionAll } from "../../sets/interval-set.ts";
import { matchesSelector } from "../../semantics/match-selector.ts";

/**
 * The addresses that a selector of groups matches. Agents ask it of the labels that an address has from the groups it is in:
 * one that asks for no label, or for none to be there, is met by addresses outside that are in no group, too.
 */
export function addressesOfGroups(
  groups: readonly { readonly labels?: Labels; readonly addresses: AddressSet }[],
  { requirements }: Selector,
): AddressSet {
  const ofGroups = (requirement: Requirement): AddressSet =>
    unionAll(
      groups
        .filter(({ labels = {} }) => matchesSelector({ requirements: [requirement] }, labels))
        .map(({ addresses }) => addresses),
    );
  return requirements.reduce(
    (met, requirement) =>
      isPositive(requirement)
        ? intersection(met, ofGroups(requirement))
        : difference(met, ofGroups({ ...requirement, operator: requirement.operator === "NotIn" ? "In" : "Exists" })),
    allAddresses,
  );
}

/** Whether a requirement asks for a label. */
export function isPositive({ operator }: Requirement): boolean {
  return operator === "In" || operator === "Exists";
}

/** The pods of a Service. */
export function podsOf({ namespace, selector = {} }: Service): Peer {
  const equal = ([key, value]: readonly [string, string]): Requirement => ({
    key,
    operator: "In",
    values: [value],
    from: "matchLabels",
  });
  return {
    type: "pods",
    namespaceSelector: { requirements: [equal(["kubernetes.io/metadata.name", namespace])] },
    podSelector: { requirements: Object.entries(selector).map(equal) },
  };
}
