import type { Workload } from "../model/cluster.ts";
import { labelValue } from "../semantics/match-selector.ts";
import { type ClassId, ClassSet } from "../reachability/class-set.ts";
import { noConnections } from "../sets/connection-set.ts";
import type { Labels } from "../model/selector.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { difference } from "../sets/interval-set.ts";
import { type PodTier, numberOption } from "./settings.ts";
import { reachedClasses } from "./support/class-routes.ts";
import { uniteSets } from "./support/class-sets.ts";
import { podLabelsPlace, relatedTo } from "./support/places.ts";

const id = "cross-namespace-lateral-movement";
const defaultHops = 2;

/** The pods of a configured tier. */
interface TierPods {
  readonly tier: PodTier;
  readonly classes: ClassSet;
}

/** How some pods get to those of a tier. */
interface Way {
  readonly reached: ClassSet;
  /** The classes that are passed through: none where they connect themselves. */
  readonly through: readonly ClassSet[];
}

/** Flags pods of a configured tier that reach another one than the next: who takes over one tier is in the other. */
export const crossNamespaceLateralMovement: RuleDefinition = defineRule({
  id,
  severity: "medium",
  category: "security",
  speaksOfPolicies: false,
  concern: "exposure",
  title: "Pods reach a tier that is not next to theirs",
  needs: ["workloads"],
  fix: "none",
  options: {
    hops: { description: "how many connections in a row are followed, through pods of no tier", preset: defaultHops },
  },
  check(context, report, skip) {
    const { settings, budget } = context;
    const tiers = (settings.tiers ?? []).map((tier) => ({ tier, classes: classesOf(context, tier) }));
    const inTiers = uniteSets(tiers.map(({ classes }) => classes));
    const free = ClassSet.of(difference([0, context.reachability.pods.selectable], inTiers.boundaries));
    for (const [i, from] of tiers.entries())
      for (const [j, to] of tiers.entries()) {
        if (j === i || j === i + 1) continue;
        const way = wayTo(context, from.classes, to.classes, free);
        if (way === undefined) {
          if (budget.exhausted) return skip("there are too many pods to look at all ways between tiers");
          continue;
        }
        const [source, ...others] = exampleOf(context, from, to, way);
        const target = others.at(-1);
        if (source === undefined || target === undefined) continue;
        const over = others.slice(0, -1).map((workload) => workload.id);
        const past = j > i + 1 ? `, past ${tiers[i + 1]?.tier.name}` : ", against the order of the tiers";
        report({
          at: podLabelsPlace(target),
          object: target.ref,
          message: `${source.id} of tier ${from.tier.name} reaches ${target.id} of tier ${to.tier.name}${over.length === 0 ? "" : ` through ${over.join(" and ")} of no tier`}${past}`,
          affected: way.reached,
          related: [relatedTo(podLabelsPlace(source), `${source.id} is of tier ${from.tier.name}`)],
        });
      }
  },
});

function wayTo(context: RuleContext, from: ClassSet, to: ClassSet, free: ClassSet): Way | undefined {
  const { reachability, settings, budget } = context;
  const hops = numberOption(settings, id, "hops", defaultHops);
  const through: ClassSet[] = [];
  let at: ClassSet | undefined = from;
  let open = free;
  for (let hop = 0; hop < hops && at.size > 0; hop++) {
    const reached = reachedClasses(reachability, at, to, budget);
    if (reached === undefined) return undefined;
    if (reached.size > 0) return { reached, through };
    at = reachedClasses(reachability, at, open, budget);
    if (at === undefined) return undefined;
    open = ClassSet.of(difference(open.boundaries, at.boundaries));
    through.push(at);
  }
  return undefined;
}

/** The pods of one way, from the first to the last. */
function exampleOf(context: RuleContext, from: TierPods, to: TierPods, { reached, through }: Way): readonly Workload[] {
  const { reachability } = context;
  let next = reached.boundaries[0] ?? 0;
  const ids = [next];
  for (const stage of [from.classes, ...through].toReversed()) {
    const target = next;
    next = stage.toArray().find((id) => reachability.connections(id, target) !== noConnections) ?? target;
    ids.unshift(next);
  }
  return ids.map((classId, i) =>
    memberOf(context, classId, i === 0 ? from.tier : i === ids.length - 1 ? to.tier : undefined),
  );
}

function memberOf(context: RuleContext, classId: ClassId, tier: PodTier | undefined): Workload {
  const members = context.reachability.podClass(classId)?.members ?? [];
  const found = members.find(({ workload }) => tier === undefined || isIn(context, workload, tier));
  if (found === undefined) throw new Error(`class ${classId} has no pods`);
  return found.workload;
}

/** Pods of one class may be in a tier and out of it; then the class is in it. */
function classesOf(context: RuleContext, tier: PodTier): ClassSet {
  const { classes, selectable } = context.reachability.pods;
  const found = classes
    .slice(0, selectable)
    .filter(({ members }) => members.some(({ workload }) => isIn(context, workload, tier)));
  return ClassSet.fromSorted(found.map((podClass) => podClass.id));
}

function isIn({ cluster }: RuleContext, workload: Workload, tier: PodTier): boolean {
  const { namespace, namespaceLabels = {}, labels = {} } = tier;
  if (namespace !== undefined && namespace !== workload.namespace) return false;
  const ofNamespace = cluster.namespaces.get(workload.namespace)?.labels ?? {};
  return has(ofNamespace, namespaceLabels) && workload.groups.some((group) => has(group.labels, labels));
}

function has(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labelValue(labels, key) === value);
}
