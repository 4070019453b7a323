import type { OptimizationGain, OptimizationMeasures } from "../answers/optimization.ts";
import { countStep } from "../lib/stoppable.ts";
import { type Policy, directions } from "../model/policy.ts";
import { complexityOf } from "../optimize/complexity.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { type SharedSpec, onceOfSpec } from "../semantics/shared-specs.ts";
import { type WholePolicy, wholePolicies } from "../semantics/whole-policies.ts";
import { performanceMetrics } from "./performance.ts";
import { MetricsOfPolicies, selectorsOf, termsOf } from "./policy-metrics.ts";

/** What is written of a policy, by what it is. */
type Written = Pick<
  OptimizationMeasures,
  "rules" | "peers" | "ports" | "selectors" | "selectorTerms" | "exceptEntries"
>;

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
  readonly #known = new Map<Policy, MeasuredPolicy>();

  constructor(reachability: Reachability) {
    this.#metrics = new MetricsOfPolicies(reachability);
  }

  /** Of a set; its selectors must be of the cluster's policies. */
  measure(policies: readonly Policy[]): OptimizationMeasures {
    const whole = wholePolicies(policies);
    const written = { rules: 0, peers: 0, ports: 0, selectors: 0, selectorTerms: 0, exceptEntries: 0 };
    let [complexity, expandedEntries] = [0, 0];
    const scores = new Map<string | undefined, { readonly complexityScore: number }[]>();
    for (const each of whole) {
      const measured = this.#of(each);
      addWritten(written, measured.written);
      complexity += measured.complexityScore;
      expandedEntries += measured.expandedEntries;
      const { namespace } = each.policy;
      const ofNamespace = scores.get(namespace);
      if (ofNamespace === undefined) scores.set(namespace, [measured]);
      else ofNamespace.push(measured);
    }
    const namespaces = [...scores.values()].map((ofNamespace) => ({
      policyCount: ofNamespace.length,
      complexityScore: total(ofNamespace.map(({ complexityScore }) => complexityScore)),
      policies: ofNamespace,
    }));
    return {
      policies: whole.length,
      ...written,
      writtenEntries: whole.length + total(Object.values(written)),
      complexity,
      performanceScore: performanceMetrics(namespaces).performanceScore,
      expandedEntries,
    };
  }

  #of({ policy, parts }: WholePolicy): MeasuredPolicy {
    let measured = this.#known.get(policy);
    if (measured === undefined) {
      measured = {
        written: writtenOf(policy),
        complexityScore: complexityOf(policy).complexityScore,
        expandedEntries: parts.reduce((sum, part) => sum + this.#metrics.expandedEntries(part), 0),
      };
      this.#known.set(policy, measured);
    }
    return measured;
  }
}

/** Counted for every policy: key by key takes several times as long. */
function addWritten(to: { -readonly [key in keyof Written]: number }, more: Written): void {
  to.rules += more.rules;
  to.peers += more.peers;
  to.ports += more.ports;
  to.selectors += more.selectors;
  to.selectorTerms += more.selectorTerms;
  to.exceptEntries += more.exceptEntries;
}

/** Most policies of a set are those of another one as well. */
interface MeasuredPolicy {
  readonly written: Written;
  readonly complexityScore: number;
  readonly expandedEntries: number;
}
