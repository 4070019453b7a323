import { type Direction, type Peer, type PodBox, type Policy, directions } from "../model/policy.ts";
import type { Selector } from "../model/selector.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import type { AddressSet } from "../sets/address-set.ts";
import { type TextTests, textTestsOf } from "./universe.ts";

/** All that policies ask of parts of labels' values. */
export function textTests(policies: readonly Policy[]): TextTests {
  return textTestsOf(policies.flatMap(selectorsOf));
}

/** The selectors of labels of pods and of namespaces that a policy has. */
export function selectorsOf(policy: Policy): readonly Selector[] {
  const rules = directions.flatMap((direction: Direction) => decidingRules(policy, direction));
  const peers = rules.flatMap((rule) => (rule.peers === "any" ? [] : rule.peers));
  const { subject } = policy;
  const boxes: readonly Partial<PodBox>[] = [
    subject,
    ...(subject.or ?? []),
    ...peers.filter((peer) => peer.type === "pods"),
  ];
  return boxes
    .flatMap(({ namespaceSelector, podSelector }) => [namespaceSelector, podSelector])
    .filter((selector) => selector !== undefined);
}

/** The address sets that a policy speaks of. */
export function addressSets(policy: Policy): readonly AddressSet[] {
  const rules = directions.flatMap((direction: Direction) => decidingRules(policy, direction));
  const peers = rules.flatMap((rule) => (rule.peers === "any" ? [] : rule.peers));
  return peers.map(addressesOf).filter((addresses) => addresses !== undefined);
}

function addressesOf(peer: Peer): AddressSet | undefined {
  if (peer.type === "pods") return peer.within;
  return peer.type === "ipBlock" || peer.type === "networks" ? peer.addresses : undefined;
}
