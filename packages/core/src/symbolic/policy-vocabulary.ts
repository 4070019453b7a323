import { pushAll } from "../lib/push-all.ts";
import { type Peer, type PodBox, type Policy, directions } from "../model/policy.ts";
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
  const selectors: Selector[] = [];
  const add = ({ namespaceSelector, podSelector }: Partial<PodBox>): void => {
    if (namespaceSelector !== undefined) selectors.push(namespaceSelector);
    if (podSelector !== undefined) selectors.push(podSelector);
  };
  const { subject } = policy;
  add(subject);
  subject.or?.forEach(add);
  for (const peer of decidingPeers(policy)) if (peer.type === "pods") add(peer);
  return selectors;
}

/** The address sets that a policy speaks of. */
export function addressSets(policy: Policy): readonly AddressSet[] {
  const sets: AddressSet[] = [];
  for (const peer of decidingPeers(policy)) {
    const addresses = addressesOf(peer);
    if (addresses !== undefined) sets.push(addresses);
  }
  return sets;
}

/** The peers of the rules that decide something. Asked of every policy of every analysis. */
function decidingPeers(policy: Policy): readonly Peer[] {
  const peers: Peer[] = [];
  for (const direction of directions)
    for (const rule of decidingRules(policy, direction)) if (rule.peers !== "any") pushAll(peers, rule.peers);
  return peers;
}

function addressesOf(peer: Peer): AddressSet | undefined {
  if (peer.type === "pods") return peer.within;
  return peer.type === "ipBlock" || peer.type === "networks" ? peer.addresses : undefined;
}
