import type { ObjectRef } from "../../diagnostics/diagnostic.ts";
import { groupBy } from "../../lib/group-by.ts";
import type { Severity } from "../../answers/finding.ts";
import { type Location, formatPath } from "../../source/position.ts";
import type { Found, Place, RelatedPlace, RuleDefinition } from "../define-rule.ts";
import { isPlace } from "./located-places.ts";

/** What a rule reported. */
export interface Reported {
  readonly rule: RuleDefinition;
  readonly found: Found;
}

/** A finding together with those that only follow from it: one defect is told once. */
export interface Defect extends Reported {
  readonly related: readonly RelatedPlace[];
}

/** The least depth of a path that speaks of one rule and not of the whole policy: `spec.ingress[0]`. */
const ruleDepth = 3;

/**
 * Leaves out what follows from a field that Kubernetes drops in what another policy covers: it is told with that field.
 * (What follows from findings of the same policy the selection of findings folds.) And what is said to add nothing, where something worse is found of the same policies: it may be what was meant.
 */
export function oneOfEach(reported: readonly Reported[]): readonly Defect[] {
  const causes = groupBy(reported.filter(isCause), ({ found }) => keyOf(found.at.object));
  const consequences = new Map<Reported, RelatedPlace[]>();
  const rest = reported.filter((each) => {
    const cause = causeOf(each, causes);
    if (cause === undefined) return true;
    const told = consequences.get(cause) ?? [];
    consequences.set(cause, told);
    if (isPlace(each.found.at)) told.push({ message: each.found.message, at: each.found.at });
    return false;
  });
  const doubtful = new Set(rest.filter(isDoubt).map(({ found }) => keyOf(found.at.object)));
  return rest
    .filter(({ found }) => !(found.restsOn ?? []).some((ref) => doubtful.has(keyOf(ref))))
    .map((each) => ({ ...each, related: [...(each.found.related ?? []), ...(consequences.get(each) ?? [])] }));
}

/** A problem with what is written, at a place that is known already. */
function isCause({ rule, found }: Reported): boolean {
  return rule.id === "invalid-policy" && severityOf({ rule, found }) !== "low" && !isPlace(found.at);
}

function causeOf({ rule, found }: Reported, causes: ReadonlyMap<string, readonly Reported[]>): Reported | undefined {
  if (rule.id === "invalid-policy" || !isPlace(found.at)) return undefined;
  for (const place of found.because ?? []) {
    if (place.path.length < ruleDepth || keyOf(place.object) === keyOf(found.at.object)) continue;
    const path = pathText(place);
    const cause = causes.get(keyOf(place.object))?.find((each) => isBelow(locationOf(each)?.path ?? "", path));
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

/** Whoever has such a finding must look at the policy before anything of it is taken for superfluous. */
function isDoubt(each: Reported): boolean {
  return each.found.restsOn === undefined && !["low", "info"].includes(severityOf(each));
}

function severityOf({ rule, found }: Reported): Severity {
  return found.severity ?? rule.severity;
}

function keyOf({ kind, namespace, name }: ObjectRef): string {
  return JSON.stringify([kind, namespace, name]);
}
