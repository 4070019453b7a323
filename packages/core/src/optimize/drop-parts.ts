import { groupBy } from "../lib/group-by.ts";
import { type Policy, rulePath } from "../model/policy.ts";
import { type NodePath, formatPath } from "../source/position.ts";
import { type Part, partPath } from "../symbolic/redundancy.ts";
import { withoutParts } from "../symbolic/without-parts.ts";
import { policyTypesOf } from "./policy-value.ts";
import type { Duplicate, Optimizations, Repetition } from "./redundant-parts.ts";
import { nameText, namesText, saysMoreText } from "./step-words.ts";
import {
  type PassContext,
  type PassResult,
  type PatchOperation,
  type PlannedStep,
  type StepBasis,
  type WithheldStep,
  pointer,
} from "./step.ts";

/** Takes out what adds nothing: equal policies, then policies, rules, peers and ports that the rest covers. */
export function dropParts(policies: readonly Policy[], found: Optimizations, context: PassContext): PassResult {
  const candidates = [...found.duplicates.map(ofDuplicate), ...found.redundant.map(ofRedundancy)];
  const judged = candidates.map((candidate) => ({ candidate, why: whyKept(candidate, context) }));
  const taken = groupBy(
    judged.flatMap(({ candidate, why }) => (why === undefined ? [candidate] : [])),
    ({ part }) => part.policy,
  );
  const withheld = judged.flatMap(({ candidate: { type, part, description, basis }, why }): WithheldStep[] =>
    why === undefined ? [] : [{ type, policies: [part.policy], description, basis, ...why }],
  );
  const left = policies.map((policy) => ({ policy, left: leftOf(policy, taken.get(policy) ?? []) }));
  return {
    policies: left.flatMap((each) => each.left ?? []),
    steps: left.flatMap(({ policy }) => stepsOf(policy, taken.get(policy) ?? [])),
    withheld,
  };
}

interface Candidate {
  readonly type: PlannedStep["type"];
  readonly part: Part;
  readonly description: string;
  readonly proof: string;
  /** What does the same, beside what is of the policy itself. */
  readonly covers: readonly Policy[];
  readonly basis: StepBasis;
}

function ofDuplicate(duplicate: Duplicate): Candidate {
  const { policy, of } = duplicate;
  return {
    type: "duplicate-policy",
    part: { type: "policy", policy },
    description: `delete ${nameText(policy)}`,
    proof: `it says what ${of.name} says, word for word but for order`,
    covers: [of],
    basis: { found: "duplicate", duplicate },
  };
}

function ofRedundancy(redundancy: Repetition): Candidate {
  const { part, coveredBy } = redundancy;
  const { policy } = part;
  const path = pathOf(part);
  const covers = coveredBy.map((cover) =>
    cover.type === "policy" || part.type === "policy"
      ? cover.policy.name
      : `${formatPath(rulePath(cover.policy, cover.direction, cover.rule))} of ${cover.policy.name}`,
  );
  return {
    type: `redundant-${part.type}`,
    part,
    description:
      part.type === "policy" ? `delete ${nameText(policy)}` : `delete ${formatPath(path)} of ${nameText(policy)}`,
    proof:
      covers.length === 0
        ? "it can match nothing, whatever pods there are"
        : `${namesText(covers)} ${new Set(covers).size === 1 ? "does" : "do"} the same for every pod that could exist`,
    covers: coveredBy.map((cover) => cover.policy),
    basis: { found: "redundancy", redundancy },
  };
}

function whyKept(
  { part, covers, basis }: Candidate,
  { doubt, pinned, owners }: PassContext,
): Pick<WithheldStep, "reason" | "cause"> | undefined {
  const { policy } = part;
  if (basis.found === "redundancy" && basis.redundancy.saysLess)
    return {
      reason: saysMoreText(covers),
      cause: "intent",
    };
  for (const each of [policy, ...covers]) {
    const finding = doubt(each);
    if (finding !== undefined) return { reason: finding, cause: "finding" };
  }
  const apart = owners.whyApart(policy, covers);
  if (apart !== undefined) return { reason: apart, cause: "owner" };
  const text = pinned(policy, pathOf(part));
  return text === undefined ? undefined : { reason: text, cause: "text" };
}

/** The path of a part; that of a whole policy is empty. */
function pathOf(part: Part): NodePath {
  return part.type === "policy" ? [] : partPath(part);
}

/** What is left of a policy; undefined when it goes. */
function leftOf(policy: Policy, taken: readonly Candidate[]): Policy | undefined {
  const [left] = withoutParts(
    [policy],
    taken.map(({ part }) => part),
  );
  return left === undefined || !losesType(policy, left) ? left : { ...left, policyTypes: policyTypesOf(policy) };
}

/** "Policies that contain an egress section are assumed to affect egress": without its rules it would not be one. */
function losesType(policy: Policy, left: Policy): boolean {
  return policy.policyTypes === undefined && policy.rules.egress.length > 0 && left.rules.egress.length === 0;
}

/** The steps for one policy, the last part first: so the places of the others stay what they are. */
function stepsOf(policy: Policy, taken: readonly Candidate[]): readonly PlannedStep[] {
  const last = taken.toSorted((a, b) => comparePaths(pathOf(b.part), pathOf(a.part)));
  const counts = { ingress: policy.rules.ingress.length, egress: policy.rules.egress.length };
  let isTyped = policy.policyTypes !== undefined;
  return last.map(({ type, part, description, proof, basis }) => {
    const patch: PatchOperation[] = [];
    if (part.type === "rule" && --counts[part.direction] === 0) {
      // An empty list says no more than none: both are denied what no rule of another policy allows.
      if (!isTyped)
        patch.push({ policy, op: "add", path: pointer("spec", "policyTypes"), value: policyTypesOf(policy) });
      isTyped = true;
      patch.push({ policy, op: "remove", path: pointer("spec", part.direction) });
    } else patch.push({ policy, op: "remove", path: pointer(...pathOf(part)) });
    return { type, policies: [policy], description, reason: reasons[part.type], proof, patch, basis };
  });
}

const reasons = {
  policy: "a policy less",
  rule: "a rule less",
  peer: "a peer less",
  port: "a port less",
} as const;

function comparePaths(a: NodePath, b: NodePath): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [one, other] = [a[i], b[i]];
    if (one === other) continue;
    if (typeof one === "number" && typeof other === "number") return one - other;
    return String(one ?? "") < String(other ?? "") ? -1 : 1;
  }
  return 0;
}
