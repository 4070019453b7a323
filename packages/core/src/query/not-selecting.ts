import type { DirectionVerdict } from "../answers/verdict.ts";
import { editDistance } from "../lib/nearest.ts";
import type { Policy } from "../model/policy.ts";
import type { Labels, Selector } from "../model/selector.ts";
import { labelValue } from "../semantics/match-selector.ts";
import { formatPath, locationOf, type NodePath } from "../source/position.ts";
import type { RankedMiss } from "./explain-direction.ts";
import { selectorLacks } from "./lacking.ts";
import type { AskedOfRules } from "./near-miss.ts";

const typeOf = { ingress: "Ingress", egress: "Egress" } as const;

/**
 * Policies that somebody may take for ones that speak of the pods: a label of the podSelector is another, the policy is in
 * another namespace, or its rules are of a direction that policyTypes does not have.
 */
export function notSelecting(asked: AskedOfRules, verdict: DirectionVerdict): readonly RankedMiss[] {
  const { reachability, direction, pairs } = asked;
  const [pair] = pairs;
  const workload = pair?.from.workload;
  if (pair === undefined || workload === undefined) return [];
  const labels = workload.groups[0]?.labels ?? {};
  const wanted = verdict.answer === "no" ? hasRules : isolates;
  return reachability.cluster.policies.flatMap((policy): readonly RankedMiss[] => {
    const { namespace, subject } = policy;
    if (namespace === undefined || subject.namespaceSelector !== undefined) return [];
    const selected = reachability.possibleSubjects(policy).has(pair.from.classId);
    if (selected) {
      if (policy.applies[direction] || policy.rules[direction].length === 0) return [];
      const lacks = `its ${direction} rules are not in force: policyTypes lacks ${typeOf[direction]}`;
      return [ranked(policy, ["spec", direction], lacks, 1)];
    }
    if (!wanted(policy)) return [];
    const lacking = selectorLacks(subject.podSelector, labels);
    const isNamed = subject.podSelector.requirements.length > 0;
    const isMeant = reachability.possibleSubjects(policy).size === 0;
    if (namespace === workload.namespace && lacking.length === 1 && isMeant && isNear(subject.podSelector, labels))
      return [ranked(policy, ["spec", "podSelector"], `it does not select ${workload.id}, which ${lacking.join()}`, 2)];
    if (namespace !== workload.namespace && lacking.length === 0 && isNamed)
      return [
        ranked(
          policy,
          ["metadata", "namespace"],
          `it selects pods of namespace ${namespace} only, and ${workload.id} is in ${workload.namespace}`,
          3,
        ),
      ];
    return [];
  });

  function hasRules(policy: Policy): boolean {
    return policy.applies[direction] && policy.rules[direction].length > 0;
  }

  function isolates(policy: Policy): boolean {
    return policy.isolates[direction];
  }
}

/** Whether all but one requirement hold, or the value of the one is nearly that of the pods. */
function isNear({ requirements }: Selector, labels: Labels): boolean {
  if (requirements.length > 1) return true;
  return requirements.some(({ key, operator, values }) => {
    const own = labelValue(labels, key);
    return operator === "In" && own !== undefined && values.some((value) => isTypo(own, value));
  });
}

function ranked(policy: Policy, path: NodePath, lacks: string, distance: number): RankedMiss {
  return {
    distance,
    miss: {
      object: policy.ref,
      rule: formatPath(path),
      location: locationOf(policy.origin, path),
      lacks: [lacks],
    },
  };
}

function isTypo(own: string, value: string): boolean {
  const limit = own.length < 5 ? 1 : 2;
  return editDistance(own, value, limit) <= limit;
}
