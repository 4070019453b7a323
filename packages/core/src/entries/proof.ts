/**
 * Proofs about policy sets, for every pod, namespace, label, address and packet that could exist: "@npa/core/proof". An
 * entry of its own, so that it is loaded only where something is to be proved. docs/proofs.md tells what a proof claims.
 */
export { type ProveOptions, defaultProofSteps } from "../proof/prove-options.ts";
export { proveClusters } from "../proof/prove-clusters.ts";
export { redundancy } from "../proof/redundancy-report.ts";
export { type Claim, checkClaims } from "../proof/specification-report.ts";
export type * from "../answers/proof.ts";
export { proofMarkdown, redundancyMarkdown, specificationMarkdown } from "../report/proof-markdown.ts";
export { proofText, redundancyText, specificationText } from "../report/proof-text.ts";
export { Budget } from "../symbolic/budget.ts";
export { comparePolicies } from "../symbolic/compare-policies.ts";
export type { Comparison } from "../symbolic/comparison.ts";
export type { Counterexample, Side } from "../symbolic/counterexample.ts";
export { describeCounterexample, describePod, describeTraffic } from "../symbolic/describe-example.ts";
export type { NamedPortExample, PeerExample, PodExample, TrafficExample } from "../symbolic/example.ts";
export { type DeadRule, type DeadRules, findDeadRules } from "../symbolic/dead-rules.ts";
export { findRedundancies } from "../symbolic/find-redundancies.ts";
export { type Merge, provedMerge } from "../symbolic/merge-policies.ts";
export type { PacketExample } from "../symbolic/packet.ts";
export type { NamespaceFacts } from "../symbolic/policy-space.ts";
export type { ProofOptions } from "../symbolic/proof-options.ts";
export {
  type Part,
  type PolicyRef,
  type Redundancies,
  type Redundancy,
  type RuleRef,
  shadowingRule,
} from "../symbolic/redundancy.ts";
export { type PolicyRelation, type RulesRelation, relatePolicies } from "../symbolic/relate-policies.ts";
export {
  type SelectorCover,
  coverSelector,
  exampleLabels,
  intersectSelectors,
  relateSelectors,
  selectorImplies,
} from "../symbolic/selector-questions.ts";
export { type Answer, deniesNothing, forbids, permits, sharedSubject } from "../symbolic/specification.ts";
export { withoutParts } from "../symbolic/without-parts.ts";
