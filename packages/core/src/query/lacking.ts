import type { Cluster, Workload } from "../model/cluster.ts";
import { mayHaveValue } from "../model/controller-labels.ts";
import type { Direction, Peer, Policy } from "../model/policy.ts";
import { type Labels, type Requirement, type Selector, textWords } from "../model/selector.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
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
  const peers = policy.rules[direction].flatMap((rule) => (rule.peers === "any" ? [] : rule.peers));
  if (other?.workload === undefined)
    return peers.length > 0 && peers.every(({ type }) => type === "pods")
      ? "is no pod, and only pods are named"
      : undefined;
  const nearest = peers
    .flatMap((peer) => {
      const lacks = peerLacks(cluster, policy, peer, other);
      return lacks === undefined ? [] : [[...lacks.pod, ...lacks.namespace]];
    })
    .toSorted((a, b) => a.length - b.length)[0];
  return nearest === undefined || nearest.length === 0 ? undefined : nearest.slice(0, shownTerms).join(" and ");
}

/** What a pod lacks to be a peer: of its own labels, and of where it is. */
export interface PeerLacks {
  readonly pod: readonly string[];
  readonly namespace: readonly string[];
}

/** What keeps the other end from being this peer; undefined where one of them is no pod. */
export function peerLacks(
  { namespaces }: Cluster,
  policy: Policy,
  peer: Peer,
  { workload }: QuestionPart,
): PeerLacks | undefined {
  if (workload === undefined || peer.type !== "pods") return undefined;
  const [labels = {}] = workload.groups.map((group) => group.labels);
  const ofController = new Set((workload.groups[0]?.controllerLabels ?? []).map(({ key }) => key));
  const written = (peer.podSelector?.requirements ?? []).filter(({ key }) => !ofController.has(key));
  const pod = [...selectorLacks({ requirements: written }, labels), ...controllerLacks(workload, peer.podSelector)];
  if (peer.namespaceSelector !== undefined) {
    const namespace = namespaces.get(workload.namespace);
    const ofNamespace = selectorLacks(peer.namespaceSelector, namespace?.labels ?? {});
    const known = namespace?.declared === true ? ofNamespace : [];
    const asksName = peer.namespaceSelector.requirements.some(
      ({ key, operator, values }) =>
        operator === "In" && key !== namespaceNameLabel && values.includes(workload.namespace),
    );
    const hint = asksName ? ` (the name of a namespace is its label ${namespaceNameLabel})` : "";
    return { pod, namespace: known.map((text) => `${text} on its namespace${hint}`) };
  }
  const isElsewhere = policy.namespace !== undefined && policy.namespace !== workload.namespace;
  return {
    pod,
    namespace: isElsewhere
      ? [`is in namespace ${workload.namespace}, and without a namespaceSelector the peer means ${policy.namespace}`]
      : [],
  };
}

/** What a selector asks of a label that the controller of the pods sets to something else each time. */
function controllerLacks({ groups, kind }: Workload, selector: Selector | undefined): readonly string[] {
  const set = groups[0]?.controllerLabels ?? [];
  return (selector?.requirements ?? []).flatMap(({ key, operator, values }) => {
    const label = set.find((each) => each.key === key);
    if (label === undefined || operator !== "In" || values.some((value) => mayHaveValue(label, value))) return [];
    const own = label.prefix === "" ? "a value of its own" : `a value that begins with ${label.prefix}`;
    return [`lacks ${key}=${values.slice(0, 5).join("|")} (each pod of a ${kind} gets ${own})`];
  });
}

/** What labels lack to match a selector, one phrase for each requirement: `lacks app=web (it has app=api)`. */
export function selectorLacks(selector: Selector | undefined, labels: Labels): readonly string[] {
  return (selector?.requirements ?? [])
    .filter((requirement) => !matchesRequirement(requirement, labelValue(labels, requirement.key)))
    .map((requirement) => lackText(requirement, labels));
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
    case "Contains":
    case "StartsWith":
    case "EndsWith":
      return `lacks a label ${key} that ${textWords[operator]} ${JSON.stringify(values[0])}${has}`;
    case "NotContains":
    case "NotStartsWith":
    case "NotEndsWith":
      return `has ${key}=${labels[key]}, which ${textWords[operator]} ${JSON.stringify(values[0])}`;
  }
}
