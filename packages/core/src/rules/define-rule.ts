import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { ClassSet } from "../reachability/class-set.ts";
import type { Category, Fix, Severity } from "../answers/finding.ts";
import type { Location, NodePart, NodePath, Origin } from "../source/position.ts";
import type { Concern } from "./finding-order.ts";
import type { RuleContext } from "./context.ts";
import type { RuleOptionValue } from "./settings.ts";

/** What a rule must know to be evaluated at all. */
export type Need =
  | "policies"
  | "namespaces"
  | "workloads"
  | "services"
  | "routes"
  | "addresses"
  | "network-plugin"
  | "api-server";

/** What a rule can offer: `safe` changes no connection, `suggested` does, `none`: only a human can decide. */
export type FixKind = Exclude<Fix["kind"], "manual"> | "none";

/** Where a finding points: an object and a node below it. Places are computed when the finding is reported. */
export interface Place {
  readonly object: ObjectRef;
  readonly origin: Origin;
  readonly path: NodePath;
  readonly part?: NodePart;
}

/** A place that is known already. */
export interface KnownPlace {
  readonly object: ObjectRef;
  readonly location?: Location;
}

/** Something a rule has found. The runner adds the rule's own severity and category, and resolves the place. */
export interface Found {
  readonly at: Place | KnownPlace;
  /** In plain words, with names. */
  readonly message: string;
  /** What the finding is about when that is not the object at the place, e.g. the namespace. */
  readonly object?: ObjectRef;
  /** When it differs from the rule's own. */
  readonly severity?: Severity;
  /** The pods affected; their workloads are listed. */
  readonly affected?: ClassSet | readonly string[];
  readonly related?: readonly RelatedPlace[];
  readonly fix?: Fix;
  /** What makes it so, beside the place: where a field that Kubernetes drops stands there, that is the defect. */
  readonly because?: readonly Place[];
}

/** What a finding says. Rules whose findings are many make it when it is asked for: `npa optimize` asks where they are. */
export type Told = Required<Pick<Found, "message" | "related" | "fix">>;

/** A finding whose texts are made when the first of them is asked for. */
export function toldLater(found: Omit<Found, keyof Told>, tell: () => Told): Found {
  let told: Told | undefined;
  const texts = (): Told => (told ??= tell());
  return {
    ...found,
    get message() {
      return texts().message;
    },
    get related() {
      return texts().related;
    },
    get fix() {
      return texts().fix;
    },
  };
}

/** Something else to look at. */
export interface RelatedPlace {
  readonly message: string;
  readonly at: Place | KnownPlace;
}

/** Takes what a rule finds. */
export type ReportFound = (found: Found) => void;

/** Takes the reason why a part of the input could not be judged. */
export type ReportSkipped = (reason: string) => void;

/** A setting of a rule that a configuration can change. The default tells its type. */
export interface RuleOption {
  /** What it is, in a few words. */
  readonly description: string;
  readonly preset: RuleOptionValue;
}

/** One rule: what it looks for and how. Its file, test and documentation page bear its id. */
export interface RuleDefinition {
  readonly id: string;
  readonly severity: Severity;
  readonly category: Category;
  /** The worst severity that it gives to a finding, where that is worse than its own. */
  readonly worst?: Severity;
  /** False when none of its findings is at a policy, or because of one. Default: true. */
  readonly speaksOfPolicies?: false;
  /** What its findings tell, which decides what a report tells first. Default: by the category. */
  readonly concern?: Concern;
  /** The defect in a few words. */
  readonly title: string;
  /** Without these the rule is not evaluated. */
  readonly needs: readonly Need[];
  readonly fix: FixKind;
  /** What a configuration can set, by name. */
  readonly options?: Readonly<Record<string, RuleOption>>;
  /**
   * Which policies its findings about what is in a namespace depend on, beside pods and all else that is no policy: those of
   * the namespace, or also those of the namespaces in which pods are that its policies name. Those about what is in no
   * namespace then depend on none. It holds where no policy is of no namespace. Default: on all policies.
   */
  readonly dependsOn?: "namespace" | "ends";
  /** Reports every defect. What it cannot judge for want of facts it skips, with a reason: it never guesses. */
  check(context: RuleContext, report: ReportFound, skip: ReportSkipped): void;
}

/** Defines a rule: the identity, for the sake of the types. */
export function defineRule(rule: RuleDefinition): RuleDefinition {
  return rule;
}
