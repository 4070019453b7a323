import { checkCluster } from "../lib/check-argument.ts";
import { apiVersion } from "../answers/api-version.ts";
import { basisOf } from "../proof/basis-of.ts";
import type { ChangedObject, ConnectivityDiff } from "../answers/diff.ts";
import { changeGroups } from "../diff/change-groups.ts";
import { changedPolicies } from "../diff/changed-policies.ts";
import { changedUnknowns } from "../diff/changed-unknowns.ts";
import { requestChanges } from "../diff/request-changes.ts";
import { unallowedOpenings } from "../diff/unallowed-openings.ts";
import type { AllowedOpening } from "../model/allowed-opening.ts";
import { type ConnectionDiff, type PairChange, connectionDiff } from "../diff/connection-diff.ts";
import { by } from "../lib/compare.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { Policy } from "../model/policy.ts";
import type { Cluster } from "../model/cluster.ts";
import { assumptionsOfState, dataplaneSettings } from "../semantics/dataplane.ts";
import { policiesForNodes } from "../semantics/implied-policies.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { underAssumptions } from "../semantics/under-assumptions.ts";
import { onWorldOf, sameWorld } from "../diff/same-world.ts";
import { isTooBigToTry } from "../fix/tried-advice.ts";
import { type AnalyzeOptions, findingOptions, findingsOfCluster, withPodCidrs } from "./analyze.ts";
import { changedFindings, changesBetween, type FindingChanges, type StatesOfOneWorld } from "./changed-findings.ts";
import { completeAssumptions, reachabilityOptions } from "./connectivity.ts";
import { stoppable } from "../lib/stoppable.ts";

/** What a comparison can be given, beside what an analysis of each side can. */
export interface DiffOptions extends AnalyzeOptions {
  /** Compare the findings of both sides, too: that takes an analysis of each. Default: true. */
  readonly findings?: boolean;
  /** What may open: the others are told of apart. */
  readonly allowOpened?: readonly AllowedOpening[];
  /** List no more changes than this, and count no more than 50 times as many; all with `Infinity`. Default: 10,000. */
  readonly limit?: number;
}

const defaultLimit = 10_000;
const mostUnallowed = 100;
/** So many times as many changes are looked for as are listed. */
const comparedPerListed = 50;

/**
 * What changes between two states of a cluster: connections that open or close, what causes it, workloads that come and
 * go, findings that are new or fixed. Workloads are the same when kind, namespace and name are.
 */
export function diffClusters(old: Cluster, now: Cluster, options: DiffOptions = {}): ConnectivityDiff {
  for (const cluster of [old, now]) checkCluster("diffClusters", cluster);
  return stoppable(options.signal, () => diffOf(old, now, options));
}

/** Two states as they are read: each under its assumptions. */
interface ReadStates {
  readonly before: Cluster;
  readonly after: Cluster;
  readonly was: Assumptions;
  readonly assumptions: Assumptions;
  /** Whether the data plane is set in one way. */
  readonly isSetAlike: boolean;
}

function readStates(old: Cluster, now: Cluster, options: DiffOptions): ReadStates {
  const shared = completeAssumptions(options, old, now);
  const [was, assumptions] = [old, now].map((state) => assumptionsOfState(options.assumptions, state, shared)) as [
    Assumptions,
    Assumptions,
  ]; // one for each
  const before = underAssumptions(old, was);
  const after = old === now ? before : underAssumptions(now, assumptions);
  return {
    before,
    after,
    was,
    assumptions,
    isSetAlike: dataplaneSettings.every((key) => was[key] === assumptions[key]),
  };
}

function diffOf(old: Cluster, now: Cluster, options: DiffOptions): ConnectivityDiff {
  const { before, after, was, assumptions, isSetAlike } = readStates(old, now, options);
  const known = {
    ...reachabilityOptions(withPodCidrs(options), before, after),
    assumptions,
    ...(isSetAlike ? {} : { assumptionsBefore: was }),
  };
  const most = (options.limit ?? defaultLimit) * comparedPerListed;
  const origins = before === after ? undefined : sameWorld(before, after);
  const onWorld = origins === undefined ? after : onWorldOf(before, after);
  const all = connectionDiff(before, onWorld, known, { most });
  const requests = requestChanges(before, onWorld, known, all, most);
  const diffs = [all, ...(requests === undefined ? [] : [requests.more, requests.fewer])].map((each) =>
    scoped(each, options.namespaces ?? []),
  );
  const [diff = all] = diffs;
  const certain = diffs.flatMap((each) => each.certain);
  const listed = certain.slice(0, options.limit ?? defaultLimit);
  const { allowOpened = [] } = options;
  const unallowed = diffs.flatMap(({ compared, ...each }) =>
    unallowedOpenings(
      [...each.certain, ...each.uncertain].filter(({ opens }) => opens),
      allowOpened,
      compared.table,
    ),
  );
  const findings =
    options.findings === false
      ? undefined
      : comparedFindings({ before, after }, { compared: all.compared, origins }, options);
  const policiesOf = (cluster: Cluster): readonly Policy[] => [...cluster.policies, ...policiesForNodes(cluster)];
  // A policy that no setting lets be enforced any more is there all the same.
  const changed = isSetAlike
    ? changedPolicies(policiesOf(before), policiesOf(after))
    : changedPolicies(policiesOf(old), policiesOf(now));
  const basis = (cluster: Cluster, under: Assumptions): ConnectivityDiff["before"] => {
    const { notEvaluated, inputs } = basisOf(cluster, under);
    return { workloads: cluster.workloads.length, policies: cluster.policies.length, notEvaluated, inputs };
  };
  return {
    apiVersion,
    kind: "ConnectivityDiff",
    verdict: {
      ...figures(certain),
      unallowed: unallowed.length,
      newFindings: findings?.added.length ?? null,
      fixedFindings: findings?.gone.length ?? null,
    },
    changes: listed.map(({ change }) => change),
    changeCount: certain.length,
    ...(diffs.some(({ truncated }) => truncated) ? { truncated: true } : {}),
    uncertain: diff.uncertain.slice(0, options.limit ?? defaultLimit).map(({ change }) => change),
    unallowed: allowOpened.length === 0 ? [] : unallowed.slice(0, mostUnallowed).map(({ change }) => change),
    groups: groupsOf(diffs, changed, listed.length),
    changedPolicies: wantedPolicies(changed.values(), options.namespaces ?? []),
    changedUnknowns: changedUnknowns(before, after).filter(isWanted(options.namespaces ?? [])),
    addedEndpoints: diff.ends.added.map(({ id }) => id),
    removedEndpoints: diff.ends.removed.map(({ id }) => id),
    newFindings: findings?.added ?? [],
    fixedFindings: findings?.gone ?? [],
    assumptions,
    before: basis(before, was),
    after: basis(after, assumptions),
  };
}

