import type { RuleDefinition } from "./define-rule.ts";
import { allNamespacesPeer } from "./all-namespaces-peer.ts";
import { allowAllOverridesDefaultDeny } from "./allow-all-overrides-default-deny.ts";
import { dnsEgressMissingTcp } from "./dns-egress-missing-tcp.ts";
import { internetEgressOpen } from "./internet-egress-open.ts";
import { internetIngressOpen } from "./internet-ingress-open.ts";
import { invalidPolicy } from "./invalid-policy.ts";
import { missingDefaultDenyEgress } from "./missing-default-deny-egress.ts";
import { missingDefaultDenyIngress } from "./missing-default-deny-ingress.ts";
import { missingDnsEgress } from "./missing-dns-egress.ts";
import { namespaceWithoutPolicies } from "./namespace-without-policies.ts";
import { peerMatchesNothing } from "./peer-matches-nothing.ts";
import { podNotIsolatedEgress } from "./pod-not-isolated-egress.ts";
import { podNotIsolatedIngress } from "./pod-not-isolated-ingress.ts";
import { policySelectsNoPods } from "./policy-selects-no-pods.ts";
import { policyTypesMismatch } from "./policy-types-mismatch.ts";

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
  policySelectsNoPods,
  peerMatchesNothing,
  allNamespacesPeer,
  policyTypesMismatch,
  internetIngressOpen,
  internetEgressOpen,
  invalidPolicy,
];
