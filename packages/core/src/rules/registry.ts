import type { RuleDefinition } from "./define-rule.ts";
import { adminAllowBypassesDefaultDeny } from "./admin-allow-bypasses-default-deny.ts";
import { allNamespacesEgress } from "./all-namespaces-egress.ts";
import { allNamespacesPeer } from "./all-namespaces-peer.ts";
import { allowAllOverridesDefaultDeny } from "./allow-all-overrides-default-deny.ts";
import { anpOldForm } from "./anp-old-form.ts";
import { apiserverEgressBlocked } from "./apiserver-egress-blocked.ts";
import { apiserverReachable } from "./apiserver-reachable.ts";
import { baselineNeverAsked } from "./baseline-never-asked.ts";
import { calicoCrdV1Direct } from "./calico-crd-v1-direct.ts";
import { calicoOrderMissing } from "./calico-order-missing.ts";
import { calicoPortsWithoutProtocol } from "./calico-ports-without-protocol.ts";
import { calicoSelectorMatchesNothing } from "./calico-selector-matches-nothing.ts";
import { calicoTypesMissing } from "./calico-types-missing.ts";
import { cidrMatchesNoPods } from "./cidr-matches-no-pods.ts";
import { clusterIpInNets } from "./cluster-ip-in-nets.ts";
import { cniNotEnforcing } from "./cni-not-enforcing.ts";
import { crossNamespaceLateralMovement } from "./cross-namespace-lateral-movement.ts";
import { declaredRouteBlocked } from "./declared-route-blocked.ts";
import { denyAllAddressesCutsPods } from "./deny-all-addresses-cuts-pods.ts";
import { denyOnlyPolicyIsolates } from "./deny-only-policy-isolates.ts";
import { deprecatedApiVersion } from "./deprecated-api-version.ts";
import { dnsEgressMissingTcp } from "./dns-egress-missing-tcp.ts";
import { dnsEndpointMismatch } from "./dns-endpoint-mismatch.ts";
import { dnsIngressBlocked } from "./dns-ingress-blocked.ts";
import { dnsNamespaceLabelWrong } from "./dns-namespace-label-wrong.ts";
import { duplicatePolicyName } from "./duplicate-policy-name.ts";
import { duplicatePolicy } from "./duplicate-policy.ts";
import { emptyEntryMatchesNothing } from "./empty-entry-matches-nothing.ts";
import { endPortInvalid } from "./end-port-invalid.ts";
import { equalPriorityConflict } from "./equal-priority-conflict.ts";
import { exceptOutsideCidr } from "./except-outside-cidr.ts";
import { exceptReallowed } from "./except-reallowed.ts";
import { fqdnPatternMismatch } from "./fqdn-pattern-mismatch.ts";
import { fqdnWithoutDnsRule } from "./fqdn-without-dns-rule.ts";
import { globalPolicyIsolatesSystem } from "./global-policy-isolates-system.ts";
import { globalSetNeedsGlobal } from "./global-set-needs-global.ts";
import { healthChecksCut } from "./health-checks-cut.ts";
import { hostNetworkPodSelected } from "./host-network-pod-selected.ts";
import { hostPolicyInert } from "./host-policy-inert.ts";
import { implicitDenyAll } from "./implicit-deny-all.ts";
import { ingressIdentityBlocked } from "./ingress-identity-blocked.ts";
import { internetEgressOpen } from "./internet-egress-open.ts";
import { internetIngressOpen } from "./internet-ingress-open.ts";
import { invalidPolicy } from "./invalid-policy.ts";
import { ipBlockCoversClusterCidr } from "./ip-block-covers-cluster-cidr.ts";
import { ipBlockHoldsNoHost } from "./ip-block-holds-no-host.ts";
import { ipv4OnlyDeny } from "./ipv4-only-deny.ts";
import { labelNotInIdentity } from "./label-not-in-identity.ts";
import { mergeablePolicies } from "./mergeable-policies.ts";
import { metadataEndpointNamed } from "./metadata-endpoint-named.ts";
import { metadataEndpointReachable } from "./metadata-endpoint-reachable.ts";
import { missingDefaultDenyEgress } from "./missing-default-deny-egress.ts";
import { missingDefaultDenyIngress } from "./missing-default-deny-ingress.ts";
import { missingDnsEgress } from "./missing-dns-egress.ts";
import { namedPortAmbiguous } from "./named-port-ambiguous.ts";
import { namedPortUnresolved } from "./named-port-unresolved.ts";
import { namespaceLabelNotGuaranteed } from "./namespace-label-not-guaranteed.ts";
import { namespaceWithoutPolicies } from "./namespace-without-policies.ts";
import { networkSetWidens } from "./network-set-widens.ts";
import { oneSidedAllow } from "./one-sided-allow.ts";
import { passWithoutLowerPolicy } from "./pass-without-lower-policy.ts";
import { peerMatchesNothing } from "./peer-matches-nothing.ts";
import { peerNamespaceSelectorMissing } from "./peer-namespace-selector-missing.ts";
import { pingNotAllowed } from "./ping-not-allowed.ts";
import { podNotIsolatedEgress } from "./pod-not-isolated-egress.ts";
import { podNotIsolatedIngress } from "./pod-not-isolated-ingress.ts";
import { policySelectsNoPods } from "./policy-selects-no-pods.ts";
import { policyTypesImplicit } from "./policy-types-implicit.ts";
import { policyTypesMismatch } from "./policy-types-mismatch.ts";
import { portsTooBroad } from "./ports-too-broad.ts";
import { protocolMismatch } from "./protocol-mismatch.ts";
import { redundantPolicy } from "./redundant-policy.ts";
import { redundantRule } from "./redundant-rule.ts";
import { requestLimitLifted } from "./request-limit-lifted.ts";
import { requestParsersConflict } from "./request-parsers-conflict.ts";
import { restrictionUndone } from "./restriction-undone.ts";
import { ruleEndIsOtherPod } from "./rule-end-is-other-pod.ts";
import { selectorAndOrConfusion } from "./selector-and-or-confusion.ts";
import { sensitivePortExposed } from "./sensitive-port-exposed.ts";
import { serviceOpensEveryDestination } from "./service-opens-every-destination.ts";
import { servicePortInsteadOfTargetPort } from "./service-port-instead-of-target-port.ts";
import { shadowedPolicy } from "./shadowed-policy.ts";
import { singleStackIpBlock } from "./single-stack-ip-block.ts";
import { splitPeersAndPorts } from "./split-peers-and-ports.ts";
import { stagedOnly } from "./staged-only.ts";
import { tierWithoutPass } from "./tier-without-pass.ts";
import { unknownPeer } from "./unknown-peer.ts";
import { unreachableTierRule } from "./unreachable-tier-rule.ts";
import { untrackedOneWay } from "./untracked-one-way.ts";

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
  dnsEndpointMismatch,
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
  servicePortInsteadOfTargetPort,
  protocolMismatch,
  sensitivePortExposed,
  internetIngressOpen,
  internetEgressOpen,
  metadataEndpointReachable,
  ipBlockCoversClusterCidr,
  exceptOutsideCidr,
  exceptReallowed,
  singleStackIpBlock,
  duplicatePolicy,
  duplicatePolicyName,
  redundantRule,
  redundantPolicy,
  mergeablePolicies,
  oneSidedAllow,
  hostNetworkPodSelected,
  declaredRouteBlocked,
  apiserverReachable,
  cniNotEnforcing,
  deprecatedApiVersion,
  invalidPolicy,
  restrictionUndone,
  dnsIngressBlocked,
  ipBlockHoldsNoHost,
  allNamespacesEgress,
  namespaceLabelNotGuaranteed,
  metadataEndpointNamed,
  adminAllowBypassesDefaultDeny,
  passWithoutLowerPolicy,
  unreachableTierRule,
  shadowedPolicy,
  equalPriorityConflict,
  tierWithoutPass,
  calicoTypesMissing,
  calicoCrdV1Direct,
  calicoOrderMissing,
  calicoPortsWithoutProtocol,
  calicoSelectorMatchesNothing,
  ruleEndIsOtherPod,
  globalSetNeedsGlobal,
  networkSetWidens,
  clusterIpInNets,
  untrackedOneWay,
  stagedOnly,
  denyAllAddressesCutsPods,
  ipv4OnlyDeny,
  globalPolicyIsolatesSystem,
  baselineNeverAsked,
  anpOldForm,
  unknownPeer,
  fqdnWithoutDnsRule,
  denyOnlyPolicyIsolates,
  emptyEntryMatchesNothing,
  labelNotInIdentity,
  requestLimitLifted,
  cidrMatchesNoPods,
  serviceOpensEveryDestination,
  requestParsersConflict,
  healthChecksCut,
  ingressIdentityBlocked,
  apiserverEgressBlocked,
  namedPortAmbiguous,
  hostPolicyInert,
  fqdnPatternMismatch,
  pingNotAllowed,
  crossNamespaceLateralMovement,
];
