import type { ObjectRef } from "../../diagnostics/diagnostic.ts";
import { groupBy } from "../../lib/group-by.ts";
import { countStep } from "../../lib/stoppable.ts";
import type { Severity } from "../../answers/finding.ts";
import { type Location, formatPath } from "../../source/position.ts";
import type { RuleContext } from "../context.ts";
import type { Found, Place, RelatedPlace, RuleDefinition } from "../define-rule.ts";
import { isPlace } from "./located-places.ts";

/** What a rule reported. */
export interface Reported {
  readonly rule: RuleDefinition;
  readonly found: Found;
  /** Where it was asked: classes of pods are numbered there. */
  readonly context: RuleContext;
}

/** A finding together with those that only follow from it: one defect is told once. */
export interface Defect extends Reported {
  readonly related: readonly RelatedPlace[];
}

/** The least depth of a path that speaks of one rule and not of the whole policy: `spec.ingress[0]`. */
const ruleDepth = 3;

/**
 * Leaves out what follows from a field that Kubernetes drops in what another policy covers: it is told with that field.
 * (What follows from findings of the same policy the selection of findings folds.)
 */
export function oneOfEach(reported: readonly Reported[]): readonly Defect[] {
  const causes = groupBy(reported.filter(isCause), ({ found }) => objectKey(found.at.object));
  const consequences = new Map<Reported, RelatedPlace[]>();
  const rest = reported.filter((each) => {
    countStep();
    const cause = causeOf(each, causes);
    if (cause === undefined) return true;
    const told = consequences.get(cause) ?? [];
    consequences.set(cause, told);
    if (isPlace(each.found.at)) told.push({ message: each.found.message, at: each.found.at });
    return false;
  });
  return rest.map((each) => ({ ...each, related: [...(each.found.related ?? []), ...(consequences.get(each) ?? [])] }));
}

/** A problem with what is written, at a place that is known already. */
function isCause(reported: Reported): boolean {
  const { rule, found } = reported;
  return rule.id === "invalid-policy" && severityOf(reported) !== "low" && !isPlace(found.at);
}

function causeOf({ rule, found }: Reported, causes: ReadonlyMap<string, readonly Reported[]>): Reported | undefined {
  if (rule.id === "invalid-policy" || !isPlace(found.at)) return undefined;
  for (const place of found.because ?? []) {
    if (place.path.length < ruleDepth || objectKey(place.object) === objectKey(found.at.object)) continue;
    const path = pathText(place);
    const cause = causes.get(objectKey(place.object))?.find((each) => isBelow(locationOf(each)?.path ?? "", path));
    if (cause !== undefined) return cause;
  }
  return undefined;
}

function locationOf({ found: { at } }: Reported): Location | undefined {
  return isPlace(at) ? undefined : at.location;
}

function pathText({ origin, path }: Place): string {
  return formatPath([...origin.path, ...path]);
}

function isBelow(path: string, above: string): boolean {
  return path.startsWith(above) && (path.length === above.length || ".[".includes(path.charAt(above.length)));
}

/** What whoever reads a policy must look at before anything of it is taken for superfluous, by object. */
export type Doubts = ReadonlyMap<string, Pick<Reported, "rule"> & { readonly severity: Severity }>;

/** Whether a policy may be doubtful because of what a rule finds. */
export function mayRaiseDoubt({ category, severity, worst = severity, speaksOfPolicies }: RuleDefinition): boolean {
  return category !== "optimization" && speaksOfPolicies !== false && !isMild(worst);
}

/** The first finding of medium severity or more on each object, at it or because of it. */
export function doubtsOf(reported: readonly Reported[]): Doubts {
  const doubts = new Map<string, { readonly rule: RuleDefinition; readonly severity: Severity }>();
  for (const each of reported) {
    const severity = severityOf(each);
    if (isMild(severity)) continue;
    const { at, because = [] } = each.found;
    for (const { object } of [at, ...because])
      if (!doubts.has(objectKey(object))) doubts.set(objectKey(object), { rule: each.rule, severity });
  }
  return doubts;
}

function isMild(severity: Severity): boolean {
  return severity === "low" || severity === "info";
}

function severityOf({ rule, found }: Reported): Severity {
  return found.severity ?? rule.severity;
}

/** Equal for the same object. */
export function objectKey({ kind, namespace, name }: ObjectRef): string {
  // Asked for every policy that a rule looks at: the lengths keep apart what the names may hold.
  return `${kind.length} ${namespace?.length ?? ""} ${kind}${namespace ?? ""}${name}`;
}
