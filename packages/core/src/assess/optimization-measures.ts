import type { OptimizationMeasures } from "../answers/optimization.ts";
import { groupBy } from "../lib/group-by.ts";
import { type Policy, directions } from "../model/policy.ts";
import { complexityOf } from "../optimize/complexity.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { performanceMetrics } from "./performance.ts";
import { MetricsOfPolicies, selectorsOf } from "./policy-metrics.ts";

type PolicyMeasures = Omit<OptimizationMeasures, "policies" | "writtenEntries" | "performanceScore">;

/** Measures policy sets by what they say, and by what a dataplane makes of it for the pods of one cluster. */
export class PolicyMeasurer {
  readonly #metrics: MetricsOfPolicies;
  readonly #known = new Map<Policy, PolicyMeasures>();

  constructor(reachability: Reachability) {
    this.#metrics = new MetricsOfPolicies(reachability);
  }

  /** Of a set; its selectors must be of the cluster's policies. */
  measure(policies: readonly Policy[]): OptimizationMeasures {
    const each = policies.map((policy) => this.#of(policy));
    const total = (key: keyof PolicyMeasures): number => each.reduce((sum, measures) => sum + measures[key], 0);
    const written = {
      policies: policies.length,
      rules: total("rules"),
      peers: total("peers"),
      ports: total("ports"),
      selectors: total("selectors"),
      selectorTerms: total("selectorTerms"),
      exceptEntries: total("exceptEntries"),
    };
    const namespaces = [...groupBy(policies, ({ namespace }) => namespace).values()].map((ofNamespace) => {
      const scores = ofNamespace.map((policy) => ({ complexityScore: this.#of(policy).complexity }));
      const complexityScore = scores.reduce((sum, score) => sum + score.complexityScore, 0);
      return { policyCount: scores.length, complexityScore, policies: scores };
    });
    return {
      ...written,
      writtenEntries: Object.values(written).reduce((sum, count) => sum + count, 0),
      complexity: total("complexity"),
      performanceScore: performanceMetrics(namespaces).performanceScore,
      expandedEntries: total("expandedEntries"),
    };
  }

  #of(policy: Policy): PolicyMeasures {
    let measures = this.#known.get(policy);
    if (measures === undefined) this.#known.set(policy, (measures = this.#measured(policy)));
    return measures;
  }

  #measured(policy: Policy): PolicyMeasures {
    const rules = directions.flatMap((direction) => policy.rules[direction]);
    const peers = rules.flatMap((rule) => (rule.peers === "any" ? [] : rule.peers));
    const selectors = selectorsOf(policy);
    return {
      rules: rules.length,
      peers: peers.length,
      ports: rules.reduce((sum, { ports }) => sum + (ports === "any" ? 0 : ports.length), 0),
      selectors: selectors.length,
      selectorTerms: selectors.reduce((sum, { requirements }) => sum + requirements.length, 0),
      exceptEntries: peers.reduce((sum, peer) => sum + (peer.type === "ipBlock" ? peer.except.length : 0), 0),
      complexity: complexityOf(policy).complexityScore,
      expandedEntries: this.#metrics.expandedEntries(policy),
    };
  }
}
