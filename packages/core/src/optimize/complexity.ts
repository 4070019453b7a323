import { directions } from "../model/policy.ts";
import type { Selector } from "../model/selector.ts";
import { type SharedSpec, onceOfSpec } from "../semantics/shared-specs.ts";

/** A score above this asks for a simpler policy. */
export const complexScore = 50;

/** The figures that a policy's complexity score is made of. */
export interface PolicyComplexity {
  /** Rules as written, those of a direction without effect included. */
  readonly ingressRules: number;
  readonly egressRules: number;
  /** Label keys and expressions of the subject and of the peers of both directions, as written. */
  readonly selectorsComplexity: number;
  readonly complexityScore: number;
}

/** A policy's complexity by the formula of the source documents. */
export const complexityOf: (policy: SharedSpec) => PolicyComplexity = onceOfSpec(complexityOfSpec);

function complexityOfSpec(policy: SharedSpec): PolicyComplexity {
  const ingressRules = policy.rules.ingress.length;
  const egressRules = policy.rules.egress.length;
  const selectorsComplexity = selectorTerms(policy);
  const base = ingressRules * 2 + egressRules * 2 + selectorsComplexity * 3;
  return { ingressRules, egressRules, selectorsComplexity, complexityScore: banded(base) };
}

/** High scores are stretched, low ones squeezed; the score ends at 100. */
function banded(base: number): number {
  if (base > 50) return Math.min(100, base * 1.5);
  return base < 10 ? Math.max(1, base * 0.5) : base;
}

function selectorTerms({ subject, rules }: SharedSpec): number {
  let terms = termsOf(subject.podSelector) + termsOf(subject.namespaceSelector);
  for (const direction of directions) {
    for (const { peers } of rules[direction]) {
      if (peers === "any") continue;
      for (const peer of peers)
        if (peer.type === "pods") terms += termsOf(peer.podSelector) + termsOf(peer.namespaceSelector);
    }
  }
  return terms;
}

function termsOf(selector: Selector | undefined): number {
  return selector?.requirements.length ?? 0;
}
