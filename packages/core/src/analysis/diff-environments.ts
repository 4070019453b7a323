import { apiVersion } from "../answers/api-version.ts";
import type { DiffVerdict, EnvironmentDiff, EnvironmentsDiff } from "../answers/diff.ts";
import { checkList } from "../lib/check-argument.ts";
import { compareStrings } from "../lib/compare.ts";
import { UsageError } from "../lib/usage-error.ts";
import type { Cluster } from "../model/cluster.ts";
import { readManifests } from "../read/read-manifests.ts";
import { type DiffOptions, diffClusters } from "./diff-clusters.ts";
import type { Environment } from "./environments.ts";

/**
 * What changes in each of several environments, such as the overlays of a repository. They are the same when their names are;
 * one that only one side has is compared with nothing. Throws a UsageError where two of a side have one name.
 */
export function diffEnvironments(
  old: readonly Environment[],
  now: readonly Environment[],
  options: DiffOptions = {},
): EnvironmentsDiff {
  for (const side of [old, now]) checkList("diffEnvironments", side, "environments");
  const [before, after] = [byName(old), byName(now)];
  const nothing = readManifests([]);
  const clusterOf = (side: ReadonlyMap<string, Environment>, name: string): Cluster =>
    side.get(name)?.cluster ?? nothing;
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted(compareStrings);
  const environments = names.map((name): EnvironmentDiff => ({
    name,
    ...rootOf("before", before.get(name)),
    ...rootOf("after", after.get(name)),
    diff: diffClusters(clusterOf(before, name), clusterOf(after, name), options),
  }));
  return { apiVersion, kind: "EnvironmentsDiff", verdict: summed(environments), environments };
}

function byName(environments: readonly Environment[]): ReadonlyMap<string, Environment> {
  const named = new Map(environments.map((each) => [each.name, each]));
  if (named.size === environments.length) return named;
  const twice = environments.find((each) => named.get(each.name) !== each);
  throw new UsageError(`two environments of one side are called ${JSON.stringify(twice?.name)}`);
}

function rootOf(
  side: "before" | "after",
  environment: Environment | undefined,
): Pick<EnvironmentDiff, "before" | "after"> {
  return environment === undefined ? {} : { [side]: environment.root };
}

function summed(environments: readonly EnvironmentDiff[]): DiffVerdict {
  const verdicts = environments.map(({ diff }) => diff.verdict);
  const sum = (key: Exclude<keyof DiffVerdict, "newFindings" | "fixedFindings">): number =>
    verdicts.reduce((total, verdict) => total + verdict[key], 0);
  const findings = (key: "newFindings" | "fixedFindings"): number | null =>
    verdicts.reduce<number | null>((total, { [key]: count }) => (count === null ? total : (total ?? 0) + count), null);
  return {
    opened: sum("opened"),
    closed: sum("closed"),
    openedByNewEndpoints: sum("openedByNewEndpoints"),
    closedByGoneEndpoints: sum("closedByGoneEndpoints"),
    unallowed: sum("unallowed"),
    newFindings: findings("newFindings"),
    fixedFindings: findings("fixedFindings"),
  };
}
