import { editDistance } from "../../lib/nearest.ts";
import type { Labels, Requirement, Selector } from "../../model/selector.ts";
import { labelValue, matchesRequirement } from "../../semantics/match-selector.ts";
import { formatPath } from "../../source/position.ts";
import { everyPodHas } from "../../semantics/label-syntax.ts";
import type { RuleContext } from "../context.ts";
import { ciliumLabel } from "./cilium-label.ts";
import type { LabelledPods } from "./pod-labels.ts";
import { listText, selectorText } from "./words.ts";

/** What the author of a selector that matches nothing may have meant. */
export interface NearMiss {
  /** A clause for the end of a message, e.g. ``did you mean `app: web`?`` */
  readonly text: string;
  /** The requirement at fault, when it is one. */
  readonly requirement?: Requirement;
  readonly description?: string;
}

const mostEdits = 2;

/** How many pods are compared with one selector. */
const mostPods = 2_000;

interface Correction {
  readonly requirement: Requirement;
  readonly key: string;
  readonly value: string;
  readonly edits: number;
}

/**
 * The nearest thing to a selector that matches nothing among `pods`: a label that only Cilium gives; labels that the owner of pods has and its template
 * lacks; one requirement off by a typo in its value, by the
 * name of an environment in it or under another key, all others met; else all but labels that the pods do not have. `own`
 * is the podSelector of the policy whose peer it is.
 */
export function nearMiss(
  context: RuleContext,
  selector: Selector,
  pods: readonly LabelledPods[],
  own?: Selector,
): NearMiss | undefined {
  const cilium = ciliumLabel(context, selector);
  if (cilium !== undefined) return cilium;
  let best: Correction | undefined;
  let partial: { readonly pods: LabelledPods; readonly missing: readonly Requirement[] } | undefined;
  const seen = new Set<string>();
  for (const each of pods.slice(0, mostPods)) {
    const { labels } = each;
    if (!context.hints.spend(selector.requirements.length + 1)) return undefined;
    const failing = selector.requirements.filter(
      (requirement) => !matchesRequirement(requirement, labelValue(labels, requirement.key)),
    );
    if (isAllBut(selector, failing, labels, own) && failing.length < (partial?.missing.length ?? Infinity))
      partial = { pods: each, missing: failing };
    if (isOnOwner(failing, each)) return ownerLabels(each, failing);
    const [requirement] = failing;
    if (failing.length !== 1 || requirement?.operator !== "In") continue;
    for (const [key, value] of Object.entries(labels)) {
      // What every pod gets nobody meant.
      if (everyPodHas(key)) continue;
      const tried = JSON.stringify([requirement.key, requirement.values, key, value]);
      if (seen.has(tried) || !context.hints.spend(10)) continue;
      seen.add(tried);
      const edits = editsTo(requirement, key, value);
      if (edits !== undefined && (best === undefined || edits < best.edits)) best = { requirement, key, value, edits };
    }
  }
  if (best === undefined) return partial === undefined ? undefined : missingLabels(partial.pods, partial.missing, own);
  return {
    text: `did you mean \`${best.key}: ${best.value}\`?`,
    requirement: best.requirement,
    description: `Change \`${best.requirement.key}: ${best.requirement.values.join(" or ")}\` to \`${best.key}: ${best.value}\` if that is what is meant.`,
  };
}

/**
 * Whether pods have all that is asked for but labels of keys that they do not have, or that the policy itself selects by.
 * What they have must be more than these: else they are the policy's own pods.
 */
function isAllBut(
  selector: Selector,
  failing: readonly Requirement[],
  labels: Labels,
  own: Selector | undefined,
): boolean {
  return (
    failing.length > 0 &&
    failing.every(
      (each) => each.operator === "In" && (labelValue(labels, each.key) === undefined || isOwn(each, own)),
    ) &&
    selector.requirements.some((each) => each.operator === "In" && !failing.includes(each) && !isOwn(each, own))
  );
}

