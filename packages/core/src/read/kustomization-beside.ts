import { directoryOf } from "../lib/file-path.ts";
import { isKustomizationName } from "../unrendered/kustomization.ts";

/** The kustomization in the directory of a file, among the files of an input; undefined where there is none. */
export function kustomizationBeside(file: string, input: Iterable<string>): string | undefined {
  const directory = directoryOf(file);
  return [...input].find((name) => isKustomizationName(name) && directoryOf(name) === directory);
}
