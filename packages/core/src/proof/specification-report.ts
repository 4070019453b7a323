import { checkCluster } from "../lib/check-argument.ts";
import { basisOf } from "./basis-of.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Policy } from "../model/policy.ts";
import type { ClaimAnswer, ClaimType, SpecificationReport } from "../answers/proof.ts";
import { apiVersion } from "../answers/api-version.ts";
import { describePod, describeTraffic } from "../symbolic/describe-example.ts";
import type { TrafficExample } from "../symbolic/example.ts";
import { type Answer, deniesNothing, forbids, permits, sharedSubject } from "../symbolic/specification.ts";
import { policiesInScope, type ProveOptions, proofTask } from "./prove-options.ts";
import { stoppable } from "../lib/stoppable.ts";

/** A claim about a policy set. The policies of `specification` say with their rules which traffic is meant. */
export type Claim =
  | {
      readonly claim: Exclude<ClaimType, "denies-nothing">;
      /** How to call the specification in the answer. */
      readonly name: string;
      readonly specification: Cluster;
    }
  | { readonly claim: "denies-nothing" };

/** Whether claims hold for every pod that could exist. Each claim has the whole budget. */
export function checkClaims(
  cluster: Cluster,
  claims: readonly Claim[],
  options: ProveOptions = {},
): SpecificationReport {
  checkCluster("checkClaims", cluster);
  return stoppable(options.signal, () => claimsOf(cluster, claims, options));
}

function claimsOf(cluster: Cluster, claims: readonly Claim[], options: ProveOptions): SpecificationReport {
  const { basis } = proofTask(cluster, options);
  const policies = policiesInScope(cluster, options, { basis });
  const answers = claims.map((claim) => answerOf(claim, policies, options, cluster));
  const { notEvaluated, inputs } = basisOf(cluster, basis.assumptions);
  return {
    apiVersion,
    kind: "SpecificationReport",
    holds: answers.every(({ status }) => status === "holds"),
    claims: answers,
    policies: policies.length,
    ...basis,
    notEvaluated,
    inputs,
  };
}

function answerOf(claim: Claim, policies: readonly Policy[], options: ProveOptions, known: Cluster): ClaimAnswer {
  const proof = proofTask(known, options);
  if (claim.claim === "denies-nothing")
    return traffic({ claim: claim.claim }, deniesNothing(policies, proof), deniesNothingWords);
  const wanted = policiesInScope(claim.specification, options, proof);
  const head = { claim: claim.claim, specification: claim.name };
  if (claim.claim === "disjoint") return disjoint(head, sharedSubject(wanted, policies, proof));
  const [ask, words] = claim.claim === "permits" ? [permits, permitsWords] : [forbids, forbidsWords];
  return traffic(head, ask(wanted, policies, proof), words(claim.name));
}

type Head = Pick<ClaimAnswer, "claim" | "specification">;

/** How an answer is worded. */
interface Words {
  readonly holds: string;
  readonly fails: (example: TrafficExample) => string;
}

const permitsWords = (name: string): Words => ({
  holds: `all that ${name} admits is allowed`,
  fails: (example) => `${describeTraffic(example)} by ${name}, but the policies deny it`,
});

const forbidsWords = (name: string): Words => ({
  holds: `nothing that ${name} admits is allowed`,
  fails: (example) => `${describeTraffic(example)}, which ${name} names as forbidden`,
});

const deniesNothingWords: Words = {
  holds: "the policies deny nothing: every packet passes as if there were none",
  fails: (example) => `${describeTraffic(example)} without the policies, not with them`,
};

function traffic(head: Head, answer: Answer, words: Words): ClaimAnswer {
  switch (answer.status) {
    case "holds":
      return { ...head, status: "holds", sentence: words.holds, undecided: [] };
    case "fails": {
      const { counterexample } = answer;
      return { ...head, status: "fails", counterexample, sentence: words.fails(counterexample), undecided: [] };
    }
    case "undecided":
      return { ...head, status: "undecided", sentence: "not decided", undecided: answer.reasons };
  }
}

function disjoint(head: Head, shared: ReturnType<typeof sharedSubject>): ClaimAnswer {
  if (shared === undefined) return { ...head, status: "holds", sentence: "no pod is selected by both", undecided: [] };
  if (shared === "undecided") {
    const reason = "the budget ended, or a policy is not understood";
    return { ...head, status: "undecided", sentence: "not decided", undecided: [reason] };
  }
  const sentence = `${describePod(shared)} is selected by both`;
  return { ...head, status: "fails", sharedPod: shared, sentence, undecided: [] };
}
