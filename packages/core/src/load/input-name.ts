import type { SourceText } from "../parse/document.ts";
import { isOtherLanguage, makesManifests } from "../unrendered/other-language.ts";

/** `Kustomization` is a name that kustomize takes as well. */
const manifestName = /\.(?:ya?ml|json)$|(?:^|\/)Kustomization$/i;

/** Whether a file of a directory is read: manifests, and what is written in other languages that make manifests. */
export function isInputName(file: string): boolean {
  return manifestName.test(file) || isOtherLanguage(file);
}

/** Whether what was found in a directory is input: of other languages, what seems to make manifests. `source` is absent for what cannot be read. */
export function isInput(file: string, source: SourceText | undefined): boolean {
  return !isOtherLanguage(file) || (source !== undefined && makesManifests(source));
}
