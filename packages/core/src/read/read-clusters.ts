import { isBelow } from "../lib/file-path.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Cluster } from "../model/cluster.ts";
import type { AlternativeDirectories } from "../model/input-summary.ts";
import type { SourceText } from "../parse/document.ts";
import { type ReadOptions, readManifests } from "./read-manifests.ts";

/** A cluster of an input that has several. */
export interface ClusterOfDirectory {
  /** The directory, or file, that it is in; `.` where it is all that is in no such directory. */
  readonly root: string;
  /** Its objects, and those that belong to no other one. */
  readonly cluster: Cluster;
  /** The files that it was read from. */
  readonly files: readonly SourceText[];
}

/** An input of more clusters than this is a collection of examples: it is read as one. */
const mostClusters = 50;

/**
 * Reads manifests as `readManifests` does, but directories that look like several clusters (`alternativeDirectories` of the
 * inputs) each by itself, with what lies beside them. What is beside none of them is one more.
 */
export function readClusters(
  sources: Iterable<SourceText>,
  options: Partial<ReadOptions> = {},
): readonly ClusterOfDirectory[] {
  const all = [...sources];
  const whole = { root: ".", cluster: readManifests(all, options), files: all };
  const clusters = readApart(all, whole, options);
  return clusters.length > mostClusters ? [whole] : clusters;
}

function readApart(
  sources: readonly SourceText[],
  whole: ClusterOfDirectory,
  options: Partial<ReadOptions>,
): readonly ClusterOfDirectory[] {
  const alternatives = outermost(whole.cluster.inputs.alternativeDirectories ?? []);
  if (alternatives.length === 0) return [whole];
  const parts = [...groupBy(alternatives, ({ within }) => within)].flatMap(([within, all]) =>
    partsOf(
      sources,
      within,
      all.flatMap(({ directories }) => directories),
    ),
  );
  if (parts.length > mostClusters) return [whole];
  const taken = new Set(parts.flatMap(({ files }) => files));
  const rest = sources.filter((source) => !taken.has(source));
  if (rest.length > 0) parts.push({ root: whole.root, files: rest });
  return parts.flatMap(({ root, files }) =>
    readApart(files, { root, cluster: readManifests(files, options), files }, options),
  );
}

/** Those that lie in no directory of another one. */
function outermost(alternatives: readonly AlternativeDirectories[]): readonly AlternativeDirectories[] {
  return alternatives.filter(
    (each) => !alternatives.some((other) => other.within !== each.within && isBelow(each.within, other.within)),
  );
}

interface Part {
  readonly root: string;
  readonly files: readonly SourceText[];
}

/** The files of each directory, with those that are in none of them but below the same one. */
function partsOf(sources: readonly SourceText[], within: string, directories: readonly string[]): Part[] {
  const roots = directories.map((name) => (within === "." ? name : `${within}/${name}`));
  const below = sources.filter(({ name }) => isBelow(name, within));
  const isOf = ({ name }: SourceText, root: string): boolean => name === root || isBelow(name, root);
  const isApart = (source: SourceText): boolean => roots.some((root) => isOf(source, root));
  return roots.map((root) => ({ root, files: below.filter((each) => isOf(each, root) || !isApart(each)) }));
}
