import { basisOf } from "../answers/basis-of.ts";
import { compareStrings } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { NamespaceProof, Proof, ProofCounterexample, ProofSide, ProofVerdict } from "../answers/proof.ts";
import { apiVersion } from "../answers/api-version.ts";
import { type Comparison, comparePolicies } from "../symbolic/compare-policies.ts";
import type { Counterexample } from "../symbolic/counterexample.ts";
import { describeCounterexample } from "../symbolic/describe-example.ts";
import { whyUnprovable } from "../symbolic/provable-policies.ts";
import { defaultProofSteps, policiesInScope, type ProveOptions, proofTask } from "./prove-options.ts";

const defaultLimit = 10;

/** No namespace may use up the budget of all: one in four is a lot. */
const shareOfNamespace = 0.25;

/**
 * Compares the policies of two clusters for every pod, namespace, label, address and packet that could exist. Nothing of
 * the pods that do exist matters. See docs/proofs.md for what a verdict claims.
 */
export function proveClusters(before: Cluster, after: Cluster, options: ProveOptions = {}): Proof {
  const { budget, facts, basis } = proofTask(after, options);
  const sides = { before: byNamespace(before, options), after: byNamespace(after, options) };
  const names = [...new Set([...sides.before.keys(), ...sides.after.keys()])].toSorted(compareStrings);
  const namespaces: NamespaceProof[] = [];
  const undecided = new Set<string>();
  const examples = new Examples(options.limit ?? defaultLimit);
  const steps = Math.ceil((options.steps ?? defaultProofSteps) * shareOfNamespace);
  for (const namespace of names) {
    const share = budget.share(steps);
    const comparison = comparePolicies(sides.before.get(namespace) ?? [], sides.after.get(namespace) ?? [], {
      budget: share,
      facts,
      limit: examples.limit,
    });
    budget.charge(share, steps);
    namespaces.push({ namespace, verdict: comparison.verdict });
    examples.add(comparison);
    for (const reason of comparison.undecided) undecided.add(reason);
  }
  const isUnderstood = [...before.policies, ...after.policies].every((policy) => whyUnprovable(policy) === undefined);
  return {
    apiVersion,
    kind: "Proof",
    verdict: isUnderstood ? combined(namespaces) : "undecided",
    counterexamples: examples.all(),
    namespaces,
    undecided: [...undecided],
    ...basis,
    before: sideOf(before, basis.assumptions, sides.before),
    after: sideOf(after, basis.assumptions, sides.after),
  };
}

type Grouped = ReadonlyMap<string, readonly Cluster["policies"][number][]>;

function byNamespace(cluster: Cluster, options: ProveOptions): Grouped {
  return groupBy(policiesInScope(cluster, options), ({ namespace }) => namespace ?? "");
}

/** A difference that was found stays one, whatever the undecided namespaces hold. */
function combined(namespaces: readonly NamespaceProof[]): ProofVerdict {
  const verdicts = new Set(namespaces.map(({ verdict }) => verdict));
  if (verdicts.has("incomparable") || (verdicts.has("looser") && verdicts.has("stricter"))) return "incomparable";
  for (const verdict of ["undecided", "looser", "stricter"] as const) if (verdicts.has(verdict)) return verdict;
  return "equivalent";
}

function sideOf(cluster: Cluster, assumptions: Assumptions, grouped: Grouped): ProofSide {
  const { notEvaluated, inputs } = basisOf(cluster, assumptions);
  return {
    policies: [...grouped.values()].reduce((sum, policies) => sum + policies.length, 0),
    refusedPolicies: cluster.refusedPolicies.map(({ ref }) => ref),
    notEvaluated,
    inputs,
  };
}

/** Gathers the first examples of each effect. */
class Examples {
  readonly limit: number;
  readonly #looser: ProofCounterexample[] = [];
  readonly #stricter: ProofCounterexample[] = [];

  constructor(limit: number) {
    this.limit = Math.max(limit, 1);
  }

  add({ loosened, tightened }: Comparison): void {
    this.#take(this.#looser, loosened, "looser");
    this.#take(this.#stricter, tightened, "stricter");
  }

  #take(known: ProofCounterexample[], found: readonly Counterexample[], effect: ProofCounterexample["effect"]): void {
    for (const example of found.slice(0, this.limit - known.length))
      known.push({ ...example, effect, sentence: describeCounterexample(example) });
  }

  all(): readonly ProofCounterexample[] {
    return [...this.#looser, ...this.#stricter];
  }
}
