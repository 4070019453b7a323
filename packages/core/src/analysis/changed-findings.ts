import type { Finding } from "../answers/finding.ts";
import { baselineOf, withoutKnown } from "../findings/baseline.ts";
import { withGroups } from "../findings/finding-groups.ts";
import { namespaceOf } from "../findings/ignore-entry.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Stopwatch } from "../lib/stopwatch.ts";
import type { Cluster } from "../model/cluster.ts";
import type { ComparedRelations } from "../reachability/compare-relations.ts";
import { withoutListItem } from "../report/fingerprint.ts";
import { RuleContext } from "../rules/context.ts";
import type { Found, KnownPlace, Place, RuleDefinition } from "../rules/define-rule.ts";
import { askThese, findingsOf } from "../rules/run-rules.ts";
import type { RuleSettings } from "../rules/settings.ts";
import { isPlace } from "../rules/support/located-places.ts";
import { doubtsOf, type Reported } from "../rules/support/one-defect.ts";
import { formatPath, type Origin } from "../source/position.ts";
import { spaceOptions } from "../symbolic/cluster-space.ts";
import { PolicySpace } from "../symbolic/policy-space.ts";
import { touchedNamespaces } from "./changed-scope.ts";

/** The findings that only one of two states has. */
export interface FindingChanges {
  readonly added: readonly Finding[];
  readonly gone: readonly Finding[];
}

/** What two lists of findings do not have in common; alike among each other, as with a baseline. */
export function changesBetween(old: readonly Finding[], now: readonly Finding[]): FindingChanges {
  return { added: without(now, old), gone: without(old, now) };
}

function without(findings: readonly Finding[], others: readonly Finding[]): readonly Finding[] {
  const fresh = withoutKnown(findings, baselineOf(others).findings).findings;
  const ungrouped = fresh.map((each): Finding => {
    const { group: _, ...finding } = each;
    return finding;
  });
  return withGroups(ungrouped);
}

/** Two states of one world: nothing but policies differs. */
export interface StatesOfOneWorld {
  readonly before: Cluster;
  readonly after: Cluster;
  /** Over the very same world, the one of `before`. */
  readonly compared: ComparedRelations;
  /** Where the objects of `before` are written in `after`. */
  readonly origins: ReadonlyMap<Origin, Origin>;
}

const fewNamespaces = 0.5;

/** How findings are made. */
export interface FindingOptions {
  readonly rules: readonly RuleDefinition[];
  readonly settings: RuleSettings;
  /** Takes the time of each rule. */
  readonly stopwatch?: Stopwatch | undefined;
  /** Up to this part of the namespaces are looked at alone. Default: a half. */
  readonly share?: number;
  /** Of what rules found, what is told. */
  readonly select: (cluster: Cluster, findings: readonly Finding[]) => readonly Finding[];
}

/**
 * The findings that only one of two states of one world has, as two analyses would tell them. Rules that say what their findings
 * depend on are asked in namespaces where that differs, the others everywhere. Undefined where that is no less work, and
 * where policies are of no namespace: they bear on all others.
 */
