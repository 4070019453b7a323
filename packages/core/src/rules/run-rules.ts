import { by } from "../lib/compare.ts";
import { type Stopwatch, timed } from "../lib/stopwatch.ts";
import { checkStopped, countStep } from "../lib/stoppable.ts";
import type { Reachability } from "../reachability/reachability.ts";
import type { Finding, Fix, RelatedLocation, RuleNotEvaluated } from "../answers/finding.ts";
import type { Location } from "../source/position.ts";
import { ClassSet } from "../reachability/class-set.ts";
import { RuleContext, listWorkloads } from "./context.ts";
import type { Need, Place, RuleDefinition } from "./define-rule.ts";
import { allRules } from "./registry.ts";
import { findingOrder } from "./finding-order.ts";
import { isPlace, locatedPlaces } from "./support/located-places.ts";
import { type Defect, type Reported, doubtsOf, oneOfEach } from "./support/one-defect.ts";
import { factsOf } from "./support/cluster-facts.ts";
import { clusterAddresses } from "./support/cluster-addresses.ts";
import type { PassResult } from "../optimize/step.ts";
import { duplicatePolicy } from "./duplicate-policy.ts";
import { mergeablePolicies } from "./mergeable-policies.ts";
import { redundantPolicy } from "./redundant-policy.ts";
import { redundantRule } from "./redundant-rule.ts";
import { plannedPolicies } from "./support/planned-policies.ts";
import type { PolicySpace } from "../symbolic/policy-space.ts";
import type { RuleSettings } from "./settings.ts";

/** How the rules are run. */
export interface RunOptions {
  /** Default: all of the registry. */
  readonly rules: readonly RuleDefinition[];
  readonly settings: RuleSettings;
  /** The space of the analysis. Default: one of its own. */
  readonly space: PolicySpace;
  /** Takes the time of each rule. */
  readonly stopwatch: Stopwatch | undefined;
}

/** What the rules found, and what they could not judge. */
export interface RuleResults {
  /** Worst first, and what can be mended at a line before what is missing: see `findingOrder`. */
  readonly findings: readonly Finding[];
  /** By rule. */
  readonly notEvaluated: readonly RuleNotEvaluated[];
}

/** What the rules reported, before it is made findings. */
export interface RuleRun {
  readonly context: RuleContext;
  readonly reported: readonly Reported[];
  readonly notEvaluated: readonly RuleNotEvaluated[];
}

/** Asks the rules, those about what could go last: nothing of it may rest on what something worse is found of. */
export function askRules(reachability: Reachability, options: Partial<RunOptions> = {}): RuleRun {
  const { settings, space, stopwatch } = options;
  const context = new RuleContext(reachability, settings, { ...(space === undefined ? {} : { space }), stopwatch });
  const rules = options.rules ?? allRules;
  const [worse, tidiness] = [false, true].map((is) =>
    rules.filter(({ category }) => (category === "optimization") === is),
  );
  const first = askThese(context, worse ?? []);
  context.doubts = doubtsOf(first.reported);
  const last = askThese(context, tidiness ?? []);
  return {
    context,
    reported: [...first.reported, ...last.reported],
    notEvaluated: [...first.notEvaluated, ...last.notEvaluated],
  };
}

/** Asks rules in their order. */
export function askThese(context: RuleContext, rules: readonly RuleDefinition[]): RuleRun {
  const reported: Reported[] = [];
  const notEvaluated: RuleNotEvaluated[] = [];
  for (const rule of rules) {
    checkStopped();
    const missing = rule.needs.map((need) => missingNeed(need, context)).find((reason) => reason !== undefined);
    const skip = (reason: string): void => {
      notEvaluated.push({ ruleId: rule.id, reason });
    };
    if (missing === undefined)
      timed(
        context.stopwatch,
        "rules",
        () => rule.check(context, (found) => reported.push({ rule, found, context }), skip),
        rule.id,
      );
    else skip(missing);
  }
  return { context, reported, notEvaluated };
}

/** Runs the rules over a cluster. Deterministic: the same input gives the same findings in the same order. */
export function runRules(reachability: Reachability, options: Partial<RunOptions> = {}): RuleResults {
  const run = askRules(reachability, options);
  return timed(options.stopwatch, "findings", () => findingsOf(run, options.rules));
}

