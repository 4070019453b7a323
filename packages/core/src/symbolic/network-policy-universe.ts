import type { Policy } from "../model/policy.ts";
import { placeAddresses } from "../sets/reserved-places.ts";
import type { SpaceOptions } from "./policy-space.ts";
import { addressSets, textTests } from "./policy-vocabulary.ts";
import { Universe } from "./universe.ts";

/**
 * NetworkPolicies tell no identity from another, so one is as good as all, and it is none that something is said of besides:
 * what a pod's own node sends is let in, and the API server may have an address. Where blocks match pods, addresses are no
 * matter of identities alone, which `comparePolicies` knows.
 */
export function networkPolicyUniverse(
  policies: readonly Policy[],
  { places = [], blocksMatchPods }: SpaceOptions,
): Universe {
  const others = blocksMatchPods === true ? [] : places.filter((place) => place === "remote-node");
  const addressesOf = policies.flatMap(addressSets);
  const all = others.length === 0 ? addressesOf : [...addressesOf, placeAddresses(...others)];
  return new Universe(all, "of one namespace", textTests(policies));
}