export function changedFindings(states: StatesOfOneWorld, options: FindingOptions): FindingChanges | undefined {
  const { before, after, compared } = states;
  const both = [before, after];
  if (both.some(({ policies }) => policies.some(({ namespace }) => namespace === undefined))) return undefined;
  const { rules, settings, stopwatch } = options;
  const wide = new Ask(rules.filter(({ dependsOn }) => dependsOn === undefined));
  const local = new Ask(rules.filter(({ dependsOn }) => dependsOn !== undefined));
  const relations = [compared.before, compared.after];
  const ofAll = relations.map((relation) => new RuleContext(relation, settings, { stopwatch }));
  const found = ofAll.map((context) => wide.worse(context));
  const touched = new Set([...touchedNamespaces(states), ...differingNamespaces(found)]);
  if (touched.size > before.namespaces.size * (options.share ?? fewNamespaces)) return undefined;
  const near = relations.map(({ cluster }) => cluster.policies.filter(({ namespace = "" }) => touched.has(namespace)));
  const space = new PolicySpace(near.flat(), spaceOptions(before, compared.before.options.assumptions));
  const ofSome = relations.map(
    (relation, i) => new RuleContext(relation, settings, { space, policies: near[i] ?? [], stopwatch }),
  );
  const first = ofSome.map((context, i) => inOrderOf(rules, [...(found[i] ?? []), ...local.worse(context)]));
  const last = [ofAll, ofSome].map((contexts, isLocal) =>
    contexts.map((context, i) => {
      context.doubts = doubtsOf(first[i] ?? []);
      return (isLocal === 1 ? local : wide).tidiness(context);
    }),
  );
  if ([...differingNamespaces(last[0] ?? [])].some((name) => !touched.has(name))) return undefined;
  const reported = first.map((each, i) =>
    inOrderOf(rules, [...each, ...last.flatMap((of) => of[i] ?? [])]).filter((one) =>
      touched.has(namespaceOfReport(one)),
    ),
  );
  const differing = differingNamespaces(reported);
  const [old, now] = both.map((cluster, i) => {
    const own = (reported[i] ?? []).filter((each) => differing.has(namespaceOfReport(each)));
    const placed = i === 0 ? own : own.map((each) => moved(each, states));
    return options.select(cluster, findingsOf({ reported: placed, notEvaluated: [] }, rules).findings);
  });
  return changesBetween(old ?? [], now ?? []);
}

/** Rules that are asked together, those about what could go last. */
class Ask {
  readonly #rules: readonly RuleDefinition[];

  constructor(rules: readonly RuleDefinition[]) {
    this.#rules = rules;
  }

  worse(context: RuleContext): readonly Reported[] {
    return this.#reported(context, ({ category }) => category !== "optimization");
  }

  tidiness(context: RuleContext): readonly Reported[] {
    return this.#reported(context, ({ category }) => category === "optimization");
  }

  #reported(context: RuleContext, isAsked: (rule: RuleDefinition) => boolean): readonly Reported[] {
    return askThese(context, this.#rules.filter(isAsked)).reported;
  }
}

function inOrderOf(rules: readonly RuleDefinition[], reported: readonly Reported[]): readonly Reported[] {
  const byRule = groupBy(reported, ({ rule }) => rule);
  return rules.flatMap((rule) => byRule.get(rule) ?? []);
}

/** The namespaces of objects of which two runs do not report the same. */
function differingNamespaces([old = [], now = []]: readonly (readonly Reported[])[]): ReadonlySet<string> {
  const left = new Map<string, { count: number; readonly namespace: string }>();
  for (const [reported, step] of [
    [old, 1],
    [now, -1],
  ] as const)
    for (const each of reported) {
      const key = keyOfReport(each);
      const known = left.get(key);
      if (known === undefined) left.set(key, { count: step, namespace: namespaceOfReport(each) });
      else known.count += step;
    }
  return new Set([...left.values()].flatMap(({ count, namespace }) => (count === 0 ? [] : [namespace])));
}

function namespaceOfReport({ found: { at, object = at.object } }: Reported): string {
  return namespaceOf({ object });
}

/** All that a report says, but for lines, and for pods, which the message names. */
function keyOfReport({ rule, found }: Reported): string {
  const { at, object = at.object, message, severity = rule.severity, related = [], because = [] } = found;
  const places = [at, ...related.map((other) => other.at), ...because].map(placeText);
  return JSON.stringify([rule.id, object.kind, object.namespace, object.name, severity, message, places]);
}

function placeText(place: Place | KnownPlace): string {
  const { kind, namespace = "", name } = place.object;
  const path = isPlace(place) ? formatPath(place.path) : withoutListItem(place.location?.path ?? "");
  return `${kind} ${namespace}/${name} ${path}`;
}

/** A report about the second state, at the places of its own objects. */
function moved(reported: Reported, { origins }: StatesOfOneWorld): Reported {
  const { found } = reported;
  const there = <T extends Place | KnownPlace>(place: T): T =>
    isPlace(place) ? { ...place, origin: origins.get(place.origin) ?? place.origin } : place;
  const { at, related, because } = found;
  const own: Found = {
    ...found,
    at: there(at),
    ...(related === undefined ? {} : { related: related.map((other) => ({ ...other, at: there(other.at) })) }),
    ...(because === undefined ? {} : { because: because.map(there) }),
  };
  return { ...reported, found: own };
}