/** One entry for each object, whatever parts it has. */
function wantedPolicies(changed: Iterable<ChangedObject>, namespaces: readonly string[]): readonly ChangedObject[] {
  const objects = new Map([...changed].map((each) => [refKey(each.object), each]));
  return [...objects.values()].filter(isWanted(namespaces)).toSorted(by(({ object }) => refKey(object)));
}

/** Those of the cluster are everybody's. */
function isWanted(namespaces: readonly string[]): (changed: ChangedObject) => boolean {
  return ({ object: { namespace } }) =>
    namespaces.length === 0 || namespace === undefined || namespaces.includes(namespace);
}

/** The groups of ports, and of requests, whose changes are listed one behind the other. */
function groupsOf(
  diffs: readonly ConnectionDiff[],
  changed: ReadonlyMap<string, ChangedObject>,
  listed: number,
): ConnectivityDiff["groups"] {
  let before = 0;
  const groups = diffs.flatMap((diff) => {
    const own = changeGroups(diff, changed, Math.max(0, listed - before));
    const placed = own.map((group) => ({ ...group, changes: moved(group.changes, before) }));
    before += diff.certain.length;
    return placed;
  });
  return groups.toSorted((a, b) => b.count - a.count);
}

function moved(places: readonly number[], by: number): readonly number[] {
  return places.map((place) => place + by);
}

function figures(
  pairs: readonly PairChange[],
): Omit<ConnectivityDiff["verdict"], "unallowed" | "newFindings" | "fixedFindings"> {
  const opened = pairs.filter(({ opens }) => opens);
  const closed = pairs.filter(({ closes }) => closes);
  const ofOneSide = (each: readonly PairChange[]): number => each.filter(({ isOfOneSide }) => isOfOneSide).length;
  return {
    opened: opened.length,
    closed: closed.length,
    openedByNewEndpoints: ofOneSide(opened),
    closedByGoneEndpoints: ofOneSide(closed),
  };
}

/** Only what has an end in one of the namespaces. */
function scoped(diff: ConnectionDiff, namespaces: readonly string[]): ConnectionDiff {
  if (namespaces.length === 0) return diff;
  const isWanted = ({ namespace }: { readonly namespace?: string }): boolean =>
    namespace !== undefined && namespaces.includes(namespace);
  const only = (pairs: readonly PairChange[]): readonly PairChange[] =>
    pairs.filter(({ source, target }) => isWanted(source) || isWanted(target));
  const { ends } = diff;
  return {
    ...diff,
    certain: only(diff.certain),
    uncertain: only(diff.uncertain),
    ends: { ...ends, added: ends.added.filter(isWanted), removed: ends.removed.filter(isWanted) },
  };
}

function comparedFindings(
  { before, after }: Pick<StatesOfOneWorld, "before" | "after">,
  {
    compared,
    origins,
  }: Pick<StatesOfOneWorld, "compared"> & { readonly origins: StatesOfOneWorld["origins"] | undefined },
  options: AnalyzeOptions,
): FindingChanges {
  const { baseline: _, ...rest } = options;
  if (before === after) return { added: [], gone: [] };
  // Where advice is tried the whole cluster is analysed time and again, and is small.
  const isBig = isTooBigToTry(before) && isTooBigToTry(after);
  const hasPaths = options.ignore?.some(({ path }) => path !== undefined) === true;
  const isUsual = (options.requests ?? "some") === "some" && !hasPaths;
  const changes =
    origins === undefined || !isBig || !isUsual
      ? undefined
      : changedFindings({ before, after, compared, origins }, findingOptions(rest));
  return changes ?? changesBetween(findingsOfCluster(before, rest), findingsOfCluster(after, rest));
}
