import type { Policy } from "../model/policy.ts";
import type { ListedEndpoint } from "../reachability/endpoints.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { baselineTier } from "../semantics/tiers.ts";
import { isBesideCalicoPolicies } from "../semantics/unread-policies.ts";
import type { CanAnswer } from "./can.ts";

/** Says of what is unknown which policies could not be read, of those that may select an end. */
export function withUnreadPolicies(
  answer: CanAnswer,
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
): CanAnswer {
  if (reachability.unread.length === 0) return answer;
  const open = new Set(answer.parts.flatMap((part) => (part.answer === "unknown" ? [part.source, part.target] : [])));
  const classes = endpoints.flatMap(({ endpoint, classId }) => {
    const podClass = reachability.podClass(classId);
    return podClass !== undefined && open.has(endpoint.id) ? [podClass] : [];
  });
  const notes = reachability.unread.flatMap((policy) => {
    const selected = classes.filter(({ id }) => reachability.possibleSubjects(policy).has(id));
    const namespaces = [...new Set(selected.map(({ namespace }) => namespace))];
    return namespaces.length === 0 ? [] : [noteOf(policy, namespaces)];
  });
  return notes.length === 0 ? answer : { ...answer, notes: [...answer.notes, ...new Set(notes)] };
}

function noteOf(policy: Policy, namespaces: readonly string[]): string {
  if (isNetworkPolicy(policy))
    return `the NetworkPolicies of ${namespaces.join(" and ")} could not be read: one of them may deny it`;
  if (isBesideCalicoPolicies(policy.ref))
    return `objects of kind ${policy.ref.kind} could not be read: by them policies of ${namespaces.join(" and ")} may deny it, or allow it`;
  const mayAllow = policy.tier !== baselineTier || policy.ref.kind === "ClusterNetworkPolicy";
  return `objects of kind ${policy.ref.kind} could not be read: one of them may deny it${mayAllow ? ", or allow it" : ""}`;
}
