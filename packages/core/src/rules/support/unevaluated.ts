import { groupBy } from "../../lib/group-by.ts";
import type { NotEvaluatedObject } from "../../model/cluster.ts";
import type { Release } from "../../model/release.ts";
import type { Direction } from "../../model/policy.ts";
import { effectOf } from "../../semantics/unknown-effect.ts";
import type { ClassSet } from "../../reachability/class-set.ts";
import type { PolicyScope, RuleContext } from "../context.ts";
import type { ReportSkipped } from "../define-rule.ts";
import { intersectSets, uniteSets } from "./class-sets.ts";
import { listText, nameOf } from "./words.ts";

/*
 * Missing knowledge is not absence: "no policy lets them", "no pod has", "nobody can" may be said only when nothing that
 * npa does not evaluate could change it. Rules that conclude from absence ask here first.
 */

type ByNamespace = ReadonlyMap<string | undefined, readonly NotEvaluatedObject[]>;

function policyObjects({ cluster }: RuleContext): ByNamespace {
  const relevant = cluster.notEvaluated.filter((object) => {
    const { allows, denies } = effectOf(object);
    return allows !== undefined || denies !== undefined;
  });
  return groupBy(relevant, ({ ref }) => ref.namespace);
}

function podObjects({ cluster }: RuleContext): ByNamespace {
  return groupBy(
    cluster.notEvaluated.filter((object) => effectOf(object).pods === true),
    ({ ref }) => ref.namespace,
  );
}

const noObjects: readonly NotEvaluatedObject[] = [];

function inNamespace(objects: ByNamespace, namespace: string): readonly NotEvaluatedObject[] {
  // Mostly there are none, and it is asked for every pair of a peer.
  if (objects.size === 0) return noObjects;
  return [...(objects.get(undefined) ?? []), ...(objects.get(namespace) ?? [])].filter(
    ({ readNamespaces }) => readNamespaces?.includes(namespace) !== true,
  );
}

/**
 * Why it cannot be said what the pods of a namespace are allowed (or denied) in a direction: something that is not
 * evaluated may change it. Undefined when nothing could.
 */
export function unknownPolicies(
  context: RuleContext,
  namespace: string,
  change: "allows" | "denies",
  direction: Direction,
): string | undefined {
  const found = inNamespace(context.once(policyObjects), namespace).filter(
    (object) => effectOf(object)[change]?.includes(direction) === true,
  );
  return reasonOf(found, () => (change === "allows" ? "may allow it" : "may isolate pods there"));
}

/** The same of what a rule opens: what is only relabelled denies nothing of it. */
function unknownDenials(context: RuleContext, namespace: string, direction: Direction): string | undefined {
  const found = inNamespace(context.once(policyObjects), namespace).filter((object) => {
    const { denies, relabels } = effectOf(object);
    return denies?.includes(direction) === true && relabels !== true;
  });
  return reasonOf(found, () => "may deny it");
}

/** What is judged of a scope, and where to tell of what cannot be. */
interface Judged {
  readonly context: RuleContext;
  readonly scope: PolicyScope;
  readonly direction: Direction;
  readonly unknown: UnknownNamespaces;
}

/** What was found of a scope, as far as nothing that is not evaluated changes it: of the cluster's, the pods of whose namespaces that is so. */
export function knownIn<T extends { readonly classes: ClassSet }>(
  { context, scope, direction, unknown }: Judged,
  change: "allows" | "denies" | "denies what is opened",
  found: readonly T[],
): readonly T[] {
  if (found.length === 0 || context.cluster.notEvaluated.length === 0) return found;
  const reasonIn = (name: string): string | undefined =>
    change === "denies what is opened"
      ? unknownDenials(context, name, direction)
      : unknownPolicies(context, name, change, direction);
  const isKnown = (name: string): boolean => {
    const reason = reasonIn(name);
    if (reason !== undefined) unknown.add(reason, name);
    return reason === undefined;
  };
  if (scope.name !== undefined) return isKnown(scope.name) ? found : [];
  return found.flatMap((one) => {
    const names = context.namespaces.filter(({ classes }) => intersectSets(classes, one.classes).size > 0);
    const known = names.filter(({ name }) => isKnown(name));
    if (names.length === 0 || known.length === names.length) return [one];
    const classes = intersectSets(one.classes, uniteSets(known.map((each) => each.classes)));
    return known.length === 0 ? [] : [{ ...one, classes }];
  });
}

