import type { Category, Fix, Severity } from "../answers/finding.ts";
import { severities } from "../answers/finding.ts";
import type { Answer } from "../answers/verdict.ts";
import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { Cluster, Namespace, Workload } from "../model/cluster.ts";
import { checkStopped } from "../lib/stoppable.ts";
import { describedValue } from "../lib/check-argument.ts";
import { type Direction, type Policy, directions } from "../model/policy.ts";
import { answerCan } from "../query/can.ts";
import { type ListedEndpoint, listEndpoints } from "../reachability/endpoints.ts";
import type { Reachability } from "../reachability/reachability.ts";
import type { RuleContext } from "../rules/context.ts";
import type { KnownPlace, Place, ReportFound, RuleDefinition } from "../rules/define-rule.ts";
import { allRules } from "../rules/registry.ts";
import type { NodePath, Origin } from "../source/position.ts";

/** What a finding of a custom rule can point at: any object of the cluster. */
export type CustomPlace = Namespace | { readonly ref: ObjectRef; readonly origin: Origin };

/** Something that a custom rule has found. */
export interface CustomFinding {
  /** The object, e.g. a policy or a workload. */
  readonly at: CustomPlace;
  /** The node below the object, e.g. `["spec", "ingress", 0]`. Default: the object. */
  readonly path?: NodePath;
  /** In plain words, with names. */
  readonly message: string;
  /** When it differs from the rule's own. */
  readonly severity?: Severity;
  /** The workloads affected. */
  readonly affected?: readonly Workload[];
  /** What to do about it, shown and never made by npa. Absent: the finding has no advice. */
  readonly fix?: Fix;
}

/** What a custom rule may ask. */
export interface CustomRuleContext {
  /** What was read, with the policies as they are in force. */
  readonly cluster: Cluster;
  /** The workloads with pods that a policy selects. */
  readonly selectedBy: (policy: Policy) => readonly Workload[];
  /** Whether policies isolate all pods of a workload in a direction. */
  readonly isIsolated: (workload: Workload, direction: Direction) => boolean;
  /** May some pod of the one reach some pod of the other, on `port` (`"8080/TCP"`, or a name) if one is given? */
  readonly canReach: (source: Workload, target: Workload, port?: string) => Answer;
  /** Adds a finding. */
  readonly report: (found: CustomFinding) => void;
}

/** A rule of your own, for the `customRules` of `analyze`. */
export interface CustomRule {
  /** In kebab-case, unlike any id of the catalogue: configurations, suppressions and SARIF know the rule by it. */
  readonly id: string;
  /** How grave its findings are, unless the settings say otherwise. */
  readonly severity: Severity;
  /** What its findings are about; it decides which scores they take from. */
  readonly category: Category;
  /** The defect in a few words. */
  readonly title: string;
  /** Looks at the cluster and reports what is wrong. It must not change anything, and say the same for the same cluster. */
  check(context: CustomRuleContext): void;
}

const categories: readonly Category[] = ["security", "correctness", "reliability", "optimization"];

/** Checks a rule of your own. Throws a TypeError for one that cannot be run. */
export function defineRule(rule: CustomRule): CustomRule {
  const { id, severity, category, title } = rule;
  if (typeof id !== "string" || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id))
    throw new TypeError(`the id of a rule is in kebab-case, like no-public-databases, not ${JSON.stringify(id)}`);
  if (allRules.some((known) => known.id === id))
    throw new TypeError(`npa has a rule ${id} already: give yours another id`);
  if (!severities.includes(severity)) throw new TypeError(`rule ${id}: severity is one of ${severities.join(", ")}`);
  if (!categories.includes(category)) throw new TypeError(`rule ${id}: category is one of ${categories.join(", ")}`);
  if (typeof title !== "string" || title === "")
    throw new TypeError(`rule ${id}: title says in a few words what is wrong`);
  if (typeof rule.check !== "function") throw new TypeError(`rule ${id}: check is a function that takes a context`);
  return rule;
}

