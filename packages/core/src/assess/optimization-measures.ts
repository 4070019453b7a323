import type { OptimizationGain, OptimizationMeasures } from "../answers/optimization.ts";
import { groupBy } from "../lib/group-by.ts";
import { countStep } from "../lib/stoppable.ts";
import { type Policy, directions } from "../model/policy.ts";
import { complexityOf } from "../optimize/complexity.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { type SharedSpec, onceOfSpec } from "../semantics/shared-specs.ts";
import { type WholePolicy, wholePolicies } from "../semantics/whole-policies.ts";
import { performanceMetrics } from "./performance.ts";
import { MetricsOfPolicies, selectorsOf, termsOf } from "./policy-metrics.ts";

type PolicyMeasures = Omit<OptimizationMeasures, "policies" | "writtenEntries" | "performanceScore">;

/** What is written of a policy, by what it is. */
type Written = Omit<PolicyMeasures, "complexity" | "expandedEntries">;

function writtenOf(policy: Policy): Written {
  countStep();
  return writtenOfSpec(policy);
}

const writtenOfSpec: (policy: SharedSpec) => Written = onceOfSpec((policy) => {
  const selectors = selectorsOf(policy);
  const written = { rules: 0, peers: 0, ports: 0, exceptEntries: 0 };
  for (const direction of directions)
    for (const { placeholder, peers, ports } of policy.rules[direction]) {
      written.rules++;
      if (placeholder === true) continue;
      if (ports !== "any") written.ports += ports.length;
      if (peers === "any") continue;
      for (const peer of peers) {
        written.peers += peer.type === "networks" ? peer.cidrs.length : 1;
        if (peer.type === "ipBlock") written.exceptEntries += peer.except.length;
      }
    }
  return {
    ...written,
    selectors: selectors.length,
    selectorTerms: termsOf(selectors),
  };
});

/** What a plan would make of policies. */
export function optimizationGain(before: readonly Policy[], after: readonly Policy[], steps: number): OptimizationGain {
  const [was, is] = [wholePolicies(before), wholePolicies(after)];
  // Most policies stay as they are.
  const known = new Map<Policy, number>();
  const entriesOf = (policy: Policy): number => {
    let entries = known.get(policy);
    if (entries === undefined) known.set(policy, (entries = 1 + total(Object.values(writtenOf(policy)))));
    return entries;
  };
  const entries = (policies: readonly WholePolicy[]): number => total(policies.map(({ policy }) => entriesOf(policy)));
  return {
    steps,
    policies: { before: was.length, after: is.length },
    writtenEntries: { before: entries(was), after: entries(is) },
  };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Measures policy sets by what they say, and by what a dataplane makes of it for the pods of one cluster. */
export class PolicyMeasurer {
  readonly #metrics: MetricsOfPolicies;
  readonly #known = new Map<Policy, PolicyMeasures>();

  constructor(reachability: Reachability) {
    this.#metrics = new MetricsOfPolicies(reachability);
  }

  /** Of a set; its selectors must be of the cluster's policies. */
  measure(policies: readonly Policy[]): OptimizationMeasures {
    const whole = wholePolicies(policies).map((each) => ({ ...each, measures: this.#of(each) }));
    const each = whole.map(({ measures }) => measures);
    const totalOf = (key: keyof PolicyMeasures): number => total(each.map((measures) => measures[key]));
    const written = {
      policies: whole.length,
      rules: totalOf("rules"),
      peers: totalOf("peers"),
      ports: totalOf("ports"),
      selectors: totalOf("selectors"),
      selectorTerms: totalOf("selectorTerms"),
      exceptEntries: totalOf("exceptEntries"),
    };
    const namespaces = [...groupBy(whole, ({ policy }) => policy.namespace).values()].map((ofNamespace) => {
      const scores = ofNamespace.map(({ measures }) => ({ complexityScore: measures.complexity }));
      const complexityScore = scores.reduce((sum, score) => sum + score.complexityScore, 0);
      return { policyCount: scores.length, complexityScore, policies: scores };
    });
    return {
      ...written,
      writtenEntries: total(Object.values(written)),
      complexity: totalOf("complexity"),
      performanceScore: performanceMetrics(namespaces).performanceScore,
      expandedEntries: totalOf("expandedEntries"),
    };
  }

  #of({ policy, parts }: WholePolicy): PolicyMeasures {
    const known = this.#known.get(policy);
    if (known !== undefined) return known;
    const measures = {
      ...writtenOf(policy),
      complexity: complexityOf(policy).complexityScore,
      expandedEntries: total(parts.map((part) => this.#metrics.expandedEntries(part))),
    };
    this.#known.set(policy, measures);
    return measures;
  }
}
