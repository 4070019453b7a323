import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Cluster, type SourceText, readManifests } from "@npa/core";
import { loadPaths } from "@npa/core/node";

const directory = process.env["NPA_CORPUS"] ?? path.resolve(import.meta.dirname, "../../../shared/corpus");

/** Whether other tools' cases are here: beside the repository, or where the environment says. */
export const hasCorpus: boolean = existsSync(directory);

/** A place in the corpus. */
export function corpusPath(...steps: readonly string[]): string {
  return path.join(directory, ...steps);
}

/** A text file of the corpus. */
export function corpusText(...steps: readonly string[]): string {
  return readFileSync(corpusPath(...steps), "utf8");
}

/** Reads a JSON file of the corpus; `absent` when the corpus is not here. */
export function corpusJson<T>(absent: T, ...steps: readonly string[]): T {
  // The corpus' README tells the shape of each file.
  return hasCorpus ? (JSON.parse(corpusText(...steps)) as T) : absent;
}

/** Reads manifests of the corpus as the CLI does: files, and directories with everything below. */
export async function corpusCluster(
  folder: string,
  paths: readonly string[],
  edit: (text: string, name: string) => string = (text) => text,
): Promise<Cluster> {
  const { sources, problems } = await loadPaths(paths, { cwd: corpusPath(folder) });
  return readManifests(
    sources.map(({ name, text }): SourceText => ({ name, text: edit(text, name) })),
    { problems },
  );
}

/**
 * Takes pods from their owners, so that each one is an endpoint of its own, named as it is named: some tools answer pod by
 * pod. The field becomes one that a pod does not have, which is dropped.
 */
export function withoutOwners(text: string): string {
  return text.replaceAll(/\bownerReferences\b/g, "ownersLeftOut");
}