/** Why it cannot be said that no pod of a namespace (of any, without one) has certain labels. Undefined when it can. */
export function unseenPods(context: RuleContext, namespace?: string): string | undefined {
  const objects = context.once(podObjects);
  const found = namespace === undefined ? [...objects.values()].flat() : inNamespace(objects, namespace);
  return (
    reasonOf(found, (isOne) => `${isOne ? "makes" : "make"} pods that the input does not show`) ??
    context.once(unreadSources)
  );
}

/** What is known to make pods of a namespace that the input does not show; undefined where nothing is. */
export function unseenPodsOf(context: RuleContext, namespace: string): string | undefined {
  const made = (context.once(podObjects).get(namespace) ?? []).filter((object) => effectOf(object).relabels !== true);
  const releases = context.once(releasesByNamespace).get(namespace) ?? [];
  const names = [...new Set([...made, ...releases].map(nameOf))].toSorted();
  if (names.length === 0) return undefined;
  return `${listText(names)} ${names.length === 1 ? "makes" : "make"} pods that the input does not show`;
}

function releasesByNamespace({ cluster }: RuleContext): ReadonlyMap<string, readonly Release[]> {
  return groupBy(cluster.releases ?? [], ({ namespace }) => namespace);
}

/** Sources that were not rendered may be any pods. */
export function unreadSources({ cluster: { inputs } }: RuleContext): string | undefined {
  const templates = inputs.unrendered?.find(({ kind }) => kind === "template");
  if (templates !== undefined) return `${listText(templates.files, 3, templates.count)} must be rendered to be read`;
  const [first] = inputs.notFollowed ?? [];
  if (first === undefined) return undefined;
  const [kind, bring] = first.count === 1 ? [first.kind, "brings"] : [`${first.kind}s`, "bring"];
  return `what ${kind} ${listText(first.objects, 3, first.count)} ${bring} in is not in the input`;
}

function reasonOf(objects: readonly NotEvaluatedObject[], what: (isOne: boolean) => string): string | undefined {
  if (objects.length === 0) return undefined;
  const hidden = objects.filter(({ ref }) => ref.name === "*");
  const relabelling = objects.filter((object) => effectOf(object).relabels === true);
  const seen = objects.filter((object) => object.ref.name !== "*" && !relabelling.includes(object));
  const names = [...new Set(seen.map(nameOf))];
  const reasons = [
    ...(seen.length === 0
      ? []
      : [
          `${listText(names.toSorted())} ${what(seen.length === 1)} and ${seen.length === 1 ? "is" : "are"} not evaluated`,
        ]),
    ...(relabelling.length === 0
      ? []
      : [
          `${listText(relabelling.map(({ ref }) => `${ref.kind} ${ref.name}`).toSorted())} ${relabelling.length === 1 ? "changes labels and was" : "change labels and were"} not rendered`,
        ]),
    ...(hidden.length === 0
      ? []
      : [`${listText([...new Set(hidden.map(({ ref }) => ref.kind))].toSorted())} objects there could not be read`]),
  ];
  return reasons.join("; ");
}

/** Namespaces in which something cannot be said, told of together where the reason is the same. */
export class UnknownNamespaces {
  readonly #names = new Map<string, Set<string>>();

  /** `namespace`: empty for what is of none. */
  add(reason: string, namespace: string): void {
    const names = this.#names.get(reason);
    if (names === undefined) this.#names.set(reason, new Set([namespace]));
    else names.add(namespace);
  }

  tell(skip: ReportSkipped): void {
    for (const [reason, names] of this.#names) {
      const named = [...names].filter((name) => name !== "");
      const places = [
        ...(named.length === 0 ? [] : [`in ${listText(named)}`]),
        // What stands in no namespace is for all of them.
        ...(named.length === names.size ? [] : ["in policies for the whole cluster"]),
      ];
      skip(`${places.join(", and ")}: ${reason}`);
    }
  }
}
