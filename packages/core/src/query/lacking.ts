import type { Direction, Peer, Policy } from "../model/policy.ts";
import type { Labels, Requirement, Selector } from "../model/selector.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { labelValue, matchesRequirement } from "../semantics/match-selector.ts";
import type { QuestionPart } from "./resolve-endpoint.ts";

const shownTerms = 3;

/** What keeps a policy's rules from matching the other end: of the peer that comes nearest. Undefined where nothing is near. */
export function lackingText(
  { cluster }: Reachability,
  policy: Policy,
  direction: Direction,
  other: QuestionPart | undefined,
): string | undefined {
  const workload = other?.workload;
  const peers = policy.rules[direction].flatMap((rule) => (rule.peers === "any" ? [] : rule.peers));
  if (workload === undefined)
    return peers.length > 0 && peers.every(({ type }) => type === "pods")
      ? "is no pod, and only pods are named"
      : undefined;
  const [labels = {}] = workload.groups.map((group) => group.labels);
  const namespace = cluster.namespaces.get(workload.namespace);
  const nearest = peers
    .flatMap((peer) =>
      missing(peer, policy, workload.namespace, labels, namespace?.labels ?? {}, namespace?.declared ?? false),
    )
    .toSorted((a, b) => a.length - b.length)[0];
  return nearest === undefined || nearest.length === 0 ? undefined : nearest.slice(0, shownTerms).join(" and ");
}

/** What a pod would have to be to be this peer; nothing for a peer that is no pod. */
function missing(
  peer: Peer,
  policy: Policy,
  namespaceName: string,
  labels: Labels,
  ofNamespace: Labels,
  isDeclared: boolean,
): readonly (readonly string[])[] {
  if (peer.type !== "pods") return [];
  const ofPod = lacks(peer.podSelector, labels, "");
  if (peer.namespaceSelector !== undefined)
    return isDeclared ? [[...ofPod, ...lacks(peer.namespaceSelector, ofNamespace, " on its namespace")]] : [ofPod];
  const isElsewhere = policy.namespace !== undefined && policy.namespace !== namespaceName;
  return [
    [
      ...ofPod,
      ...(isElsewhere
        ? [`is in namespace ${namespaceName}, and without a namespaceSelector the peer means ${policy.namespace}`]
        : []),
    ],
  ];
}

function lacks(selector: Selector | undefined, labels: Labels, where: string): readonly string[] {
  return (selector?.requirements ?? [])
    .filter((requirement) => !matchesRequirement(requirement, labelValue(labels, requirement.key)))
    .map((requirement) => `${lackText(requirement, labels)}${where}`);
}

function lackText({ key, operator, values }: Requirement, labels: Labels): string {
  const has = Object.hasOwn(labels, key) ? ` (it has ${key}=${labels[key]})` : "";
  switch (operator) {
    case "In":
      return `lacks ${key}=${values.slice(0, 5).join("|")}${has}`;
    case "NotIn":
      return `has ${key}=${labels[key]}`;
    case "Exists":
      return `lacks the label ${key}`;
    case "DoesNotExist":
      return `has the label ${key}`;
  }
}