/** Custom rules as rules of the runner. */
export function asRuleDefinitions(rules: readonly CustomRule[]): readonly RuleDefinition[] {
  const ids = new Set<string>();
  return rules.map((given) => {
    const rule = defineRule(given);
    if (ids.has(rule.id)) throw new TypeError(`two custom rules have the id ${rule.id}`);
    ids.add(rule.id);
    const { id, severity, category, title } = rule;
    return {
      id,
      severity,
      category,
      title,
      needs: [],
      fix: "none",
      check: (context: RuleContext, report: ReportFound) => runRule(rule, context, report),
    };
  });
}

function runRule(rule: CustomRule, context: RuleContext, report: ReportFound): void {
  try {
    const checked: unknown = rule.check(contextFor(context, report));
    if (checked instanceof Promise)
      throw new TypeError("its check is asynchronous: what it reports later comes too late");
  } catch (error) {
    checkStopped();
    throw new Error(`the custom rule ${rule.id} threw: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function contextFor({ reachability, cluster }: RuleContext, report: ReportFound): CustomRuleContext {
  let listed: readonly ListedEndpoint[] | undefined;
  const endpoints = (): readonly ListedEndpoint[] => (listed ??= listEndpoints(reachability));
  const classesOf = ({ id }: Workload): readonly number[] =>
    endpoints().flatMap(({ workload, classId }) => (workload?.id === id ? [classId] : []));
  return {
    cluster,
    selectedBy: (policy) => {
      if (!cluster.policies.includes(policy)) throw new TypeError("selectedBy takes a policy of the cluster");
      return workloadsIn(reachability, policy);
    },
    isIsolated: (workload, direction) => {
      checkWorkload("isIsolated", workload);
      if (!directions.includes(direction)) throw new TypeError("isIsolated takes a workload, and ingress or egress");
      const classes = classesOf(workload);
      return classes.length > 0 && classes.every((id) => reachability.isIsolated(id, direction));
    },
    canReach: (source, target, port) => {
      checkStopped();
      for (const workload of [source, target]) checkWorkload("canReach", workload);
      return answerCan(reachability, endpoints(), {
        source: source.id,
        target: target.id,
        defaultNamespace: source.namespace,
        ...(port === undefined ? {} : { port }),
      }).answer;
    },
    report: (found) => {
      checkFinding(found);
      const { at, path = [], message, severity, affected = [], fix } = found;
      report({
        at: placeOf(at, path),
        message,
        affected: affected.map(({ id }) => id),
        ...(severity === undefined ? {} : { severity }),
        ...(fix === undefined ? {} : { fix }),
      });
    },
  };
}

function checkWorkload(caller: string, workload: unknown): void {
  if (typeof workload !== "object" || workload === null || !("groups" in workload))
    throw new TypeError(`${caller} takes workloads of the cluster, not ${describedValue(workload)}`);
}

/** Throws a TypeError for what is no finding: JavaScript asks nobody. */
function checkFinding(found: CustomFinding): void {
  const { at, message, severity, affected = [] }: Partial<CustomFinding> = found ?? {};
  const isObject = typeof at === "object" && at !== null && ("ref" in at || "name" in at);
  if (!isObject || typeof message !== "string" || message === "")
    throw new TypeError(
      "report takes { at, message }: at is an object of the cluster, as a policy or a workload, and message a text",
    );
  if (severity !== undefined && !severities.includes(severity))
    throw new TypeError(`the severity of a finding is one of ${severities.join(", ")}`);
  if (!Array.isArray(affected))
    throw new TypeError(`affected takes a list of workloads, not ${describedValue(affected)}`);
  for (const workload of affected as readonly unknown[]) checkWorkload("affected", workload);
}

function workloadsIn(reachability: Reachability, policy: Policy): readonly Workload[] {
  const workloads = new Set<Workload>();
  reachability.subjects(policy).forEach((id) => {
    for (const { workload } of reachability.podClass(id)?.members ?? []) workloads.add(workload);
  });
  return [...workloads];
}

function placeOf(at: CustomPlace, path: NodePath): Place | KnownPlace {
  if ("ref" in at) return { object: at.ref, origin: at.origin, path };
  const object = { apiVersion: "v1", kind: "Namespace", name: at.name };
  return at.origin === undefined ? { object } : { object, origin: at.origin, path };
}
