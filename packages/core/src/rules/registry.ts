import type { RuleDefinition } from "./define-rule.ts";
import { allNamespacesPeer } from "./all-namespaces-peer.ts";
import { allowAllOverridesDefaultDeny } from "./allow-all-overrides-default-deny.ts";
import { deprecatedApiVersion } from "./deprecated-api-version.ts";
import { dnsEgressMissingTcp } from "./dns-egress-missing-tcp.ts";
import { dnsNamespaceLabelWrong } from "./dns-namespace-label-wrong.ts";
import { duplicatePolicyName } from "./duplicate-policy-name.ts";
import { endPortInvalid } from "./end-port-invalid.ts";
import { exceptOutsideCidr } from "./except-outside-cidr.ts";
import { hostNetworkPodSelected } from "./host-network-pod-selected.ts";
import { implicitDenyAll } from "./implicit-deny-all.ts";
import { internetEgressOpen } from "./internet-egress-open.ts";
import { internetIngressOpen } from "./internet-ingress-open.ts";
import { invalidPolicy } from "./invalid-policy.ts";
import { metadataEndpointReachable } from "./metadata-endpoint-reachable.ts";
import { missingDefaultDenyEgress } from "./missing-default-deny-egress.ts";
import { missingDefaultDenyIngress } from "./missing-default-deny-ingress.ts";
import { missingDnsEgress } from "./missing-dns-egress.ts";
import { namedPortUnresolved } from "./named-port-unresolved.ts";
import { namespaceWithoutPolicies } from "./namespace-without-policies.ts";
import { peerMatchesNothing } from "./peer-matches-nothing.ts";
import { peerNamespaceSelectorMissing } from "./peer-namespace-selector-missing.ts";
import { podNotIsolatedEgress } from "./pod-not-isolated-egress.ts";
import { podNotIsolatedIngress } from "./pod-not-isolated-ingress.ts";
import { policySelectsNoPods } from "./policy-selects-no-pods.ts";
import { policyTypesImplicit } from "./policy-types-implicit.ts";
import { policyTypesMismatch } from "./policy-types-mismatch.ts";
import { portsTooBroad } from "./ports-too-broad.ts";
import { selectorAndOrConfusion } from "./selector-and-or-confusion.ts";
import { splitPeersAndPorts } from "./split-peers-and-ports.ts";

/** All rules, in the order of the catalogue. A new rule is one file, one test, one page and one line here. */
export const allRules: readonly RuleDefinition[] = [
  namespaceWithoutPolicies,
  missingDefaultDenyIngress,
  missingDefaultDenyEgress,
  podNotIsolatedIngress,
  podNotIsolatedEgress,
  allowAllOverridesDefaultDeny,
  missingDnsEgress,
  dnsEgressMissingTcp,
  dnsNamespaceLabelWrong,
  policySelectsNoPods,
  peerMatchesNothing,
  peerNamespaceSelectorMissing,
  selectorAndOrConfusion,
  splitPeersAndPorts,
  allNamespacesPeer,
  policyTypesMismatch,
  policyTypesImplicit,
  implicitDenyAll,
  portsTooBroad,
  endPortInvalid,
  namedPortUnresolved,
  internetIngressOpen,
  internetEgressOpen,
  metadataEndpointReachable,
  exceptOutsideCidr,
  duplicatePolicyName,
  hostNetworkPodSelected,
  deprecatedApiVersion,
  invalidPolicy,
];
