import type { LabelTest } from "../../model/calico.ts";
import type { PodBox } from "../../model/policy.ts";
import { passes } from "../../semantics/calico/evaluate-selector.ts";
import { isSatisfiable } from "../../semantics/match-selector.ts";
import type { RuleContext } from "../context.ts";
import { type CalicoPolicy, wantedTests } from "./calico.ts";
import { elsewhereText, matchElsewhere, nearMiss } from "./near-miss.ts";
import type { LabelledPods } from "./pod-labels.ts";
import { listText } from "./words.ts";

/** What is wrong with a selector that finds nothing, as a clause, and what to do. */
export interface Mistake {
  readonly text: string;
  readonly description?: string;
}

/** The selectors of one end, or of a policy's pods. */
interface Asked {
  readonly boxes: readonly PodBox[];
  readonly ofNamespaces: boolean;
  readonly path: readonly (string | number)[];
}

const orchestratorKey = "projectcalico.org/orchestrator";
const namespacePrefix = "pcns.";

/** Whether no labels are such that one of the boxes holds a pod. */
export function neverSelects(boxes: readonly PodBox[]): boolean {
  return boxes.every(
    ({ podSelector, namespaceSelector }) =>
      !isSatisfiable(podSelector.requirements) || !isSatisfiable(namespaceSelector?.requirements ?? []),
  );
}

/** What Calico knows under another name, or elsewhere: told by the selector and by the labels of namespaces. */
export function mistakeIn(context: RuleContext, of: CalicoPolicy, asked: Asked): Mistake | undefined {
  const { selector, namespaceSelector } = selectorsAt(of, asked.path);
  const wanted = selector === undefined ? [] : wantedTests(selector.tree);
  const ofNamespaces = namespaceSelector === undefined ? [] : wantedTests(namespaceSelector.tree);
  return (
    [...wanted].map(wrongOrchestrator).find((each) => each !== undefined) ??
    ofNamespaces.map(prefixed).find((each) => each !== undefined) ??
    (namespaceSelector === undefined ? namespaceLabel(context, of, wanted) : undefined)
  );
}

function selectorsAt(
  { spec }: CalicoPolicy,
  path: Asked["path"],
): Pick<CalicoPolicy["spec"], "selector" | "namespaceSelector"> {
  const [, direction, index, field] = path;
  if (path.length === 2 || (direction !== "ingress" && direction !== "egress") || typeof index !== "number")
    return spec;
  const rule = spec.rules[direction][index];
  return (field === "source" ? rule?.source : rule?.destination) ?? {};
}

/** Calico's orchestrator label of a pod is `k8s`. */
function wrongOrchestrator(test: LabelTest): Mistake | undefined {
  if (test.key !== orchestratorKey || passes(test, "k8s")) return undefined;
  return {
    text: `the label ${orchestratorKey} of a pod is k8s`,
    description: `Write ${orchestratorKey} == 'k8s'.`,
  };
}

/** A namespaceSelector sees the labels of namespaces as they are; the prefix is for other selectors. */
function prefixed({ key }: LabelTest): Mistake | undefined {
  if (!key.startsWith(namespacePrefix)) return undefined;
  return {
    text: `a namespaceSelector asks for labels of namespaces without ${namespacePrefix}`,
    description: `Write ${key.slice(namespacePrefix.length)} in place of ${key}.`,
  };
}

/** A label that namespaces have, and pods do not. */
function namespaceLabel(
  context: RuleContext,
  { policy }: CalicoPolicy,
  wanted: readonly LabelTest[],
): Mistake | undefined {
  for (const test of wanted) {
    if (test.type === "has" || test.key.startsWith(namespacePrefix)) continue;
    const named = context.namespaces.filter(({ namespace }) =>
      passes(test, Object.hasOwn(namespace.labels, test.key) ? namespace.labels[test.key] : undefined),
    );
    const requirement = { key: test.key, operator: "Exists", values: [], from: "matchExpressions" } as const;
    if (named.length === 0 || context.podLabels.matchesAny({ requirements: [requirement] })) continue;
    return {
      text: `${test.key} is a label of ${named.length === 1 ? "namespace" : "the namespaces"} ${listText(named.map(({ name }) => name))}, and no pod has it`,
      description:
        policy.namespace === undefined
          ? `Ask for it in namespaceSelector, or as ${namespacePrefix}${test.key}.`
          : "Ask for it in a namespaceSelector beside source or destination; a NetworkPolicy selects pods of its own namespace only.",
    };
  }
  return undefined;
}

/** What pods of the input are like it: in other namespaces, or but for a typo. */
export function unlikePods(
  context: RuleContext,
  { policy }: CalicoPolicy,
  { boxes, path }: Asked,
): Mistake | undefined {
  const [box, ...more] = boxes;
  if (box === undefined || more.length > 0 || box.podSelector.requirements.length === 0) return undefined;
  const names = namesOf(box) ?? (policy.namespace === undefined ? undefined : [policy.namespace]);
  const pods: readonly LabelledPods[] = (names ?? context.namespaces.map(({ name }) => name)).flatMap((name) =>
    context.podLabels.in(name),
  );
  const near = nearMiss(context, box.podSelector, pods);
  if (near !== undefined) return near;
  const [only] = names?.length === 1 ? names : [];
  const isNamed = box.podSelector.requirements.some(({ operator }) => operator === "In" || operator === "Exists");
  const elsewhere = only === undefined || !isNamed ? [] : matchElsewhere(context, box.podSelector, only);
  if (elsewhere.length === 0) return undefined;
  return {
    text: `it looks in namespace ${only}, and ${elsewhereText(elsewhere)}`,
    ...(path.length === 2
      ? {}
      : {
          description: "Write a namespaceSelector beside it: without one a NetworkPolicy looks in its own namespace.",
        }),
  };
}

/** The namespaces that a box names. */
function namesOf({ namespaceSelector }: PodBox): readonly string[] | undefined {
  const [only, ...more] = namespaceSelector?.requirements ?? [];
  return more.length === 0 && only?.key === "kubernetes.io/metadata.name" && only.operator === "In"
    ? only.values
    : undefined;
}