function isOwn({ key, values }: Requirement, own: Selector | undefined): boolean {
  return own?.requirements.some((each) => each.key === key && each.values.join() === values.join()) === true;
}

function missingLabels(
  { workload }: LabelledPods,
  missing: readonly Requirement[],
  own: Selector | undefined,
): NearMiss {
  const labels = selectorText({ requirements: missing });
  const why = missing.every((each) => isOwn(each, own))
    ? `, which the policy itself selects by: kustomize adds such labels to every selector`
    : "";
  return {
    text: `${workload.id} has all of it but ${labels}${why}`,
    description: `Take ${labels} out of the selector if ${workload.id} is meant, or add ${missing.length === 1 ? "the label" : "the labels"} to its pods.`,
  };
}

/** Whether the object that makes the pods has the labels that they lack. */
function isOnOwner(failing: readonly Requirement[], { workload: { labels = {} } }: LabelledPods): boolean {
  return (
    failing.length > 0 &&
    failing.every(
      (each) =>
        (each.operator === "In" || each.operator === "Exists") &&
        matchesRequirement(each, labelValue(labels, each.key)),
    )
  );
}

function ownerLabels({ workload }: LabelledPods, missing: readonly Requirement[]): NearMiss {
  const labels = selectorText({ requirements: missing });
  const path = formatPath([...(workload.groups[0]?.templatePath ?? []), "metadata", "labels"]);
  return {
    text: `${workload.id} has ${labels} on itself, and not on the template of its pods, where a policy looks for it`,
    description: `Put ${labels} into ${path} of ${workload.kind} ${workload.name}.`,
  };
}

/** How far a requirement is from a label: by its value under the same key, or by nothing but the key. */
function editsTo(requirement: Requirement, key: string, value: string): number | undefined {
  if (requirement.key !== key) return requirement.values.includes(value) ? mostEdits : undefined;
  const distances = requirement.values
    .slice(0, 20)
    .map((wanted) => ({ edits: distance(wanted, value), length: Math.min(wanted.length, value.length) }))
    .filter(({ edits, length }) => edits <= mostEdits && edits < length)
    .map(({ edits }) => edits);
  return distances.length === 0 ? undefined : distances.reduce((a, b) => Math.min(a, b));
}

const environment =
  /(?:^|[-_.])(?:dev|devel|development|test|testing|qa|uat|int|stage|staging|preprod|prod|production|live|sandbox)(?=$|[-_.])/g;

function distance(a: string, b: string): number {
  // `web-staging` beside `web-dev`: the same thing in another environment.
  if (a !== b && environmentless(a) !== "" && environmentless(a) === environmentless(b)) return mostEdits;
  // Different numbers are different things, not typos: app-1 and app-2.
  if (a.replaceAll(/\d+/g, "#") === b.replaceAll(/\d+/g, "#")) return mostEdits + 1;
  return editDistance(a, b, mostEdits);
}

function environmentless(text: string): string {
  const rest = text.replaceAll(environment, "");
  return rest === text ? "" : rest;
}

/** Where else a selector matches: in other namespaces than its own. */
export function matchElsewhere(context: RuleContext, selector: Selector, namespace?: string): readonly string[] {
  const found = context.podLabels
    .matching(selector)
    .filter(({ workload, onNode }) => workload.namespace !== namespace && !onNode);
  return [...new Set(found.map(({ workload }) => workload.namespace))].toSorted();
}

/** The namespaces in which a selector does match, as a clause. */
export function elsewhereText(namespaces: readonly string[]): string {
  return `pods with these labels are in ${listText(namespaces)}`;
}

/** The node of a requirement below its selector: the `matchLabels` entry or the item of `matchExpressions`. */
export function requirementPath(selector: Selector, requirement: Requirement): readonly (string | number)[] {
  if (requirement.from === "matchLabels") return ["matchLabels", requirement.key];
  const expressions = selector.requirements.filter(({ from }) => from === "matchExpressions");
  return ["matchExpressions", expressions.indexOf(requirement)];
}