/** What the rules reported as findings, each defect once. */
export function findingsOf(
  { reported, notEvaluated }: Omit<RuleRun, "context">,
  rules: readonly RuleDefinition[] = allRules,
): RuleResults {
  const defects = oneOfEach(reported);
  const locations = locatedPlaces(defects.map(({ found, related }) => ({ ...found, related })));
  const findings = defects.map((defect) => toFinding(defect, locations));
  return {
    findings: findings.toSorted(findingOrder(rules)),
    notEvaluated: notEvaluated.toSorted(by((item) => item.ruleId)),
  };
}

/** What rules may need to know of the cluster itself, and that it is not known. */
const factNeeds = {
  addresses: "the input has no addresses of the cluster, and the configuration no clusterCidrs",
  "network-plugin": "the input does not show which network plugin there is",
  "api-server": "the input does not show where the API server listens",
} as const;

/** Where nothing is known of the cluster, as in most repositories, that is one reason for all. */
const nothingKnown = "neither the input nor the configuration tells anything of the cluster itself";

function missingFact(need: keyof typeof factNeeds, context: RuleContext): string | undefined {
  const isKnown = {
    addresses: clusterAddresses(context).families.size > 0,
    "network-plugin": factsOf(context, "plugin").length > 0,
    "api-server": factsOf(context, "api-server").length > 0,
  };
  if (isKnown[need]) return undefined;
  return context.cluster.facts === undefined ? nothingKnown : factNeeds[need];
}

function missingNeed(need: Need, context: RuleContext): string | undefined {
  const { cluster } = context;
  switch (need) {
    case "policies":
      return undefined; // no policies: nothing that could be wrong with them
    case "namespaces":
      return [...cluster.namespaces.values()].some(({ declared }) => declared)
        ? undefined
        : "the input has no Namespace objects";
    case "workloads":
      return cluster.workloads.length > 0 ? undefined : "the input has no workloads";
    case "services":
      return cluster.services.length > 0 ? undefined : "the input has no Services";
    case "routes":
      return cluster.routes.length > 0 ? undefined : "the input has no Ingress, Route or Gateway objects";
    case "addresses":
    case "network-plugin":
    case "api-server":
      return missingFact(need, context);
  }
}

function toFinding({ rule, found, related, context }: Defect, locations: ReadonlyMap<Place, Location>): Finding {
  countStep();
  const { at, affected = [] } = found;
  const workloads = affected instanceof ClassSet ? context.workloadsOf(affected) : listWorkloads(affected);
  const placeOf = (place: typeof at): Location | undefined => (isPlace(place) ? locations.get(place) : place.location);
  const location = placeOf(at);
  return {
    ruleId: rule.id,
    severity: found.severity ?? rule.severity,
    category: rule.category,
    message: found.message,
    ...(location === undefined ? {} : { location }),
    object: found.object ?? at.object,
    affected: workloads.ids,
    affectedCount: workloads.count,
    related: related.map(({ message, at: place }) => relatedLocation(message, placeOf(place))),
    ...(found.fix === undefined ? {} : { fix: fixIn(location?.file, found.fix, context) }),
  };
}

/** Advice on a file that is built into several namespaces is asked for by one of them. */
function fixIn(file: string | undefined, fix: Fix, { cluster }: RuleContext): Fix {
  const several = (file === undefined ? undefined : cluster.builds?.get(file)?.namespaces) ?? [];
  if (several.length === 0 || fix.manifest !== undefined) return fix;
  const note = `Kustomizations build this file into ${several.length} namespaces: what is changed in it changes in all of them.`;
  return { ...fix, description: `${fix.description} ${note}` };
}

function relatedLocation(message: string, location: Location | undefined): RelatedLocation {
  return { message, ...(location === undefined ? {} : { location }) };
}

/** These ask for the plan of `npa optimize`. */
const speaksOfPlan: ReadonlySet<string> = new Set(
  [duplicatePolicy, redundantPolicy, redundantRule, mergeablePolicies].map(({ id }) => id),
);

/** What rules tell of that which `npa optimize` does with the policies, where they have asked for it. */
export function plannedOf({ context }: RuleRun, rules: readonly RuleDefinition[]): PassResult | undefined {
  return rules.some(({ id }) => speaksOfPlan.has(id)) ? plannedPolicies(context) : undefined;
}
